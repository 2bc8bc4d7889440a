"""Biểu thống kê 01-MN và 02-TH: filled from the files, checked by their identities."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from khue.access.api import Actor, actor_of, page
from khue.organisations.api import school_year_label, school_year_of
from khue.statistics.permissions import REPORT
from khue.statistics.queries.places import Place, open_place
from khue.statistics.queries.reports import Report, report_of
from khue.statistics.rules.reports import FORM_NAMES
from khue.statistics.sheets.reports import report_book, verdict
from khue.statistics.views.common import EXCEL, file_answer
from kit.dates import print_moment


def _read(request: HttpRequest, node_id: int, form: str) -> tuple[Place, Report, Actor]:
    if form not in FORM_NAMES:
        raise Http404
    actor = actor_of(request)
    place, newest = open_place(actor, node_id), school_year_of(timezone.localdate())
    year = newest - 1 if request.GET.get("nam", "") == str(newest - 1) else newest
    return place, report_of(actor, node_id, form, year), actor


@require_GET
@page(REPORT)
def form(request: HttpRequest, node_id: int, form: str) -> HttpResponse:
    """A form in the printed order of its rows."""
    place, report, _ = _read(request, node_id, form)
    newest = school_year_of(timezone.localdate())
    context: dict[str, Any] = {
        "place": place,
        "report": report,
        "name": FORM_NAMES[form],
        "year_label": school_year_label(report.year),
        "verdict": verdict,
        "broken": [one for one in report.findings if not one.holds and not one.missing],
        "empty": sum(1 for one in report.lines if one.values is None and not one.row.is_title),
        "forms": [
            (f"Biểu {key.upper()}", reverse("statistics.form", args=[node_id, key]), key == form)
            for key in FORM_NAMES
        ],
        "years": [(str(one), school_year_label(one)) for one in (newest, newest - 1)],
    }
    return render(request, "statistics/form.html", context)


@require_GET
@page(REPORT)
def form_excel(request: HttpRequest, node_id: int, form: str) -> HttpResponse:
    """The same as a workbook."""
    place, report, _ = _read(request, node_id, form)
    day = f"Lập lúc {print_moment(timezone.now())}"
    content = report_book(report, place.name, day)
    return file_answer(content, EXCEL, f"bieu-{form}-{node_id}-{report.year}.xlsx")
