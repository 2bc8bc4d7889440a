"""Which school year a page of the year's end is about: the one that is being closed."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone

LAST_MONTH_OF_OLD_WORK = 9
EARLIEST, LATEST = 2000, 2100


def year_on(day: date) -> int:
    """Năm học being taught, or, in August and September, the one whose summer work still runs."""
    return day.year - 1 if day.month <= LAST_MONTH_OF_OLD_WORK else day.year


def year_of(request: HttpRequest, otherwise: int | None = None) -> int:
    """The year that the address asks for, or else the given one, or the one being closed."""
    wanted = request.GET.get("year", "")
    known = wanted.isascii() and wanted.isdecimal() and len(wanted) == 4
    if known and EARLIEST <= int(wanted) <= LATEST:
        return int(wanted)
    return year_on(timezone.localdate()) if otherwise is None else otherwise
