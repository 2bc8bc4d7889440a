"""What the pages of this context share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from khue.organisations.queries.cards import SchoolCard, YearCard
from khue.organisations.queries.codes import code_names
from khue.organisations.queries.years import school_years
from khue.organisations.rules.school_years import school_year_label, school_year_of
from kit.numbers import whole_number
from kit.sheets.writing import Field, Page, excel_bytes

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MANAGED_BY = {"XA": "Ủy ban nhân dân xã", "SO": "Sở", "BO": "Bộ", "KHAC": "Cơ quan khác"}


def excel(
    filename: str, title: str, fields: list[Field], rows: Iterable[Mapping[str, object]]
) -> HttpResponse:
    """A list of the screen as a file to keep."""
    page = Page(title[:31], fields, rows, titles=(title.upper(),))
    headers = {"Content-Disposition": f'attachment; filename="{filename}.xlsx"'}
    return HttpResponse(excel_bytes([page]), content_type=EXCEL, headers=headers)


def wants_excel(request: HttpRequest) -> bool:
    return request.GET.get("format") == "xlsx"


def kept_query(request: HttpRequest, *without: str) -> str:
    """The parameters of a list without some, for links that change only those."""
    kept = {key: value for key, value in request.GET.items() if key not in without and value}
    return urlencode(kept)


def to(name: str, *args: object, **query: object) -> HttpResponse:
    address = reverse(name, args=args or None)
    return redirect(f"{address}?{urlencode(query)}" if query else address)


def chosen_year(request: HttpRequest, school: SchoolCard) -> tuple[int, list[tuple[int, str]]]:
    """The year of a list of classes, and the years that can be chosen."""
    years = school_years(school.province_id)
    known = [(one.start_year, one.label) for one in years]
    asked = request.GET.get("year", "")
    wanted = whole_number(asked) if len(asked) == 4 else None
    year = default_year(years) if wanted is None else wanted
    if year not in dict(known):
        known = sorted([*known, (year, school_year_label(year))], reverse=True)
    return year, known


def default_year(years: list[YearCard]) -> int:
    now = school_year_of(timezone.localdate())
    begun = [one.start_year for one in years if one.start_year <= now]
    return max(begun, default=now)


def level_names() -> dict[str, str]:
    return code_names(["levels"], on=timezone.localdate())["levels"]
