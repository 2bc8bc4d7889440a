"""What the pages of oversight share."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from khue.access.api import Actor
from khue.organisations.api import current_year
from khue.oversight.queries.places import Authority, open_authority
from khue.oversight.rules.work import THEMES
from kit.numbers import whole_number

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REMINDED_SINCE = timedelta(days=60)
TERM_NAMES = {"1": "học kì I", "2": "học kì II"}


def authority_of(request: HttpRequest, actor: Actor) -> Authority:
    """The place that the address asks for."""
    given = request.POST if request.method == "POST" else request.GET
    return open_authority(actor, whole_number(given.get("noi", "")))


def term_of(request: HttpRequest, place: Authority, today: date) -> str:
    """The term that the address asks for, or the one of today."""
    given = request.POST if request.method == "POST" else request.GET
    wanted = given.get("ky", "")
    if wanted in TERM_NAMES:
        return wanted
    ids = [int(one) for one in place.path.strip("/").split("/")]
    year = current_year(ids[1], today) if len(ids) > 1 else None
    return str(year.term_on(today).number) if year else "1"


def tabs_of(place: Authority, active: str) -> list[tuple[str, str, bool]]:
    """The tabs of all pages, at the same place."""
    at = f"?noi={place.id}"
    lists = [
        (one.short, reverse("oversight.list", args=[one.key]) + at, active == one.key)
        for one in THEMES.values()
    ]
    return [
        ("Tổng hợp", reverse("oversight.work") + at, active == ""),
        *lists,
        ("Hạn", reverse("oversight.deadlines") + at, active == "han"),
        ("Đã nhắc", reverse("oversight.reminders") + at, active == "da-nhac"),
    ]


def without(request: HttpRequest, *names: str) -> str:
    """The parameters of the address without some."""
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()


def excel(content: bytes, filename: str) -> HttpResponse:
    """A workbook to take home."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return HttpResponse(content, content_type=EXCEL, headers=headers)


def today() -> date:
    return timezone.localdate()
