"""What the pages of assignments share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from khue.access.api import actor_of
from khue.organisations.api import (
    ClassCard,
    SchoolCard,
    chosen_school,
    classes_in_reach,
    classes_of,
    current_year,
    school_year,
    school_year_label,
    school_year_of,
    school_years,
)
from khue.timetable.queries.boards import day_within
from kit.dates import parse_date
from kit.numbers import whole_number
from kit.sheets.writing import Field, Page, excel_bytes

VIEW = "timetable.view_assignments"
MANAGE = "timetable.manage_assignments"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Frame:
    """The school, the year and the day that a page is about."""

    school: SchoolCard
    year: int
    years: tuple[tuple[int, str], ...]
    on: date

    @property
    def label(self) -> str:
        return school_year_label(self.year)


def frame_of(request: HttpRequest, permission: str) -> Frame | None:
    """None when several schools are within reach and none was named."""
    school = chosen_school(actor_of(request), permission, request.GET.get("school", ""))
    if school is None:
        return None
    today = timezone.localdate()
    asked = request.GET.get("year", "")
    wanted = whole_number(asked) if len(asked) == 4 else None
    if wanted is not None:
        card, year = school_year(school.province_id, wanted), wanted
    else:
        card = current_year(school.province_id, today)
        year = card.start_year if card else school_year_of(today)
    known = tuple((one.start_year, one.label) for one in school_years(school.province_id))
    day = parse_date(request.GET["on"]) if request.GET.get("on") else None
    return Frame(school, year, known, day if isinstance(day, date) else day_within(card, today))


def open_classes(request: HttpRequest, frame: Frame, permission: str) -> list[ClassCard]:
    """The classes of the frame that the viewer may look at, narrowed to a grade."""
    grade = request.GET.get("grade", "")
    found = classes_of(frame.school.id, frame.year, grade=grade, open_on=frame.on)
    return classes_in_reach(actor_of(request), permission, found)


def excel(
    filename: str, title: str, fields: list[Field], rows: Iterable[Mapping[str, object]]
) -> HttpResponse:
    page = Page(filename[:31], fields, rows, titles=(title.upper(),))
    headers = {"Content-Disposition": f'attachment; filename="{filename}.xlsx"'}
    return HttpResponse(excel_bytes([page]), content_type=EXCEL, headers=headers)


def to(name: str, *args: object, **query: object) -> HttpResponse:
    address = reverse(name, args=args or None)
    return redirect(f"{address}?{urlencode(query)}" if query else address)
