"""Danh sách cuối năm học of Điều 12 to 15: who is promoted, assessed again, retained, awarded.

Law: TT 22/2021/TT-BGDĐT, Điều 12; TT 22/2021/TT-BGDĐT, Điều 15; TT 27/2020/TT-BGDĐT, Điều 11
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from khue.access.api import Actor, reach
from khue.gradebook.models import SpecialAward
from khue.gradebook.queries.homeroom import VIEW, classes_within
from khue.gradebook.queries.policies import policies_of
from khue.gradebook.rules.policies import Settings
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.rules.year_reasons import (
    YearFacts,
    award_text,
    missing,
    outcome_text,
    reasons,
)
from khue.organisations.api import ClassCard, grade_number

# One line for every pupil who finished the year here, in the class where it ended.
LINES = """
with stays as (
  select distinct on (stay.student_id) stay.student_id, stay.school_class_id, stay.grade,
    stay.status, stay.ends_on
  from records_enrolment stay
  where stay.school_id = %(school)s and stay.year = %(year)s
  order by stay.student_id, stay.starts_on desc, stay.id desc
)
select student.id, student.name, student.born, student.sex, coalesce(student.code, ''),
  class.id, class.name, class.level, stays.grade, stays.status, coalesce(kept.regime, ''),
  kept.conduct1, kept.conduct2, kept.conduct_year, kept.conduct_after, kept.learning_year,
  kept.learning_after, coalesce(kept.primary_level, ''),
  coalesce(kept.absent_with, 0) + coalesce(kept.absent_without, 0),
  coalesce(kept.outcome, ''), coalesce(kept.decided, ''), coalesce(kept.decided_reason, ''),
  coalesce(kept.award, ''), coalesce(failing.names, array[]::text[])
from stays
join records_student student on student.id = stays.student_id
join organisations_schoolclass class on class.id = stays.school_class_id
left join gradebook_studentresult kept on kept.year = %(year)s
  and kept.school_class_id = class.id and kept.student_id = student.id
left join lateral (
  select array_agg(what.short_name order by book.position, what.position)::text[] as names
  from gradebook_subjectresult result
  join organisations_classsubject book on book.id = result.class_subject_id
  join organisations_subject what on what.id = book.subject_id
  where result.year = %(year)s and result.student_id = student.id
    and book.school_class_id = class.id and kept.learning_year = 3
    and (result.result < 50 or result.result = 102)
) failing on true
where class.id = any(%(classes)s)
  and stays.status not in ('moved_class', 'transferred_out', 'dropped_out')
order by class.position, class.level, class.grades, class.name_key, student.name_key, student.id
"""


ABOUT = (
    *("student_id", "name", "born", "sex", "code", "class_id", "class_name", "level", "grade"),
    *("status", "regime"),
)
GOES_ON = ("PROMOTED", "COMPLETED")


@dataclass(frozen=True, slots=True)
class ListLine:
    """A pupil at the end of the year: results, what follows from them, and why."""

    student_id: int
    name: str
    born: str
    sex: str
    code: str
    class_id: int
    class_name: str
    level: str
    grade: str
    status: str
    regime: str
    facts: YearFacts
    primary_level: str
    outcome: str
    decided: str
    decided_reason: str
    award: str

    @property
    def final(self) -> str:
        """What holds: the principal's decision where there is one."""
        return self.decided or self.outcome

    @property
    def outcome_text(self) -> str:
        return outcome_text(self.final, grade_number(self.grade))

    @property
    def award_text(self) -> str:
        return award_text(self.award, self.regime)

    @property
    def why(self) -> str:
        """The conditions that fail, what the principal decided, or what is still missing."""
        if self.decided:
            return f"Hiệu trưởng quyết định: {self.decided_reason}"
        if self.final:
            return "; ".join(reasons(self.facts))
        return f"Còn thiếu {', '.join(self.lacking)}" if self.lacking else ""

    @property
    def lacking(self) -> Sequence[str]:
        if self.level == "02":
            return ("kết quả đánh giá cuối năm",)
        return missing(self.facts)


