"""Hôm nay có học không: the day, why it is free, the last and the next day with school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from khue.attendance.api import free_name, school_days
from khue.organisations.api import school_year_of

FARTHEST = 120


@dataclass(frozen=True, slots=True)
class SchoolDay:
    """A day at a school; `shown`: the day itself, or the last one with school before it."""

    today: date
    shown: date
    free: str = ""
    next: date | None = None

    @property
    def is_school_day(self) -> bool:
        return not self.free


def school_day(school_id: int, province_id: int, today: date) -> SchoolDay:
    """What a day is at a school by its calendar and hours; read once."""
    days = school_days(school_id, province_id, school_year_of(today), today)
    free = free_name(days, today)
    if not free:
        return SchoolDay(today, today)
    around = [timedelta(days=one) for one in range(1, FARTHEST)]
    last = next((today - one for one in around if not free_name(days, today - one)), today)
    following = next((today + one for one in around if not free_name(days, today + one)), None)
    return SchoolDay(today, last, free, following)
