"""Kết quả cả năm của lớp tiểu học: computed from the cells and stored, never typed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from khue.gradebook.models import StudentResult
from khue.gradebook.queries.primary_year import ClassFacts, YearOfPupil, year_of_class
from khue.gradebook.rules.awards import Award
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.rules.tt27 import YearLevel, primary_award, primary_outcome

COMPUTED = ["grade", "regime", "primary_level", "primary_after", "outcome", "award"]


@transaction.atomic
def refresh_primary_results(
    *, class_id: int, now: datetime, student_ids: Iterable[int] | None = None
) -> None:
    """Tính và lưu đánh giá kết quả giáo dục, xét hoàn thành lớp học, khen thưởng.

    For whoever changed a level, a mark, a quality or a recognition at the year's end, within the
    same transaction. What people decided stays as it is.
    Law: TT 27/2020/TT-BGDĐT, Điều 9; TT 27/2020/TT-BGDĐT, Điều 11; TT 27/2020/TT-BGDĐT, Điều 13
    """
    del now
    rows = computed_primary_rows(class_id, student_ids)
    StudentResult.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["year", "school_class", "student"],
        update_fields=COMPUTED,
    )


def computed_primary_rows(
    class_id: int, student_ids: Iterable[int] | None = None
) -> list[StudentResult]:
    """The rows as they should stand, not stored."""
    year = year_of_class(class_id, student_ids)
    recognised = _recognised(year.facts, year.pupils)
    return [
        _row(year.facts, one, recognised=one.student_id in recognised)
        for one in year.pupils.values()
    ]


def _recognised(facts: ClassFacts, students: Iterable[int]) -> set[int]:
    rows = StudentResult.objects.filter(
        year=facts.year, school_class_id=facts.id, student_id__in=list(students), recognised=True
    )
    return set(rows.values_list("student_id", flat=True))


def _row(facts: ClassFacts, one: YearOfPupil, *, recognised: bool) -> StudentResult:
    return StudentResult(
        year=facts.year,
        school_class_id=facts.id,
        student_id=one.student_id,
        school_id=facts.school_id,
        province_id=facts.province_id,
        grade=one.grade_code,
        regime=Regime.TT27.value,
        primary_level=one.level.name if one.level is not None else "",
        primary_after=one.after.name if one.after is not None else "",
        outcome=_outcome(one),
        award=_award(one.level, recognised=recognised),
    )


def _outcome(one: YearOfPupil) -> str:
    """COMPLETED, HELP or PRINCIPAL_DECIDES; nothing while the year is not complete."""
    return "" if one.level is None else primary_outcome(one.level, after_help=one.after).name


def _award(level: YearLevel | None, *, recognised: bool) -> str:
    """The title of the year's end; re-assessment never changes it."""
    if level is None:
        return ""
    award = primary_award(level, clear_progress=recognised, recognised_by_class=recognised)
    return "" if award is Award.NONE else award.value
