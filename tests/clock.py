"""The clock of the tests does not leave the school year of the cast, nor stand on a holiday.

The cast goes to school in 2026–2027, and what a page shows depends on the day. When that year is
over, the product's clock stands back, for the tests and the sites they start, by so many whole
weeks that it is in the year's last week again: the suite says the same on every later day. On a
holiday nobody takes attendance; then it is a day of the weeks before. Else it is the clock on the
wall.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import ceil

import pytest
from django.utils import timezone

from khue.attendance.rules.days import holiday_name
from khue.organisations.rules.calendar import FIRST_DAY_OF_TET
from kit.dates import vietnam_day

LAST = datetime(2027, 6, 14, 17, tzinfo=UTC)
WEEK = timedelta(weeks=1)
AROUND_TET = timedelta(weeks=2)
on_the_wall = timezone.now


def stands_back(now: datetime) -> timedelta:
    """By how much the clock of the tests stands back at this moment."""
    behind = max(0, ceil((now - LAST) / WEEK)) * WEEK
    while _is_free(vietnam_day(now - behind)):
        behind += WEEK
    return behind


def _is_free(day: date) -> bool:
    """Whether schools are closed on this day, on whatever weekday it falls."""
    return bool(holiday_name(day)) or abs(day - FIRST_DAY_OF_TET[day.year]) <= AROUND_TET


def keep_to_the_year() -> None:
    """From now on the product's clock in this process stands back, if it has to."""
    if behind := stands_back(on_the_wall()):
        timezone.now = lambda: on_the_wall() - behind


def pytest_configure(config: pytest.Config) -> None:
    """Before any test is read: some take the time while they are."""
    keep_to_the_year()


def settings_of_sites() -> str:
    """The product's settings, for the sites that stories start; with the clock, if it stands."""
    return "tests.later_settings" if stands_back(on_the_wall()) else "config.settings"
