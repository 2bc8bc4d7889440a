"""The load after duties by TT 05/2025, as a head teacher would check it."""

from fractions import Fraction

import pytest

from khue.timetable.rules.duties import (
    UnknownDuty,
    UnknownLevel,
    load_after_duties,
)
from khue.timetable.rules.load import weekly_norm


def test_w32_homeroom_and_head_of_group() -> None:
    load = load_after_duties("thcs", ["homeroom", "group_head"])
    assert [load.weekly, load.yearly, load.norm_yearly] == [12, 420, 665]


def test_w33_extra_periods_may_reach_half_the_norm() -> None:
    assert load_after_duties("thpt").extra_cap == Fraction(17, 2)


@pytest.mark.parametrize(
    ("level", "kind", "weekly", "yearly"),
    [
        ("primary", "", 23, 805),
        ("thcs", "", 19, 665),
        ("thpt", "", 17, 595),
        ("primary", "semi_boarding", 21, 735),
        ("thcs", "semi_boarding", 17, 595),
        ("thcs", "boarding", 17, 595),
        ("thpt", "boarding", 15, 525),
        ("thpt", "disabled", 15, 525),
        ("preparatory", "", 12, 336),
        ("gdtx", "", 17, 595),
    ],
)
def test_norms(level: str, kind: str, weekly: int, yearly: int) -> None:
    load = load_after_duties(level, kind=kind)
    assert (load.norm_weekly, load.norm_yearly) == (weekly, yearly)


def test_both_tables_of_norms_agree() -> None:
    for code, level in (("02", "primary"), ("03", "thcs"), ("04", "thpt"), ("05", "gdtx")):
        assert weekly_norm([code]) == load_after_duties(level).norm_weekly


@pytest.mark.parametrize(
    ("level", "duties", "weekly"),
    [
        ("thcs", ["homeroom"], 15),
        ("thcs", ["group_deputy"], 18),
        ("thpt", ["probation"], 15),
        ("primary", ["child_under_12_months"], 19),
        ("thcs", ["child_under_12_months"], 16),
        ("thcs", ["homeroom", "homeroom"], 15),
        ("thcs", ["homeroom", "group_head", "probation"], 10),
        ("thcs", ["principal", "homeroom"], 2),
        ("thcs", ["vice_principal"], 4),
    ],
)
def test_what_duties_take_off(level: str, duties: list[str], weekly: int) -> None:
    assert load_after_duties(level, duties).weekly == weekly


def test_only_two_duties_count_the_larger_ones() -> None:
    load = load_after_duties("thcs", ["group_deputy", "homeroom", "group_head"])
    assert load.weekly == 12
    assert load.too_many == ("group_deputy",)


def test_leaders_of_a_centre_owe_a_share_of_the_yearly_norm() -> None:
    assert load_after_duties("gdtx", ["director"]).yearly == Fraction(476, 10)
    assert load_after_duties("gdtx", ["deputy_director"]).yearly == Fraction(595, 10)


def test_what_is_not_known_is_said() -> None:
    with pytest.raises(UnknownDuty):
        load_after_duties("thcs", ["juggler"])
    with pytest.raises(UnknownDuty):
        load_after_duties("thcs", ["director"])
    with pytest.raises(UnknownLevel):
        load_after_duties("preschool")
