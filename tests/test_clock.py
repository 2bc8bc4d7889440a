"""The clock of the tests does not leave the school year of the cast."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.clock import LAST, WEEK, stands_back


@pytest.mark.parametrize("now", [datetime(2026, 12, 31, 17, tzinfo=UTC), LAST])
def test_within_the_year_it_is_the_clock_on_the_wall(now: datetime) -> None:
    assert stands_back(now) == timedelta(0)


@pytest.mark.parametrize("later", [timedelta(seconds=1), timedelta(days=87), timedelta(days=9000)])
def test_afterwards_it_is_the_last_week_at_the_same_hour_of_the_same_weekday(
    later: timedelta,
) -> None:
    now = LAST + later
    shown = now - stands_back(now)
    assert LAST - WEEK < shown <= LAST
    assert (shown.weekday(), shown.time()) == (now.weekday(), now.time())
