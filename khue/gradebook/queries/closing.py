"""Kết chuyển năm học: what would become of every pupil, and what was done before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from khue.access.api import Actor, permit
from khue.gradebook.models import YearClosing
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.lists import ListLine, read_lines
from khue.gradebook.rules.closing import Fate, Target, default_target, fate_of, next_name
from khue.organisations.api import (
    ClassCard,
    SchoolCard,
    class_summary,
    classes_of,
    next_grade,
    school_summary,
    school_year,
)
from khue.records.api import YearMoved, why_not_back

CLOSE = "gradebook.close_year"
PRESCHOOL = "01"
# What was entered in the new year keeps a pupil where he is.
ENTERED = """
select distinct student_id from gradebook_markrow
  where year = %(year)s and student_id = any(%(students)s)
union select distinct student_id from gradebook_primaryrow
  where year = %(year)s and student_id = any(%(students)s)
union select distinct student_id from gradebook_subjectcomment
  where year = %(year)s and student_id = any(%(students)s)
union select distinct student_id from gradebook_conductevidence
  where year = %(year)s and student_id = any(%(students)s)
"""
LATER = """
select distinct student_id from records_enrolment where student_id = any(%s) and year > %s
"""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A pupil and where the plan takes him; `why` says what he waits for."""

    line: ListLine
    fate: Fate
    target: Target | None
    why: str = ""

    @property
    def ready(self) -> bool:
        """Whether the pupil can be moved as planned."""
        leaves = self.fate is Fate.COMPLETED
        return leaves or (self.fate in (Fate.PROMOTED, Fate.RETAINED) and self.target is not None)


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """A class of the old year with the plan of its pupils."""

    card: ClassCard
    lines: list[PlanLine]

    def count(self, fate: Fate) -> int:
        return sum(one.fate is fate for one in self.lines)

    @property
    def ready(self) -> list[PlanLine]:
        return [one for one in self.lines if one.ready]

    @property
    def homeless(self) -> int:
        """Decided pupils for whom no class of the next year is found."""
        return sum(
            one.fate in (Fate.PROMOTED, Fate.RETAINED) and one.target is None for one in self.lines
        )

    @property
    def target_names(self) -> list[str]:
        return sorted({one.target.name for one in self.lines if one.target})


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """Kết chuyển of a whole school."""

    school: SchoolCard
    year: int
    targets: list[Target]
    classes: list[ClassPlan]
    days: tuple[date, date]

    @property
    def ready(self) -> int:
        return sum(len(one.ready) for one in self.classes)

    def count(self, fate: Fate) -> int:
        return sum(one.count(fate) for one in self.classes)


def open_school(actor: Actor, school_id: int) -> SchoolCard:
    """A school whose year this person may close."""
    school = school_summary(school_id)
    permit(actor, CLOSE, school.path)
    return school


def open_class(actor: Actor, class_id: int) -> tuple[SchoolCard, ClassCard]:
    """A class of a school whose year this person may close."""
    card = class_summary(class_id)
    return open_school(actor, card.school_id), card


def plan_of_school(
    actor: Actor, school_id: int, year: int, class_ids: Iterable[int] | None = None
) -> SchoolPlan:
    """Xem trước kết chuyển: nothing is written; of some classes when they are named."""
    school = open_school(actor, school_id)
    cards = [
        one for one in classes_of(school.id, year) if class_ids is None or one.id in set(class_ids)
    ]
    targets = targets_of(school.id, year + 1)
    lines = read_lines(school.id, year, [one.id for one in cards])
    moved = later_seats(year, [one.student_id for one in lines])
    plans = {one.id: ClassPlan(one, []) for one in cards}
    for line in lines:
        card = plans[line.class_id].card
        planned = _plan(line, card, targets, gone=_is_gone(line, moved))
        plans[line.class_id].lines.append(planned)
    return SchoolPlan(school, year, targets, list(plans.values()), days_of(school, year))


def _is_gone(line: ListLine, moved: set[int]) -> bool:
    """Whether the pupil has been moved already, or has left school with the last grade."""
    ended = line.status in ("completed", "retained")
    return line.student_id in moved or (ended and is_last_grade(line.grade))


def targets_of(school_id: int, year: int) -> list[Target]:
    """The classes of the next year that are open to pupils."""
    cards = [one for one in classes_of(school_id, year) if one.closed_on is None]
    return [Target(one.id, one.name, one.grades) for one in cards]


