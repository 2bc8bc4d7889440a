"""The clock of the tests does not leave the school year of the cast.

The cast goes to school in 2026–2027, and what a page shows depends on the day. When that year is
over, the product's clock stands back, for the tests and the sites they start, by so many whole
weeks that it is in the year's last week again: the suite says the same on every later day. Until
then it is the clock on the wall.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
from django.utils import timezone

LAST = datetime(2027, 6, 14, 17, tzinfo=UTC)
WEEK = timedelta(weeks=1)
on_the_wall = timezone.now


def stands_back(now: datetime) -> timedelta:
    """By how much the clock of the tests stands back at this moment."""
    return max(0, ceil((now - LAST) / WEEK)) * WEEK


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
