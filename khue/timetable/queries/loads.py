"""Số tiết dạy of every teacher of a school, beside the norm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from khue.organisations.api import (
    ClassSubjectCard,
    class_subjects_by_ids,
    class_summaries,
    school_summary,
    year_of_school,
)
from khue.records.api import StaffLine, staff_of_school
from khue.timetable.models import HomeroomAssignment, TeachingAssignment
from khue.timetable.queries.assignments import (
    TeachingLine,
    holding,
    homeroom_line,
    homeroom_rows,
    teaching_line,
    teaching_rows,
)
from khue.timetable.rules.load import extra_periods, is_beyond_cap, reduced_norm, weekly_norm

STUDY_WEEKS = {1: 18, 2: 17}


@dataclass(frozen=True)
class TaughtClass:
    """One line of a load: a subject of a class with its periods a week."""

    teaching_id: int
    card: ClassSubjectCard
    periods: Fraction


@dataclass(frozen=True)
class StaffLoad:
    """Số tiết dạy một tuần of a person; norms are None where the law names none."""

    staff_id: int
    staff_name: str
    name_key: str
    account_id: int | None
    title: str
    taught: tuple[TaughtClass, ...]
    homerooms: tuple[str, ...]
    full_norm: int | None
    norm: int | None

    @property
    def periods(self) -> Fraction:
        return sum((one.periods for one in self.taught), Fraction(0))

    @property
    def extra(self) -> Fraction:
        return extra_periods(self.periods, self.norm) if self.norm is not None else Fraction(0)

    @property
    def beyond_cap(self) -> bool:
        if self.norm is None or self.full_norm is None:
            return False
        return is_beyond_cap(self.periods, self.full_norm, self.norm)


def load_of_staff(school_id: int, on: date) -> list[StaffLoad]:
    """Everyone posted at a school on a day with what they teach, by given name."""
    school = school_summary(school_id)
    year = year_of_school(school_id, on)
    term = year.term_on(on).number if year and year.terms else 1
    lines = _teaching(school_id, on)
    cards = class_subjects_by_ids([line.class_subject_id for line in lines])
    taught: dict[int, list[TaughtClass]] = defaultdict(list)
    for line in lines:
        card = cards[line.class_subject_id]
        taught[line.staff_id].append(TaughtClass(line.id, card, _periods(line, card, term)))
    homerooms = _homerooms(school_id, on)
    norm = weekly_norm(school.levels, school.school_type)
    staff = staff_of_school(school_id, on)
    return [_load(one, taught[one.id], homerooms[one.id], norm) for one in staff]


def _teaching(school_id: int, on: date) -> list[TeachingLine]:
    rows: Iterable[TeachingAssignment] = teaching_rows().filter(holding(on), school_id=school_id)
    return [teaching_line(row) for row in rows]


def _homerooms(school_id: int, on: date) -> dict[int, list[str]]:
    rows: Iterable[HomeroomAssignment] = homeroom_rows().filter(holding(on), school_id=school_id)
    lines = [homeroom_line(row) for row in rows]
    names = class_summaries([line.class_id for line in lines])
    found: dict[int, list[str]] = defaultdict(list)
    for line in lines:
        found[line.staff_id].append(names[line.class_id].name)
    return found


def _periods(line: TeachingLine, card: ClassSubjectCard, term: int) -> Fraction:
    if line.periods_per_week is not None:
        return Fraction(line.periods_per_week)
    return Fraction(card.periods(term), STUDY_WEEKS[term])


def _load(
    person: StaffLine, taught: list[TaughtClass], homerooms: list[str], norm: int | None
) -> StaffLoad:
    return StaffLoad(
        staff_id=person.id,
        staff_name=person.name,
        name_key=person.name_key,
        account_id=person.account_id,
        title=person.title,
        taught=tuple(taught),
        homerooms=tuple(homerooms),
        full_norm=norm,
        norm=None if norm is None else reduced_norm(norm, len(homerooms)),
    )
