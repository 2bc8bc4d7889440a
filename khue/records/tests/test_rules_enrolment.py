"""The register never gives a number twice; an enrolment moves only as books allow."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.records.rules.enrolment import (
    ENROLMENT_TRANSITIONS,
    Entry,
    Period,
    Status,
    check_transition,
    may_become,
    sector_status_code,
)
from khue.records.rules.register_numbers import (
    check_register_pattern,
    next_register_number,
    print_register_number,
)

CODES = Path(__file__).parents[2] / "organisations" / "data" / "codes" / "student-status.csv"


def test_the_first_number_is_one_and_the_next_is_above_the_highest_ever() -> None:
    assert next_register_number(None) == 1
    assert next_register_number(41) == 42


@given(st.lists(st.booleans(), max_size=30))
def test_numbers_are_never_given_twice_even_after_people_left(leaves: list[bool]) -> None:
    highest: int | None = None
    given_numbers: list[int] = []
    for _ in leaves:
        highest = next_register_number(highest)
        given_numbers.append(highest)
    assert len(set(given_numbers)) == len(leaves)


@pytest.mark.parametrize(
    ("pattern", "printed"),
    [
        ("{number}", "42"),
        ("{number:04}", "0042"),
        ("{number:05d}/{year}", "00042/2026"),
        ("ĐB-{year}-{number:3}", "ĐB-2026- 42"),
    ],
)
def test_a_school_prints_its_number_its_own_way(pattern: str, printed: str) -> None:
    assert check_register_pattern(pattern) is None
    assert print_register_number(42, pattern=pattern, year=2026) == printed


@pytest.mark.parametrize(
    "pattern",
    ["", "{year}", "{number}{number}", "{number", "{number!r}", "{number.real}", "{0}", "{name}",
     "{number:99}", "{number:{year}}"],
)  # fmt: skip
def test_a_pattern_that_could_break_the_book_is_refused(pattern: str) -> None:
    refusal = check_register_pattern(pattern)
    assert refusal is not None
    assert "{number:04}/{year}" in refusal.sentence


def test_every_status_has_its_moves_and_its_name() -> None:
    assert set(ENROLMENT_TRANSITIONS) == set(Status)
    assert all(status.name_vi for status in Status)


def test_a_student_who_studies_may_leave_in_every_way() -> None:
    for status in set(Status) - {Status.STUDYING}:
        assert may_become(Status.STUDYING, status)
    assert not may_become(Status.STUDYING, Status.STUDYING)


def test_whoever_dropped_out_may_return_but_a_transfer_is_final() -> None:
    assert check_transition(Status.DROPPED_OUT, Status.STUDYING) is None
    refusal = check_transition(Status.TRANSFERRED_OUT, Status.STUDYING)
    assert refusal is not None
    assert refusal.sentence.startswith("Không thể chuyển từ “Chuyển trường” sang “Đang học”.")


def test_only_open_states_hold_a_seat() -> None:
    assert {status for status in Status if status.is_open} == {Status.STUDYING, Status.SUSPENDED}


@pytest.mark.parametrize(
    ("status", "entry", "period", "code"),
    [
        (Status.STUDYING, Entry.AT_START, Period.TERM_1, "01"),
        (Status.STUDYING, Entry.TRANSFERRED_IN, Period.TERM_1, "02"),
        (Status.STUDYING, Entry.RETURNED, Period.TERM_1, "03"),
        (Status.TRANSFERRED_OUT, Entry.AT_START, Period.TERM_1, "04"),
        (Status.DROPPED_OUT, Entry.AT_START, Period.TERM_1, "05"),
        (Status.STUDYING, Entry.TRANSFERRED_IN, Period.TERM_2, "06"),
        (Status.STUDYING, Entry.RETURNED, Period.TERM_2, "07"),
        (Status.TRANSFERRED_OUT, Entry.TRANSFERRED_IN, Period.TERM_2, "08"),
        (Status.DROPPED_OUT, Entry.AT_START, Period.TERM_2, "09"),
        (Status.STUDYING, Entry.TRANSFERRED_IN, Period.SUMMER, "10"),
        (Status.TRANSFERRED_OUT, Entry.AT_START, Period.SUMMER, "11"),
        (Status.DROPPED_OUT, Entry.AT_START, Period.SUMMER, "12"),
    ],
)
def test_the_status_of_the_sector(status: Status, entry: Entry, period: Period, code: str) -> None:
    assert sector_status_code(status, entry, period) == code


@given(st.sampled_from(Status), st.sampled_from(Entry), st.sampled_from(Period))
def test_every_case_has_a_code_of_the_list(status: Status, entry: Entry, period: Period) -> None:
    with CODES.open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    assert sector_status_code(status, entry, period) in codes
