"""The norms of TT 05/2025, as a head teacher would check them."""

from fractions import Fraction

import pytest

from khue.timetable.rules.load import extra_periods, is_beyond_cap, reduced_norm, weekly_norm


@pytest.mark.parametrize(
    ("levels", "school_type", "norm"),
    [
        (["02"], "", 23),
        (["03"], "07", 19),
        (["04"], "09", 17),
        (["03", "04"], "07", 17),
        (["03"], "01", 17),
        (["03", "04"], "02", 15),
        (["05"], "15", 17),
        (["01"], "13", None),
    ],
)
def test_the_norm_follows_the_level_and_the_kind_of_school(
    levels: list[str], school_type: str, norm: int | None
) -> None:
    assert weekly_norm(levels, school_type) == norm


def test_a_homeroom_lowers_the_norm_once() -> None:
    assert reduced_norm(19, 0) == 19
    assert reduced_norm(19, 1) == 15
    assert reduced_norm(19, 2) == 15


def test_more_than_half_of_the_norm_above_it_is_too_much() -> None:
    assert extra_periods(Fraction(24), 19) == 5
    assert extra_periods(Fraction(12), 19) == 0
    assert not is_beyond_cap(Fraction(28), 19, 19)
    assert is_beyond_cap(Fraction(29), 19, 19)
