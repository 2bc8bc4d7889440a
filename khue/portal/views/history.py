"""Lịch sử of a record, in sentences."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from khue.access.api import actor_of, page
from khue.portal.queries import history_page
from khue.portal.sheets import history_workbook

WORKBOOK = {
    "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Content-Disposition": 'attachment; filename="lich-su.xlsx"',
}


@page("portal.view_history")
def history(request: HttpRequest, subject: str) -> HttpResponse:
    """Every change of one record, newest first."""
    card, lines = history_page(actor_of(request), subject, timezone.localdate())
    if request.GET.get("format") == "xlsx":
        return HttpResponse(history_workbook(card.title, lines), headers=WORKBOOK)
    return render(request, "portal/history.html", {"card": card, "lines": lines})
