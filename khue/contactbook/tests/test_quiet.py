"""Quiet hours: what is written then is told when they end, whatever the clock says."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.contactbook.rules.policies import (
    DEFAULT,
    FamilyPolicy,
    check_policy,
    parse_clock,
    policy_of,
    value_of,
)
from khue.contactbook.rules.quiet import is_in_quiet_hours, told_from
from khue.contactbook.rules.talk import check_message, tidy_message
from kit.refusal import Refusal

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = (time(21), time(6))
moments = st.integers(0, 7 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
clocks = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-11-20 20:59", "2026-11-20 20:59"),
        ("2026-11-20 21:00", "2026-11-21 06:00"),
        ("2026-11-20 23:59", "2026-11-21 06:00"),
        ("2026-11-21 00:00", "2026-11-21 06:00"),
        ("2026-11-21 05:59", "2026-11-21 06:00"),
        ("2026-11-21 06:00", "2026-11-21 06:00"),
        ("2026-12-31 22:30", "2027-01-01 06:00"),
    ],
)
def test_a_message_of_the_night_is_told_at_six(written: str, told: str) -> None:
    moment = datetime.fromisoformat(written).replace(tzinfo=HANOI)
    assert told_from(moment, *NIGHT) == datetime.fromisoformat(told).replace(tzinfo=HANOI)


@given(moments, clocks, clocks)
def test_told_is_never_in_quiet_hours_nor_a_day_late(
    moment: datetime, begins: time, ends: time
) -> None:
    told = told_from(moment, begins, ends)
    assert moment <= told < moment + timedelta(days=1)
    assert not is_in_quiet_hours(told, begins, ends)


@given(moments, clocks, clocks)
def test_told_is_the_first_moment_that_is_not_quiet(
    moment: datetime, begins: time, ends: time
) -> None:
    told = told_from(moment, begins, ends)
    if told == moment:
        assert not is_in_quiet_hours(moment, begins, ends)
    else:
        local = told.astimezone(HANOI)
        assert (local.hour, local.minute) == (ends.hour, ends.minute)
        assert is_in_quiet_hours(told - timedelta(minutes=1), begins, ends)


@given(moments, clocks)
def test_equal_ends_mean_no_quiet_hours(moment: datetime, clock: time) -> None:
    assert told_from(moment, clock, clock) == moment


@pytest.mark.parametrize(
    ("typed", "kept"), [("21h", "21:00"), ("6:30", "06:30"), ("06:05", "06:05"), ("0h15", "00:15")]
)
def test_a_clock_is_read_as_people_write_it(typed: str, kept: str) -> None:
    assert parse_clock(typed) == kept


@pytest.mark.parametrize("typed", ["", "25:00", "9:61", "tối", "²:00", "9" * 50])
def test_what_is_no_clock_is_refused_with_an_example(typed: str) -> None:
    refusal = parse_clock(typed)
    assert isinstance(refusal, Refusal)
    assert "21:00" in refusal.sentence


def test_choices_survive_being_kept() -> None:
    chosen = FamilyPolicy(
        quiet_from="22:00", after_hours="tell", pupils_write=True, channels=("sms", "push")
    )
    assert policy_of(value_of(chosen)) == chosen
    assert policy_of({}) == DEFAULT
    assert check_policy(FamilyPolicy(channels=("telex",))) is not None


def test_a_long_message_is_refused_with_its_length() -> None:
    refusal = check_message("ô" * 2001)
    assert refusal is not None
    assert "2001" in refusal.sentence
    assert check_message(tidy_message("  \r\n ")) is not None
    assert tidy_message("a\r\nb\x07 ") == "a\nb"
