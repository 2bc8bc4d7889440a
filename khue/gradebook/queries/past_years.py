"""Kết quả các năm học of one pupil, and the old years that a school keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from khue.access.api import Actor, OutsidePlace, permit
from khue.gradebook.models import PastYear
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import print_mark_cell
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.rules.year_reasons import award_text, outcome_text
from khue.organisations.api import grade_number
from khue.records.api import student_places

_LABELS = {
    "Lớp": "class_name",
    "Trường": "school_name",
    "Học lực": "learning",
    "Hạnh kiểm": "conduct",
    "ĐTB các môn": "mean",
    "Danh hiệu": "title",
    "Kết luận": "outcome",
}
_HERE = """
select kept.year, kept.regime, kept.grade, class.name, node.name, kept.learning_year,
  kept.conduct_year, kept.primary_level, kept.award, kept.decided, kept.outcome,
  kept.absent_with, kept.absent_without, class.id, class.level
from gradebook_studentresult kept
join organisations_schoolclass class on class.id = kept.school_class_id
join organisations_organisation node on node.id = class.school_id
where kept.student_id = %s order by kept.year desc, class.id desc
"""
# Also of a year that is not over yet, and with the terms that were brought along.
_SUBJECTS = """
select kept.school_class_id, book.id, what.name, coalesce(brought.first, first.average),
  coalesce(brought.second, second.average), result.result, result.reassessed
from gradebook_studentresult kept
join organisations_classsubject book on book.school_class_id = kept.school_class_id
join organisations_subject what on what.id = book.subject_id
left join gradebook_subjectresult result on result.year = kept.year
  and result.class_subject_id = book.id and result.student_id = kept.student_id
left join gradebook_markrow first on first.year = kept.year and first.term = 1
  and first.class_subject_id = book.id and first.student_id = kept.student_id
left join gradebook_markrow second on second.year = kept.year and second.term = 2
  and second.class_subject_id = book.id and second.student_id = kept.student_id
left join lateral (
  select max(value) filter (where term = 1) as first, max(value) filter (where term = 2) as second
  from gradebook_carriedresult where student_id = kept.student_id and year = kept.year
    and subject_id = book.subject_id
) brought on true
where kept.student_id = %s and coalesce(brought.first, first.average, brought.second,
  second.average, result.result, result.reassessed) is not null
order by kept.school_class_id, book.position, what.position, book.id
"""
PRIMARY_LEVELS = {
    "HTXS": "Hoàn thành xuất sắc",
    "HTT": "Hoàn thành tốt",
    "HT": "Hoàn thành",
    "CHT": "Chưa hoàn thành",
}


@dataclass(frozen=True, slots=True)
class SubjectOfYear:
    """A subject in one year, as printed: term I, term II, year, re-assessment.

    `book_id`: the class subject whose marks explain the results; none for imported years.
    """

    name: str
    hk1: str
    hk2: str
    year: str
    again: str
    book_id: int | None = None


@dataclass(frozen=True, slots=True)
class YearLine:
    """One school year of a pupil; `imported` years keep the words of their own regulation."""

    year: int
    regime: str
    class_name: str
    school_name: str
    learning: str
    conduct: str
    mean: str
    title: str
    outcome: str
    absent: str
    subjects: Sequence[SubjectOfYear]
    findings: Sequence[str]
    imported: bool
    class_id: int | None = None
    level: str = ""

    @property
    def names_old(self) -> bool:
        """Whether the books of the year said Học lực and Hạnh kiểm."""
        return self.regime.startswith("Thông tư 58") or "40/2006" in self.regime


def past_years_of_school(
    school_id: int,
) -> dict[tuple[int, int], tuple[int, dict[str, str]]]:
    """The old years that a school keeps, by pupil and year: number, and words as a preview says."""
    rows = PastYear.objects.filter(school_id=school_id)
    return {(one.student_id, one.year): (one.pk, _told(one)) for one in rows}


def _told(kept: PastYear) -> dict[str, str]:
    told = {label: str(getattr(kept, column)) for label, column in _LABELS.items()}
    absent = "" if kept.absent is None else str(kept.absent)
    subjects = "; ".join(_told_subject(one) for one in kept.subjects)
    return {**told, "Số buổi nghỉ": absent, "Các môn": subjects}


def _told_subject(subject: dict[str, Any]) -> str:
    marks = [print_mark_cell(subject.get(part)) for part in ("hk1", "hk2", "year", "again")]
    return f"{subject['name']} {' / '.join(one for one in marks if one)}"


def years_of(actor: Actor, student_id: int) -> list[YearLine]:
    """Kết quả các năm học of a pupil, the latest first, for those who may read her marks."""
    places = student_places(student_id)
    if not places:
        raise OutsidePlace(student_id)
    permit(actor, "gradebook.view_marks", *places)
    lines = [*_here(student_id), *_past(student_id)]
    return sorted(lines, key=lambda line: -line.year)


def _past(student_id: int) -> list[YearLine]:
    rows = PastYear.objects.filter(student_id=student_id)
    return [_past_line(one) for one in rows]


def _past_line(kept: PastYear) -> YearLine:
    return YearLine(
        kept.year,
        Regime(kept.regime).name_vi if kept.regime else "",
        kept.class_name,
        kept.school_name,
        kept.learning,
        kept.conduct,
        kept.mean,
        kept.title,
        kept.outcome,
        "" if kept.absent is None else str(kept.absent),
        [_past_subject(one) for one in kept.subjects],
        kept.findings,
        imported=True,
    )


def _past_subject(kept: dict[str, Any]) -> SubjectOfYear:
    first, second, year, again = (
        print_mark_cell(kept.get(part)) for part in ("hk1", "hk2", "year", "again")
    )
    return SubjectOfYear(kept["name"], first, second, year, again)


def _here(student_id: int) -> list[YearLine]:
    subjects: dict[int, list[SubjectOfYear]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SUBJECTS, [student_id])
        for class_id, book_id, name, *marks in cursor.fetchall():
            first, second, of_year, again = map(print_mark_cell, marks)
            made = SubjectOfYear(name, first, second, of_year, again, book_id)
            subjects.setdefault(class_id, []).append(made)
        cursor.execute(_HERE, [student_id])
        return [_line(row, subjects) for row in cursor.fetchall()]


def _line(row: tuple[Any, ...], subjects: dict[int, list[SubjectOfYear]]) -> YearLine:
    year, regime, grade, class_name, school, learning, conduct, primary, award, *rest = row
    decided, outcome, absent_with, absent_without, class_id, level = rest
    held = decided or outcome
    known = None if absent_with is None and absent_without is None else absent_with or 0
    return YearLine(
        year,
        Regime(regime).name_vi if regime else "",
        class_name,
        school,
        PRIMARY_LEVELS.get(primary, "") or ("" if learning is None else Level(learning).name_vi),
        "" if conduct is None else Level(conduct).name_vi,
        "",
        award_text(award, regime),
        outcome_text(held, grade_number(grade)),
        "" if known is None else str(known + (absent_without or 0)),
        subjects.get(class_id, []),
        [],
        imported=False,
        class_id=class_id,
        level=level,
    )
