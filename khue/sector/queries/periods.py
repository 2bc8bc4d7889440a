"""Đợt báo cáo as pages and services see them."""

from __future__ import annotations

from khue.sector.models import ReportingWindow
from khue.sector.rules.periods import Period, Window


def window_value(row: ReportingWindow) -> Window:
    return Window(Period(row.period), row.year, row.opens_on, row.closes_on, row.as_of, row.shut)


def window_of(province_id: int, year: int, period: Period) -> Window | None:
    row = ReportingWindow.objects.filter(province_id=province_id, year=year, period=period)
    found = row.first()
    return window_value(found) if found else None


def windows_of(province_id: int, year: int) -> dict[Period, Window]:
    """The windows of a year that the department has set."""
    rows = ReportingWindow.objects.filter(province_id=province_id, year=year)
    return {Period(row.period): window_value(row) for row in rows}
