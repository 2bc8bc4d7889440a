"""Các trường hôm nay, for whoever works at a commune, a department or the ministry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from khue.access.api import OFFICERS, Actor, explain
from khue.attendance.api import SchoolToday, schools_today
from khue.gradebook.api import Count, progress_by_school, school_year_on
from khue.organisations.api import (
    OrganisationCard,
    SchoolCard,
    current_year,
    organisation_at,
    schools_at,
)
from khue.portal.queries.day.calendar import SchoolDay, school_day
from khue.portal.queries.day.first_steps import Step, steps_of_department
from kit.dates import vietnam_day

MOST_SCHOOLS = 24


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """Một trường: who is there today, and how far its marks have come."""

    school: SchoolCard
    today: SchoolToday | None
    progress: Count


@dataclass(frozen=True, slots=True)
class OfficerDay:
    """How the schools below an authority stand on the day that is shown."""

    authority: OrganisationCard
    day: SchoolDay
    lines: list[SchoolLine]
    term: int
    sees_attendance: bool
    steps: list[Step] = field(default_factory=list)
    """What is to be done first, while no school has begun."""

    @property
    def progress(self) -> Count:
        return sum((one.progress for one in self.lines), Count())

    @property
    def told(self) -> list[SchoolToday]:
        return [one.today for one in self.lines if one.today]

    @property
    def present(self) -> int:
        return sum(one.present for one in self.told)

    @property
    def absent(self) -> int:
        return sum(one.absent for one in self.told)

    @property
    def shown(self) -> list[SchoolLine]:
        """Those without attendance first, then those with the fewest marks."""
        ordered = sorted(self.lines, key=lambda one: (one.today is not None, _share(one.progress)))
        return ordered[:MOST_SCHOOLS]


def _share(count: Count) -> float:
    return count.entered / count.due if count.due else 1.0


def officer_day(actor: Actor, now: datetime) -> OfficerDay:
    """The schools below the first authority at which the actor is an officer."""
    place = next(one.place for one in actor.grants if one.role in OFFICERS)
    today, authority, schools = vietnam_day(now), organisation_at(place), schools_at(place)
    province = schools[0].province_id if schools else authority.id
    year = current_year(province, today) if schools else None
    term = year.term_on(today).number if year else 1
    day = school_day(schools[0].id, province, today) if schools else SchoolDay(today, today)
    sees = explain(actor, "attendance.view", place) is None
    lines = _lines(actor, authority, schools, day.shown, term)
    return OfficerDay(authority, day, lines, term, sees, _steps(actor, authority, lines))


def _steps(actor: Actor, authority: OrganisationCard, lines: list[SchoolLine]) -> list[Step]:
    begun = any(one.today or one.progress.entered for one in lines)
    return steps_of_department(actor, authority, schools=len(lines), begun=begun)


def _lines(
    actor: Actor, authority: OrganisationCard, schools: list[SchoolCard], day: date, term: int
) -> list[SchoolLine]:
    sees = explain(actor, "attendance.view", authority.path) is None
    held = schools_today(actor, authority.path, day) if sees else {}
    counts = progress_by_school(actor, authority.id, school_year_on(day), term)
    return [SchoolLine(one, held.get(one.id), counts.get(one.id, Count())) for one in schools]
