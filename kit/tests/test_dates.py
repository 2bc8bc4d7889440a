"""Dates are read as people write them, and refused with a sentence that helps."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.dates import (
    DateCell,
    PartialDate,
    parse_date,
    parse_partial_date,
    print_date,
    print_long_date,
    print_moment,
    vietnam_day,
    vietnam_time,
    weekday_name,
)
from kit.refusal import Refusal

days = st.dates(date(1901, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "cell",
    [
        "5/9/2026",
        "05/09/2026",
        "5-9-2026",
        "5.9.2026",
        " 5 / 9 / 2026 ",
        "2026-09-05",
        "2026-09-05T00:00:00",
        "05/09/2026 00:00:00",
        "ngày 5 tháng 9 năm 2026",
        date(2026, 9, 5),
        datetime(2026, 9, 5, 7, 30, tzinfo=UTC),
        46270,
        46270.5,
    ],
)
def test_a_day_is_read(cell: DateCell) -> None:
    assert parse_date(cell) == date(2026, 9, 5)


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("", "EMPTY"),
        (None, "EMPTY"),
        ("31/2/2015", "NO_SUCH_DAY"),
        ("29/2/2015", "NO_SUCH_DAY"),
        ("0/2/2015", "NO_SUCH_DAY"),
        ("31-4-2015", "NO_SUCH_DAY"),
        ("5/13/2015", "NO_SUCH_MONTH"),
        ("5/9/15", "SHORT_YEAR"),
        ("5/9/215", "SHORT_YEAR"),
        ("5/9/0215", "YEAR_OUT_OF_RANGE"),
        ("hôm qua", "NOT_A_DATE"),
        ("=TODAY()", "NOT_A_DATE"),
        ("５/９/２０２６", "NOT_A_DATE"),
        (7, "NOT_A_DATE"),
        (10**9, "NOT_A_DATE"),
        (float("nan"), "NOT_A_DATE"),
    ],
)
def test_anything_else_is_refused(cell: DateCell, key: str) -> None:
    refusal = parse_date(cell)
    assert isinstance(refusal, Refusal)
    assert refusal.key == key


def test_the_31st_of_february_is_explained() -> None:
    refusal = parse_date("31/2/2015")
    assert isinstance(refusal, Refusal)
    assert refusal.sentence == (
        "Tháng 2/2015 không có ngày 31 (trong “31/2/2015”). Hãy kiểm tra lại ngày."
    )


def test_a_two_digit_year_is_explained_with_an_example() -> None:
    refusal = parse_date("5/9/15")
    assert isinstance(refusal, Refusal)
    assert "không rõ thế kỷ" in refusal.sentence
    assert "05/09/2015" in refusal.sentence


@given(days)
def test_a_printed_day_reads_back(day: date) -> None:
    assert parse_date(print_date(day)) == day
    assert parse_date(print_long_date(day)) == day
    assert parse_date(day.isoformat()) == day
    assert parse_partial_date(print_date(day)) == PartialDate.of(day)


@given(days)
def test_a_spreadsheet_serial_reads_back(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert parse_date(float(serial)) == day


@given(st.text(max_size=12))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert isinstance(parse_date(text), date | Refusal)
    assert isinstance(parse_partial_date(text), PartialDate | Refusal)


@pytest.mark.parametrize(
    ("cell", "partial", "printed", "iso"),
    [
        ("2015", PartialDate(2015), "2015", "2015"),
        (2015.0, PartialDate(2015), "2015", "2015"),
        ("2015-03", PartialDate(2015, 3), "03/2015", "2015-03"),
        ("2015-03-09", PartialDate(2015, 3, 9), "09/03/2015", "2015-03-09"),
        ("3/2015", PartialDate(2015, 3), "03/2015", "2015-03"),
        ("9/3/2015", PartialDate(2015, 3, 9), "09/03/2015", "2015-03-09"),
        (date(2015, 3, 9), PartialDate(2015, 3, 9), "09/03/2015", "2015-03-09"),
        (42072, PartialDate(2015, 3, 9), "09/03/2015", "2015-03-09"),
    ],
)
def test_birth_dates_may_be_partial(
    cell: DateCell, partial: PartialDate, printed: str, iso: str
) -> None:
    assert parse_partial_date(cell) == partial
    assert (partial.printed, partial.iso) == (printed, iso)


def test_only_a_full_birth_date_is_exact() -> None:
    assert PartialDate(2015, 3, 9).exact == date(2015, 3, 9)
    assert PartialDate(2015, 3).exact is None
    assert PartialDate(2015).exact is None


def test_a_partial_date_with_month_13_is_refused() -> None:
    refusal = parse_partial_date("13/2015")
    assert isinstance(refusal, Refusal)
    assert refusal.key == "NO_SUCH_MONTH"


def test_evening_in_utc_is_already_tomorrow_in_vietnam() -> None:
    evening = datetime(2026, 9, 4, 18, 30, tzinfo=UTC)
    assert vietnam_day(evening) == date(2026, 9, 5)
    assert print_moment(evening) == "05/09/2026 01:30"
    assert vietnam_time(evening.replace(tzinfo=None)) == evening


def test_days_are_named_and_written_out() -> None:
    assert weekday_name(date(2026, 9, 7)) == "Thứ Hai"
    assert weekday_name(date(2026, 9, 6)) == "Chủ Nhật"
    assert print_date(date(2026, 9, 5)) == "05/09/2026"
    assert print_long_date(date(2026, 9, 5)) == "ngày 05 tháng 9 năm 2026"
    assert print_long_date(date(2027, 2, 25)) == "ngày 25 tháng 02 năm 2027"
