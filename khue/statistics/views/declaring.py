"""Trường khai số liệu cho biểu thống kê."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from khue.access.api import actor_of, page
from khue.organisations.api import school_year_label
from khue.statistics.forms.declared import DeclaredForm
from khue.statistics.permissions import DECLARE
from khue.statistics.queries.declared import Sheet, declared_sheet
from khue.statistics.queries.places import Place, open_place
from khue.statistics.rules.declared import declared_rows
from khue.statistics.rules.reports import FORM_NAMES
from khue.statistics.rules.themes import COLUMNS
from khue.statistics.services.declaring import DeclarationRefused, declare


@require_http_methods(["GET", "POST"])
@page(DECLARE)
def declared(request: HttpRequest, node_id: int, form: str) -> HttpResponse:
    """The sheet of this school year, with who changed what."""
    place, sheet = _opened(request, node_id, form)
    begun = {**sheet.values, "version": sheet.version}
    filled = DeclaredForm(request.POST or None, form=form, initial=begun)
    if request.method == "POST" and filled.is_valid() and _written(request, sheet, filled):
        return redirect(reverse("statistics.declare", args=[node_id, form]))
    context = {
        "place": place,
        "flags": {one.label for one in declared_rows(form) if one.is_flag},
        "sheet": sheet,
        "form": filled,
        "name": FORM_NAMES[form],
        "year_label": school_year_label(sheet.year),
        "columns": COLUMNS,
        "parts": [
            (part, list(rows)) for part, rows in groupby(declared_rows(form), lambda one: one.part)
        ],
    }
    return render(request, "statistics/declared.html", context)


def _opened(request: HttpRequest, node_id: int, form: str) -> tuple[Place, Sheet]:
    actor = actor_of(request)
    place = open_place(actor, node_id)
    sheet = None
    if place.kind == "school" and form in FORM_NAMES:
        sheet = declared_sheet(actor, node_id, form, timezone.localdate())
    if sheet is None:
        raise Http404
    return place, sheet


def _written(request: HttpRequest, sheet: Sheet, filled: DeclaredForm) -> bool:
    """Write the sheet; what is refused stands beside its value."""
    try:
        changed = declare(
            actor=actor_of(request),
            now=timezone.now(),
            school_id=sheet.school.id,
            form=sheet.form,
            values=filled.values(),
            version=filled.cleaned_data["version"],
        )
    except DeclarationRefused as refused:
        filled.refuse_all(refused.sentences)
        return False
    told = f"Đã ghi {changed} thay đổi. Biểu có số mới sau khoảng một giây."
    messages.success(request, told if changed else "Tờ khai không có gì thay đổi.")
    return True
