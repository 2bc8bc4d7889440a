"""What the pages of attendance share."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from khue.access.api import Actor, actor_of
from khue.attendance.queries.frames import VIEW
from khue.organisations.api import SchoolCard, chosen_school, schools_in_reach
from kit.dates import parse_date, vietnam_day

SCHOOLS_AT_ONCE = 4


def today_of(request: HttpRequest) -> date:
    """The day of the address, or today."""
    asked = parse_date(request.GET["on"]) if request.GET.get("on") else None
    return asked if isinstance(asked, date) else vietnam_day(timezone.now())


def school_of(request: HttpRequest, permission: str = VIEW) -> tuple[SchoolCard | None, bool]:
    """The school of a page, and whether one must be chosen first."""
    actor = actor_of(request)
    found = chosen_school(actor, permission, request.GET.get("school", ""))
    if found is not None:
        return found, False
    return None, _too_many(actor, permission)


def _too_many(actor: Actor, permission: str) -> bool:
    return len(schools_in_reach(actor, permission, SCHOOLS_AT_ONCE)) >= SCHOOLS_AT_ONCE


def to(name: str, *args: object, **query: object) -> HttpResponse:
    address = reverse(name, args=args or None)
    return redirect(f"{address}?{urlencode(query)}" if query else address)
