"""Marks are read as teachers type them and printed as books print them."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.numbers import parse_mark, print_integer, print_mark, print_ratio, round_half_up_ratio
from kit.refusal import Refusal


@pytest.mark.parametrize(
    ("typed", "tenths"),
    [
        ("8,5", 85),
        ("8.5", 85),
        ("85", 85),
        ("99", 99),
        ("20", 20),
        ("1,1", 11),
        ("1.9", 19),
        ("10", 100),
        ("100", 100),
        ("10,0", 100),
        ("7", 70),
        ("0", 0),
        ("0,5", 5),
        (" 7,2 ", 72),
        ("8,50", 85),
        ("9,00", 90),
        (7, 70),
        (8.5, 85),
        (10.0, 100),
        ("\u00a09", 90),
    ],
)
def test_a_mark_is_read(typed: str | float, tenths: int) -> None:
    assert parse_mark(typed) == tenths


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "EMPTY"),
        ("   ", "EMPTY"),
        ("7,25", "TOO_MANY_DECIMALS"),
        (7.25, "TOO_MANY_DECIMALS"),
        ("10,5", "OUT_OF_RANGE"),
        ("11,0", "OUT_OF_RANGE"),
        ("11", "OUT_OF_RANGE"),
        ("19", "OUT_OF_RANGE"),
        (11, "OUT_OF_RANGE"),
        (11.0, "OUT_OF_RANGE"),
        ("101", "OUT_OF_RANGE"),
        ("850", "OUT_OF_RANGE"),
        ("1000000", "OUT_OF_RANGE"),
        ("-1", "OUT_OF_RANGE"),
        ("05", "AMBIGUOUS"),
        ("00", "AMBIGUOUS"),
        ("tám", "NOT_A_NUMBER"),
        ("8,5,5", "NOT_A_NUMBER"),
        ("8 5", "NOT_A_NUMBER"),
        ("８", "NOT_A_NUMBER"),
        ("８,５", "NOT_A_NUMBER"),
        ("٨", "NOT_A_NUMBER"),
        ("=8+1", "NOT_A_NUMBER"),
        (",5", "NOT_A_NUMBER"),
        ("8,", "NOT_A_NUMBER"),
        (float("nan"), "NOT_A_NUMBER"),
    ],
)
def test_anything_else_is_refused_with_its_reason(typed: str | float, key: str) -> None:
    refusal = parse_mark(typed)
    assert isinstance(refusal, Refusal)
    assert refusal.key == key
    assert refusal.sentence.endswith(".")


@given(st.integers(0, 100))
def test_a_printed_mark_reads_back(tenths: int) -> None:
    assert parse_mark(print_mark(tenths)) == tenths
    assert parse_mark(print_mark(tenths, whole_with_decimal=False)) == tenths
    assert parse_mark(tenths / 10) == tenths


@given(st.text(max_size=6))
def test_no_text_gives_a_mark_outside_the_scale(text: str) -> None:
    mark = parse_mark(text)
    assert isinstance(mark, Refusal) or 0 <= mark <= 100


def test_whole_marks_print_with_and_without_the_decimal() -> None:
    assert print_mark(75) == "7,5"
    assert print_mark(80) == "8,0"
    assert print_mark(80, whole_with_decimal=False) == "8"
    assert print_mark(5) == "0,5"
    assert print_mark(100) == "10,0"


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounding_is_that_of_exact_decimals(numerator: int, denominator: int) -> None:
    rounded = round_half_up_ratio(numerator, denominator)
    distance = Fraction(numerator, denominator) - rounded
    assert Fraction(-1, 2) <= distance < Fraction(1, 2)


@given(st.integers(0, 10**6))
def test_ties_go_up_as_in_decimal(halves: int) -> None:
    expected = int((Decimal(halves) / 2).quantize(Decimal(1), ROUND_HALF_UP))
    assert round_half_up_ratio(halves, 2) == expected


def test_rounding_refuses_a_denominator_that_is_not_positive() -> None:
    with pytest.raises(ValueError, match="denominator"):
        round_half_up_ratio(1, 0)


def test_counts_and_shares_print_the_vietnamese_way() -> None:
    assert print_integer(1280) == "1.280"
    assert print_ratio(39, 40) == "97,5"
    assert print_ratio(1, 3, decimals=2) == "33,33"
    assert print_ratio(2, 3, decimals=0) == "67"
    assert print_ratio(0, 0) == "0,0"
