"""Danh mục dùng chung: the lists, and the codes that hold on a day."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from khue.access.api import page
from khue.organisations.queries.cards import CodeValue
from khue.organisations.queries.catalogue import code_lists
from khue.organisations.queries.codes import code_list_lines, code_values
from khue.organisations.queries.screens import paged
from khue.organisations.views.common import excel, kept_query, wants_excel
from kit.dates import parse_date, print_date
from kit.sheets.writing import Field

VIEW = "organisations.view_codes"
SHEET = [
    Field("code", "Mã", "code"),
    Field("name", "Tên", width=44),
    Field("parent", "Thuộc mã", "code"),
    Field("first", "Hiệu lực từ", "date"),
    Field("last", "Hiệu lực đến", "date"),
]


@page(VIEW)
def codes(request: HttpRequest) -> HttpResponse:
    on, wrong = _day(request)
    text = request.GET.get("q", "")
    lines = code_list_lines(on=on, text=text)
    groups = [(name, list(found)) for name, found in groupby(lines, lambda line: line.group)]
    context = {"groups": groups, "query": text, "on": print_date(on), "wrong": wrong}
    return render(request, "organisations/codes.html", context)


@page(VIEW)
def code_list(request: HttpRequest, name: str) -> HttpResponse:
    if name not in code_lists():
        raise Http404
    on, wrong = _day(request)
    every = request.GET.get("show") == "all"
    text = request.GET.get("q", "")
    values = code_values(name, on=None if every else on, text=text)
    listed = code_lists()[name]
    if wants_excel(request):
        return excel(name, listed.title, SHEET, [_row(value) for value in values])
    context = {
        "listed": listed,
        "page": paged(values, request.GET.get("page", "1"), lambda value: value, 100),
        "query": text,
        "on": print_date(on),
        "every": every,
        "wrong": wrong,
        "paging": kept_query(request, "page", "format"),
    }
    return render(request, "organisations/code_list.html", context)


def _day(request: HttpRequest) -> tuple[date, str]:
    """The day that was asked for; today, with a sentence, when it cannot be read."""
    asked = request.GET.get("on", "")
    day = parse_date(asked) if asked else timezone.localdate()
    if isinstance(day, date):
        return day, ""
    return timezone.localdate(), f"{day.sentence} Đang hiện danh mục của hôm nay."


def _row(value: CodeValue) -> dict[str, object]:
    return {
        "code": value.code,
        "name": value.name,
        "parent": value.parent,
        "first": value.valid_from,
        "last": value.valid_to,
    }
