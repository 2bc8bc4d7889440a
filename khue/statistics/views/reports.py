"""Biểu thống kê 01-MN và 02-TH: filled from the files, checked by their identities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import Actor, actor_of, page
from khue.organisations.api import school_year_label, school_year_of
from khue.papers.api import render_pdf
from khue.statistics.permissions import REPORT
from khue.statistics.queries.declared import may_declare
from khue.statistics.queries.places import Place, open_place
from khue.statistics.queries.reports import Report, report_of
from khue.statistics.rules.reports import FORM_NAMES
from khue.statistics.rules.sources import unconfirmed_groups
from khue.statistics.services.reporting import official_report
from khue.statistics.sheets.reports import report_book, report_paper
from khue.statistics.views.common import EXCEL, PDF, file_answer
from kit.dates import print_moment

PAPER = Path(__file__).resolve().parents[1] / "papers" / "form.typ"


def _year(given: str) -> int:
    newest = school_year_of(timezone.localdate())
    return newest - 1 if given == str(newest - 1) else newest


def _read(request: HttpRequest, node_id: int, form: str) -> tuple[Place, Report, Actor]:
    if form not in FORM_NAMES:
        raise Http404
    actor = actor_of(request)
    place, year = open_place(actor, node_id), _year(request.GET.get("nam", ""))
    return place, report_of(actor, node_id, form, year), actor


@require_GET
@page(REPORT)
def form(request: HttpRequest, node_id: int, form: str) -> HttpResponse:
    """A form in the printed order of its rows."""
    place, report, actor = _read(request, node_id, form)
    newest = school_year_of(timezone.localdate())
    context: dict[str, Any] = {
        "place": place,
        "report": report,
        "name": FORM_NAMES[form],
        "year_label": school_year_label(report.year),
        "broken": [one for one in report.findings if one.breach],
        "declares": place.kind == "school" and may_declare(actor, node_id, form),
        "empty": sum(1 for one in report.lines if one.values is None and not one.row.is_title),
        "unconfirmed": " và ".join(unconfirmed_groups(report.year)),
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
    return _workbook(place, report)


@require_GET
@page(REPORT)
def form_pdf(request: HttpRequest, node_id: int, form: str) -> HttpResponse:
    """The same on paper."""
    place, report, _ = _read(request, node_id, form)
    told = report_paper(report, place.name, place.line[-2][0] if len(place.line) > 1 else "")
    told["at"] = f"lập lúc {print_moment(timezone.now())}"
    title = f"{FORM_NAMES[form]}, {place.name}"
    content = render_pdf(PAPER, told, title=title, at=report.newest or timezone.now())
    return file_answer(content, PDF, f"bieu-{report.form}-{place.id}-{report.year}.pdf")


@require_POST
@page(REPORT)
def form_official(request: HttpRequest, node_id: int, form: str) -> HttpResponse:
    """Lập bản chính thức: the workbook with exact numbers, which the ledger keeps."""
    if form not in FORM_NAMES:
        raise Http404
    actor = actor_of(request)
    place, year = open_place(actor, node_id), _year(request.POST.get("year", ""))
    report = official_report(actor=actor, now=timezone.now(), node_id=node_id, form=form, year=year)
    return _workbook(place, report, kind="-chinh-thuc")


def _workbook(place: Place, report: Report, *, kind: str = "") -> HttpResponse:
    day = f"Lập lúc {print_moment(timezone.now())}"
    content = report_book(report, place.name, day)
    return file_answer(content, EXCEL, f"bieu-{report.form}-{place.id}-{report.year}{kind}.xlsx")
