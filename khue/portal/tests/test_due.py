"""Việc đến hạn as pure rules: the order of a day, and what makes something urgent."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.portal.rules.due import (
    Due,
    Urgency,
    in_order,
    missing_lessons,
    urgency_of_session,
    urgency_until,
)

TODAY = date(2026, 11, 20)
DAYS = st.none() | st.dates(date(2026, 9, 1), date(2027, 5, 31))
DUES = st.builds(
    Due, st.sampled_from(Urgency), st.text(max_size=5), st.just("portal.home"), until=DAYS
)


@given(st.lists(DUES, max_size=12))
def test_nothing_stands_above_what_is_more_urgent(dues: list[Due]) -> None:
    ordered = in_order(dues)
    levels = [one.urgency for one in ordered]
    assert levels == sorted(levels)
    assert sorted(map(id, ordered)) == sorted(map(id, dues))


@given(st.lists(DUES, max_size=12))
def test_of_two_alike_the_one_whose_day_comes_first_is_above(dues: list[Due]) -> None:
    ordered = in_order(dues)
    for above, below in pairwise(ordered):
        if above.urgency == below.urgency:
            assert (above.until or date.max) <= (below.until or date.max)


@pytest.mark.parametrize(
    ("days", "urgency"),
    [
        (-1, Urgency.LATE),
        (0, Urgency.NOW),
        (3, Urgency.NOW),
        (4, Urgency.SOON),
        (14, Urgency.SOON),
        (15, Urgency.LATER),
    ],
)
def test_the_nearer_the_last_day_the_more_urgent(days: int, urgency: Urgency) -> None:
    assert urgency_until(TODAY + timedelta(days=days), TODAY) == urgency


def test_without_a_last_day_nothing_presses() -> None:
    assert urgency_until(None, TODAY) == Urgency.LATER


def test_a_session_presses_once_it_has_begun() -> None:
    assert urgency_of_session("am", 6) == Urgency.TODAY
    assert urgency_of_session("am", 7) == Urgency.NOW
    assert urgency_of_session("pm", 7) == Urgency.TODAY


def test_lessons_that_were_never_promised_are_not_missing() -> None:
    assert missing_lessons(4, 3) == 1
    assert missing_lessons(4, 6) == 0
    assert missing_lessons(None, 0) == 0
