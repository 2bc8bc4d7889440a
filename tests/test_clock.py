"""The clock of the tests does not leave the school year of the cast."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.clock import LAST, WEEK, stands_back


@pytest.mark.parametrize("now", [datetime(2026, 12, 31, 16, tzinfo=UTC), LAST])
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


@pytest.mark.parametrize(
    ("day", "shown"), [("2027-01-01", "2026-12-25"), ("2027-02-08", "2027-01-18")]
)
def test_on_a_holiday_it_is_a_day_of_school_of_the_same_weekday(day: str, shown: str) -> None:
    now = datetime.fromisoformat(f"{day}T09:00+07:00")
    assert f"{now - stands_back(now):%Y-%m-%d}" == shown