def is_last_grade(grade: str) -> bool:
    """Whether a level ends with this grade: 5, 9, 12, the last age of preschool."""
    return grade in LAST_GRADES or next_grade(grade) is None


LAST_GRADES = ("05", "09", "12", "15", "17", "19", "23", "28")


def _plan(line: ListLine, card: ClassCard, targets: Sequence[Target], *, gone: bool) -> PlanLine:
    if gone:
        return PlanLine(line, Fate.GONE, None, "")
    last = is_last_grade(line.grade)
    fate = fate_of(line.final, is_last_grade=last, judged=card.level != PRESCHOOL)
    if fate is Fate.PROMOTED:
        grade = next_grade(line.grade) or ""
        return PlanLine(line, fate, default_target(next_name(card.name), grade, targets))
    if fate is Fate.RETAINED:
        return PlanLine(line, fate, default_target(card.name, line.grade, targets))
    why = "" if fate is Fate.COMPLETED else line.why or line.outcome_text
    return PlanLine(line, fate, None, why)


def later_seats(year: int, student_ids: Sequence[int]) -> set[int]:
    """Pupils who have a seat of a later year already."""
    with connection.cursor() as cursor:
        cursor.execute(LATER, [list(student_ids), year])
        return {row[0] for row in cursor.fetchall()}


def days_of(school: SchoolCard, year: int) -> tuple[date, date]:
    """The last day of the old year and the first of the new one, by the province's calendar."""
    old, new = (school_year(school.province_id, one) for one in (year, year + 1))
    return (
        old.ends_on if old else date(year + 1, 5, 31),
        new.starts_on if new else date(year + 1, 9, 5),
    )


@dataclass(frozen=True, slots=True)
class DoneLine:
    """A pupil that a closing moved; `why_not` says what keeps him from going back."""

    student_id: int
    name: str
    from_name: str
    to_name: str
    fate: Fate
    undone: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """One closing: who did it when, and what would come back."""

    closing: YearClosing
    lines: list[DoneLine]

    @property
    def can_go_back(self) -> list[DoneLine]:
        return [one for one in self.lines if not one.undone and not one.why_not]

    @property
    def held(self) -> list[DoneLine]:
        return [one for one in self.lines if one.why_not and not one.undone]


def closings_of(actor: Actor, school_id: int, year: int) -> list[YearClosing]:
    """What was done at a school in a year, the newest first."""
    open_school(actor, school_id)
    rows = YearClosing.objects.filter(school_id=school_id, year=year)
    return list(rows.order_by("-applied_at", "-id"))


def open_closing(actor: Actor, closing_id: int) -> Done:
    """One closing with everyone it moved."""
    row = YearClosing.objects.filter(pk=closing_id).first()
    if row is None:
        raise NoSuchBook(closing_id)
    open_school(actor, row.school_id)
    held = why_held(row)
    return Done(row, [_done(one, held) for one in row.moves])


def why_held(row: YearClosing) -> dict[int, str]:
    """Pupils of a closing who cannot go back now, and why."""
    waiting = [one for one in row.moves if not one.get("undone")]
    held = dict(why_not_back(row.school_id, [moved_of(one) for one in waiting]))
    entered = _entered(row.year + 1, [one["student"] for one in waiting])
    sentence = "Năm học mới đã có điểm, nhận xét hoặc ghi nhận của em."
    return dict.fromkeys(entered, sentence) | held


def _entered(year: int, student_ids: Sequence[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(ENTERED, {"year": year, "students": list(student_ids)})
        return {row[0] for row in cursor.fetchall()}


def moved_of(kept: dict[str, Any]) -> YearMoved:
    """A kept move as records knows it."""
    ends_on = kept["old_ends_on"]
    return YearMoved(
        kept["student"],
        kept["old_seat"],
        kept["old_status"],
        date.fromisoformat(ends_on) if ends_on else None,
        kept["new_seat"],
        kept["register_line"],
    )


def _done(kept: dict[str, Any], held: dict[int, str]) -> DoneLine:
    return DoneLine(
        kept["student"],
        kept["name"],
        kept["from"],
        kept["to"],
        Fate(kept["fate"]),
        bool(kept.get("undone")),
        held.get(kept["student"], ""),
    )
