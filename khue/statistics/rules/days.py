"""Ngày của số liệu: for which day a school year is counted."""

from __future__ import annotations

from datetime import date

FIRST_MONTH = 8


def counted_day(today: date, first: date, last: date) -> date:
    """The day itself while the year runs; its last day after it, its first day before it."""
    return min(max(today, first), last)


def usual_days(year: int) -> tuple[date, date]:
    """From the opening to the end of May, for a year that nobody planned."""
    return date(year, 9, 5), date(year + 1, 5, 31)


def whole_year(year: int) -> tuple[date, date]:
    """From 1 August to the next 1 August: when something belongs to a school year."""
    return date(year, FIRST_MONTH, 1), date(year + 1, FIRST_MONTH, 1)
