"""Which school year a page of the year's end is about: the one that is being closed."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone

FIRST_MONTH_OF_CLOSING = 3
EARLIEST, LATEST = 2000, 2100


def year_on(day: date) -> int:
    """Năm học that is being closed: from March the one that runs, until then the one before."""
    return day.year - 1 if day.month >= FIRST_MONTH_OF_CLOSING else day.year - 2


def year_of(request: HttpRequest, otherwise: int | None = None) -> int:
    """The year that the address asks for, or else the given one, or the one being closed."""
    wanted = request.GET.get("year", "")
    known = wanted.isascii() and wanted.isdecimal() and len(wanted) == 4
    if known and EARLIEST <= int(wanted) <= LATEST:
        return int(wanted)
    return year_on(timezone.localdate()) if otherwise is None else otherwise