KINDS: dict[str, tuple[str, Callable[[ListLine], bool]]] = {
    "len-lop": ("Được lên lớp, hoàn thành chương trình", lambda one: one.final in GOES_ON),
    "danh-gia-lai": (
        "Phải đánh giá lại các môn học",
        lambda one: one.final in ("REASSESS", "HELP") or one.facts.learning_after is not None,
    ),
    "ren-luyen-he": (
        "Phải rèn luyện trong kì nghỉ hè",
        lambda one: one.final == "SUMMER_TRAINING" or one.facts.conduct_after is not None,
    ),
    "khong-len-lop": ("Không được lên lớp", lambda one: one.final == "RETAINED"),
    "hieu-truong": (
        "Hiệu trưởng xét, quyết định",
        lambda one: one.outcome == "PRINCIPAL_DECIDES",
    ),
    "xuat-sac": ("Học sinh Xuất sắc", lambda one: one.award == "XUATSAC"),
    "gioi": ("Học sinh Giỏi", lambda one: one.award == "GIOI"),
    "tieu-bieu": ("Học sinh Tiêu biểu", lambda one: one.award == "TIEUBIEU"),
    "chua-xet": ("Chưa đủ dữ liệu để xét", lambda one: not one.final and one.level != "01"),
}
# As the tabs call the lists.
SHORT_NAMES = {
    "len-lop": "Được lên lớp",
    "danh-gia-lai": "Đánh giá lại",
    "ren-luyen-he": "Rèn luyện hè",
    "khong-len-lop": "Không lên lớp",
    "hieu-truong": "Hiệu trưởng xét",
    "xuat-sac": "Xuất sắc",
    "gioi": "Giỏi",
    "tieu-bieu": "Tiêu biểu",
    "chua-xet": "Chưa đủ dữ liệu",
}


@dataclass(frozen=True, slots=True)
class YearLists:
    """The lists of a school, or of some of its classes, in a year."""

    year: int
    classes: list[ClassCard]
    lines: list[ListLine]
    special: list[SpecialAward]

    def of(self, kind: str) -> list[ListLine]:
        """One list by its key."""
        return [one for one in self.lines if KINDS[kind][1](one)]


def list_classes(actor: Actor, school_id: int, year: int) -> list[ClassCard]:
    """The classes of a school in a year whose results this person may read."""
    within = classes_within(reach(actor, VIEW).paths, year)
    return [one for one in within if one.school_id == school_id]


def year_lists(
    actor: Actor, school_id: int, year: int, class_ids: Iterable[int] | None = None
) -> YearLists:
    """Danh sách cuối năm học of the classes that this person may read, or of some of them."""
    classes = list_classes(actor, school_id, year)
    wanted = {one.id for one in classes} if class_ids is None else set(class_ids)
    chosen = [one.id for one in classes if one.id in wanted]
    lines = read_lines(school_id, year, chosen)
    special = SpecialAward.objects.filter(school_class_id__in=chosen, year=year)
    ordered = special.select_related("student", "school_class").order_by("-day", "-id")
    return YearLists(year, classes, lines, list(ordered))


def read_lines(school_id: int, year: int, class_ids: Sequence[int]) -> list[ListLine]:
    """Every pupil of these classes at the end of the year; the caller has passed the gate."""
    settings = policies_of(school_id, year).settings
    given: dict[str, Any] = {"school": school_id, "year": year, "classes": list(class_ids)}
    with connection.cursor() as cursor:
        cursor.execute(LINES, given)
        return [_line(row, settings) for row in cursor.fetchall()]


def _line(row: tuple[Any, ...], settings: Settings) -> ListLine:
    first, second, conduct, after, learning, learning_after, primary, absent = row[11:19]
    outcome, decided, reason, award, failing = row[19:]
    facts = YearFacts(
        first,
        second,
        conduct,
        learning,
        absent,
        settings.absence_limit,
        failing,
        after,
        learning_after,
        outcome == "PRINCIPAL_DECIDES" and row[7] != "02",
        settings.conduct_optional and row[10] == Regime.TT43,
    )
    about: dict[str, Any] = dict(zip(ABOUT, row[:11], strict=True))
    return ListLine(
        **about,
        facts=facts,
        primary_level=primary,
        outcome=outcome,
        decided=decided,
        decided_reason=reason,
        award=award,
    )
