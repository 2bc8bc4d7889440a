"""Lịch sử of a record, in sentences."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from khue.access.api import actor_of, page
from khue.portal.queries import history_page


@page("portal.view_history")
def history(request: HttpRequest, subject: str) -> HttpResponse:
    """Every change of one record, newest first."""
    card, lines = history_page(actor_of(request), subject, timezone.localdate())
    return render(request, "portal/history.html", {"card": card, "lines": lines})
