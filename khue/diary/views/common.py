"""What the pages of the diary share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from khue.access.api import OutsidePlace, actor_of
from khue.organisations.api import SchoolCard, chosen_school, year_of_school
from kit.sheets.writing import Field, Page, excel_bytes

YEARS = range(2000, 2200)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def school_of(request: HttpRequest, permission: str) -> SchoolCard | None:
    """The school that is asked for, or the only one within reach."""
    return chosen_school(actor_of(request), permission, request.GET.get("school", ""))


def year_on(school: SchoolCard, day: date) -> int:
    card = year_of_school(school.id, day)
    return card.start_year if card else day.year


def asked_day(text: str) -> date | None:
    """A day of an address; None where there is none or it means nothing."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def asked_month(text: str) -> date:
    """ "2026-11" as its first day; anything else does not exist."""
    found = asked_day(f"{text}-01")
    if found is None:
        raise OutsidePlace(text)
    return found


def to_week(class_id: int, day: date) -> HttpResponse:
    return redirect(f"{reverse('diary.week', args=[class_id])}?tuan={day.isoformat()}")


def excel(
    name: str, title: str, fields: list[Field], rows: Iterable[Mapping[str, object]]
) -> HttpResponse:
    page = Page(name[:31], fields, rows, titles=(title.upper(),))
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(excel_bytes([page]), content_type=EXCEL, headers=headers)
