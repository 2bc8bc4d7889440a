"""Forms 01-MN and 02-TH: rows in order, sums over schools, identities told, not assumed."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.statistics.rules.declared import (
    DATA,
    MOST,
    count_declared,
    declared_keys,
    declared_rows,
    faults_in,
)
from khue.statistics.rules.form_table import form_table
from khue.statistics.rules.identities import IDENTITIES, Finding, check_identities
from khue.statistics.rules.reports import Filled, Withheld, fill_form, form_rows
from khue.statistics.rules.sources import (
    SchoolCounts,
    amount,
    read_source,
    unconfirmed_groups,
    very_small_groups,
)
from khue.statistics.rules.themes import DIMENSIONS
from machinery.surroundings import ROOT

YEAR = 2026

MOUNTAIN = {
    "main.02": 1,
    "level.02": 1,
    "area.04": 1,
    "ownership.01": 1,
    "02.classes": 19,
    "02.pupils": 100,
    "02.pupils.f": 48,
    "02.grade.01": 60,
    "02.grade.01.f": 48,
    "02.grade.05": 40,
    "02.age.5": 3,
    "02.age.6": 57,
    "02.age.11": 30,
    "02.age.12": 10,
    "02.age.12.f": 4,
}
PRIVATE = {
    "main.02": 1,
    "level.02": 1,
    "area.02": 1,
    "02.classes": 5,
    "02.pupils": 20,
    "02.grade.01": 20,
    "02.age.6": 20,
}
LOWER_SECONDARY = {"main.03": 1, "area.04": 1, "ownership.01": 1, "03.pupils": 300}


def lines_of(
    form: str, *schools: dict[str, int], withheld: Withheld | None = None
) -> dict[str, Filled]:
    told = [SchoolCounts(one) for one in schools]
    return {one.row.code: one for one in fill_form(form, told, YEAR, withheld) if one.row.code}


def findings_of(form: str, *schools: dict[str, int]) -> dict[str, Finding]:
    found = check_identities(form, lines_of(form, *schools).values())
    return {one.identity.text: one for one in found}


def value(code: str, column: str = "") -> int | None:
    return lines_of("02-th", MOUNTAIN, PRIVATE, LOWER_SECONDARY)[code].value(column)


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
    found = findings_of("02-th", MOUNTAIN, PRIVATE, LOWER_SECONDARY)
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
    found = findings_of("02-th", {**counts, "02.pupils": sum(grades)})
    assert found["37 = 40 + 41 + 42 + 43 + 44"].holds


def test_a_broken_identity_is_said_in_a_sentence_with_both_sides() -> None:
    found = findings_of("02-th", MOUNTAIN, PRIVATE)
    assert found["27 = 28 + 29 + 30 + 31 + 32"].sentence == (
        "Dòng 27 “Tổng số lớp” là 24, nhưng các dòng 28, 29, 30, 31, 32 cộng lại là 0: thiếu 24."
        " Lớp ghép tính vào khối thấp nhất."
    )


def test_sentences_about_rows_print_numbers_as_the_table_does() -> None:
    found = findings_of("02-th", {"02.pupils": 74_432, "02.grade.01": 73_000, "level.02": 1})
    told = found["37 = 40 + 41 + 42 + 43 + 44"].sentence
    assert "là 74.432, nhưng" in told
    assert "cộng lại là 73.000: thiếu 1.432." in told


def test_a_typed_number_above_what_was_counted_is_said_in_a_sentence() -> None:
    declared = count_declared({"02.support.boarders": 101, "02.support.boarders.f": 10})
    found = findings_of("02-th", {**MOUNTAIN, **declared})
    above = next(one for one in found.values() if one.breach and one.breach.row == "60")
    assert above.sentence == (
        "Dòng 60 “Dân tộc bán trú” là 101, nhiều hơn dòng 37 “tổng số học sinh” là 100."
        " Trường xem lại số đã khai."
    )


def test_an_identity_is_checked_in_every_column() -> None:
    school = {**MOUNTAIN, "02.grade.01.f": 20, "02.grade.05.f": 20}
    found = findings_of("02-th", school)["37 = 40 + 41 + 42 + 43 + 44"]
    assert found.breach is not None
    assert (found.breach.column, found.breach.total, found.breach.parts) == (".f", 48, 40)
    assert "cột nữ" in found.sentence


def test_a_declared_zero_is_a_number_and_an_empty_cell_is_none() -> None:
    declared = count_declared({"02.rooms.library": 0, "02.has.power": 1, "02.has.water": 0})
    lines = lines_of("02-th", {**MOUNTAIN, **declared}, PRIVATE)
    assert [lines[code].value() for code in ("18", "19", "17", "123", "124")] == [
        1,
        0,
        None,
        0,
        None,
    ]
    assert (lines["18"].told, lines["18"].asked) == (1, 2)


def test_declared_numbers_are_added_over_schools_and_say_how_many_declared() -> None:
    two = [{**MOUNTAIN, **count_declared({"02.rooms.classrooms": many})} for many in (12, 9)]
    line = lines_of("02-th", *two, MOUNTAIN)["120"]
    assert (line.value(), line.told, line.asked) == (21, 2, 3)


def test_what_cannot_be_true_is_not_taken() -> None:
    key = "02.support.boarders"
    values = {
        key: 5,
        f"{key}.f": 6,
        f"{key}.mf": 3,
        "02.has.power": 2,
        "02.rooms.library": MOST + 1,
    }
    told = {one.key: one.sentence for one in faults_in("02-th", values)}
    assert set(told) == {f"{key}.f", f"{key}.m", "02.has.power", "02.rooms.library"}
    assert told[f"{key}.f"] == "“Học sinh dân tộc bán trú”: nữ (6) nhiều hơn tổng số (5)."


def test_a_list_that_nobody_held_against_the_print_says_so() -> None:
    assert unconfirmed_groups(YEAR) == ("NĐ 57/2017/NĐ-CP",)
    assert unconfirmed_groups(2016) == ()


def test_very_small_groups_have_the_names_of_the_sector_list() -> None:
    with (DATA / "very-small-groups.csv").open(encoding="utf-8", newline="") as file:
        ours = {line["code"]: line["name"] for line in csv.DictReader(file)}
    codes = ROOT / "khue" / "organisations" / "data" / "codes" / "ethnic-groups.csv"
    with codes.open(encoding="utf-8", newline="") as file:
        theirs = {line["code"]: line["name_vi"] for line in csv.DictReader(file)}
    assert ours == {code: theirs[code] for code in ours}


def test_very_small_groups_are_those_of_the_year_and_all_of_them_are_minorities() -> None:
    assert very_small_groups(2016) == ()
    assert len(very_small_groups(YEAR)) == 16
    counts = {"02.ethnic.48": 3, "02.ethnic.48.f": 1, "02.ethnic.54": 2, "02.ethnic.01": 40}
    line = lines_of("02-th", {**MOUNTAIN, **counts})["76"]
    assert [line.value(column) for column in ("", ".f", ".m", ".mf")] == [5, 1, 5, 1]


def test_outside_the_school_a_form_tells_nothing_that_its_place_withholds() -> None:
    counts = {**MOUNTAIN, "02.disabled": 2, "02.pupils.m": 30, "02.ethnic.48": 1}
    withheld = Withheld(frozenset({"02.disabled", "02.ethnic.48"}), frozenset(counts))
    lines = lines_of("02-th", counts, withheld=withheld)
    shown = {code: lines[code].shown() for code in ("37", "61", "76", "13", "39")}
    assert shown == {"37": "100", "61": "ẩn", "76": "ẩn", "13": "ẩn", "39": "100"}
    assert (lines["37"].shown(".m"), lines["39"].shown(".m")) == ("30", "ẩn")
    assert lines["61"].shown("public") == "ẩn"
    assert lines["78"].shown(".m") == "0"
    found = check_identities("02-th", lines.values())
    assert "dòng 61 có số nhỏ được che" in next(
        one.sentence for one in found if one.identity.total == "61"
    )


@pytest.mark.parametrize("form", ["01-mn", "02-th"])
def test_every_source_names_counts_that_are_made(form: str) -> None:
    """A word misspelt in the file of a form would be a zero for ever."""
    words = {one.word for one in DIMENSIONS}
    keys = set()
    for row in form_rows(form):
        if row.source:
            keys |= {key for _, key in row.source.terms}
            keys |= {key for one in row.source.conditions for key in one}
    counted = {key for key in keys if key not in declared_keys()}
    named = {key.removeprefix("01.").removeprefix("02.").partition(".")[0] for key in counted}
    assert {one.partition("<")[0].partition(">")[0] for one in named} <= words
    used = {key for key in keys if key in declared_keys()}
    assert used == {row.key for row in declared_rows(form)}


def test_parts_of_schools_sum_to_the_whole() -> None:
    rows = [row for row in form_rows("02-th") if row.source is not None]
    schools = [SchoolCounts(one) for one in (MOUNTAIN, PRIVATE, LOWER_SECONDARY)]
    for row in (row for row in rows if row.source and not row.source.conditions):
        assert row.source
        alone = sum(amount(row.source, [one], "", YEAR) for one in schools)
        assert alone == amount(row.source, schools, "", YEAR), row.code


def test_the_page_about_the_forms_tells_every_row_as_it_is() -> None:
    kept = (ROOT / "docs" / "reference" / "statistics-forms.md").read_text(encoding="utf-8")
    assert kept == form_table(), "write it anew: python -m khue.statistics.rules.form_table"
