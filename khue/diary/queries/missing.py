"""Tiết chưa ghi của một tuần, told without a timetable: by the assignments' periods a week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from khue.diary.queries.calendar import SchoolCalendar, calendar_of
from khue.diary.queries.due import lessons_in_week
from khue.diary.rules.days import days_of_week
from khue.diary.rules.missing import missing, promised
from khue.organisations.api import ClassSubjectCard
from khue.timetable.api import teachers_of


@dataclass(frozen=True, slots=True)
class WeekCount:
    """Một môn của một lớp in a week: promised by the assignments, written in the book."""

    card: ClassSubjectCard
    promised: int
    written: int

    @property
    def missing(self) -> int:
        return missing(self.promised, self.written)


def counts_of_week(
    cards: Sequence[ClassSubjectCard], monday: date, today: date
) -> dict[int, WeekCount]:
    """Each subject whose teachers have their periods a week, in a week that can be counted.

    Empty for a week that is not over or has a day without lessons; the caller passed the gate.
    """
    if not cards:
        return {}
    calendar = calendar_of(cards[0].province_id, cards[0].year)
    if not is_countable(calendar, monday, today):
        return {}
    ids = [one.id for one in cards]
    written, teachers = lessons_in_week(ids, monday), teachers_of(ids, monday)
    wanted = {
        key: promised(one.periods_per_week for one in lines) for key, lines in teachers.items()
    }
    return {
        one.id: WeekCount(one, count, written.get(one.id, 0))
        for one in cards
        if (count := wanted.get(one.id))
    }


def is_countable(calendar: SchoolCalendar, monday: date, today: date) -> bool:
    """Whether a week is over and had lessons on every day, so that the promise is the count."""
    if monday + timedelta(days=5) >= today:
        return False
    return not any(calendar.why_not_on(day, today) for day in days_of_week(monday))
