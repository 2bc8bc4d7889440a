"""The days with school up to the hour at which the demonstration is built, the newest last."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from demo.blueprint import YEAR
from khue.attendance.api import SchoolDays, free_name, school_days
from kit.dates import vietnam_day, vietnam_time

WEEKS_TOLD = 11
SCHOOL_BEGINS = 7
HANOI_HOURS = 7


def calendar_of_school(school: Any, now: datetime) -> SchoolDays:
    return school_days(school.pk, school.province_id, YEAR, vietnam_day(now))


def days_told(school: Any, now: datetime, weeks: int = WEEKS_TOLD) -> list[date]:
    """The days with school of some weeks: today too, as soon as the morning has begun."""
    days, today = calendar_of_school(school, now), vietnam_day(now)
    last = today if vietnam_time(now).hour > SCHOOL_BEGINS else today - timedelta(days=1)
    monday = last - timedelta(days=last.weekday() + 7 * (weeks - 1))
    every = (monday + timedelta(days=one) for one in range((last - monday).days + 1))
    return [day for day in every if not free_name(days, day)]


def next_school_day(school: Any, now: datetime) -> date:
    """The first day with school after today."""
    days, today = calendar_of_school(school, now), vietnam_day(now)
    ahead = (today + timedelta(days=one) for one in range(1, 60))
    return next((day for day in ahead if not free_name(days, day)), today + timedelta(days=1))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day as the clock on the wall says."""
    return datetime.combine(day, time(hour, minute), tzinfo=UTC) - timedelta(hours=HANOI_HOURS)
