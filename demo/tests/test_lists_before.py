"""What last year's lists are planned from."""

from __future__ import annotations

from demo.blueprint import SCHOOLS, SchoolPlan
from demo.lists_before import _planned


def school(key: str) -> SchoolPlan:
    return next(one for one in SCHOOLS if one.key == key)


def lists_of(key: str) -> dict[str, str]:
    """The classes of last year by name, with the class of this year that each became."""
    return {one.plan.names[0]: one.became for one in _planned(school(key).classes)}


def test_a_class_was_a_grade_below_and_the_eldest_have_left() -> None:
    assert lists_of("main") == {
        **{f"{grade}{letter}": f"{grade + 1}{letter}" for grade in (6, 7, 8) for letter in "ABC"},
        **{f"9{letter}": "" for letter in "ABC"},
    }
    assert lists_of("upper")["11A2"] == "12A2"
    assert lists_of("gdtx") == {"10GDTX": "11GDTX", "11GDTX": "12GDTX", "12GDTX": ""}


def test_a_school_of_two_levels_keeps_its_children_between_them() -> None:
    assert lists_of("boarding")["5A"] == "6A"
    assert lists_of("multi")["9A"] == "10A1"
    assert [name for name, became in lists_of("multi").items() if not became] == ["12A1"]


def test_young_children_move_up_by_their_age() -> None:
    assert lists_of("preschool") == {
        "Nhóm trẻ 25-36 tháng": "Mẫu giáo bé A",
        "Mẫu giáo bé A": "Mẫu giáo nhỡ A",
        "Mẫu giáo nhỡ A": "Mẫu giáo lớn A",
        "Mẫu giáo lớn A": "",
        "Mẫu giáo lớn B": "",
    }
