"""Forms 01-MN and 02-TH: rows in order, sums over schools, identities told, not assumed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.statistics.rules.reports import (
    IDENTITIES,
    SchoolCounts,
    check_identities,
    fill_form,
    form_rows,
    read_source,
)

MOUNTAIN = {
    "kind.06": 1,
    "area.04": 1,
    "ownership.01": 1,
    "02.classes": 19,
    "02.pupils": 100,
    "02.pupils.f": 48,
    "02.grade.01": 60,
    "02.grade.05": 40,
    "02.age.5": 3,
    "02.age.6": 57,
    "02.age.11": 30,
    "02.age.12": 10,
    "02.age.12.f": 4,
}
PRIVATE = {
    "kind.06": 1,
    "area.02": 1,
    "02.classes": 5,
    "02.pupils": 20,
    "02.grade.01": 20,
    "02.age.6": 20,
}
LOWER_SECONDARY = {"kind.07": 1, "area.04": 1, "ownership.01": 1, "03.pupils": 300}
SCHOOLS = [SchoolCounts(one) for one in (MOUNTAIN, PRIVATE, LOWER_SECONDARY)]


def value(code: str, column: str = "") -> int | None:
    lines = {one.row.code: one for one in fill_form("02-th", SCHOOLS)}
    return lines[code].value(column)


def test_schools_are_counted_by_kind_area_and_classes() -> None:
    assert [value(code) for code in ("1", "2", "4", "5", "6", "7")] == [2, 1, 1, 1, 1, 0]
    assert (value("1", "public"), value("1", "private")) == (1, 1)


def test_pupils_are_added_by_column_and_area() -> None:
    assert (value("37"), value("37", ".f"), value("37", "public")) == (120, 48, 100)
    assert (value("38"), value("39")) == (20, 100)


def test_ages_beyond_a_limit_are_gathered() -> None:
    assert (value("45"), value("46"), value("51"), value("51", ".f")) == (3, 77, 40, 4)


def test_rows_without_data_are_never_a_zero() -> None:
    assert value("17") is None
    assert value("58") == 0


def test_identities_that_hold_break_or_cannot_be_checked_are_told_apart() -> None:
    found = {
        one.identity.text: one for one in check_identities("02-th", fill_form("02-th", SCHOOLS))
    }
    assert found["37 = 40 + 41 + 42 + 43 + 44"].holds
    assert not found["27 = 28 + 29 + 30 + 31 + 32"].holds
    unknown = next(one for text, one in found.items() if text.startswith("110 ="))
    assert unknown.missing == ("119",)
    assert not unknown.holds


@pytest.mark.parametrize(("form", "last"), [("01-mn", 212), ("02-th", 132)])
def test_the_codes_of_a_form_run_without_a_gap(form: str, last: int) -> None:
    told: list[int] = []
    for row in form_rows(form):
        if row.code:
            first, _, end = row.code.partition("-")
            told += range(int(first), int(end or first) + 1)
    assert told == list(range(1, last + 1))


@pytest.mark.parametrize("form", ["01-mn", "02-th"])
def test_identities_name_rows_of_the_form(form: str) -> None:
    codes = {row.code for row in form_rows(form)}
    assert {code for one in IDENTITIES[form] for code in (one.total, *one.parts)} <= codes


def test_a_source_is_read_with_signs_and_conditions() -> None:
    source = read_source("01.a - 01.b ? kind.01|kind.02 & 02.classes>=9")
    assert source is not None
    assert source.terms == ((1, "01.a"), (-1, "01.b"))
    assert source.conditions == (("kind.01", "kind.02"), ("02.classes>=9",))


@given(st.lists(st.integers(0, 500), min_size=5, max_size=5))
def test_grades_that_add_up_hold_the_identity(grades: list[int]) -> None:
    counts = {f"02.grade.0{place}": many for place, many in enumerate(grades, 1)}
    schools = [SchoolCounts({**counts, "02.pupils": sum(grades)})]
    found = check_identities("02-th", fill_form("02-th", schools))
    assert next(one for one in found if one.identity.parts[0] == "40").holds
