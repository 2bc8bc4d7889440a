"""What an address of this context asks for: a school, a year, a period."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from khue.access.api import OutsidePlace
from khue.organisations.api import (
    SchoolCard,
    current_year,
    school_summary,
    school_year_of,
)
from khue.sector.rules.periods import Period
from khue.sector.services.submissions import Target
from kit.numbers import whole_number

PARTS = ("school", "site", "staff", "class", "student")


def running_year(school: SchoolCard) -> int:
    today = timezone.localdate()
    found = current_year(school.province_id, today)
    return found.start_year if found else school_year_of(today)


def asked_year(request: HttpRequest, fallback: int) -> int:
    """The year of the address; a nonsense one is the running one."""
    year = whole_number(request.GET.get("year", ""))
    return year if year and 2000 <= year <= 2100 else fallback


def target_at(school_id: int, year: int, dot: str) -> Target:
    """The object of an address; a period or year that cannot be does not exist."""
    if dot not in set(Period) or not 2000 <= year <= 2100:
        raise OutsidePlace
    return Target(school_summary(school_id), year, Period(dot))


def page_number(request: HttpRequest) -> int:
    return whole_number(request.GET.get("page", "")) or 1
