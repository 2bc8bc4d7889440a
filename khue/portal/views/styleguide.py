"""Bộ mẫu giao diện: every component on a page, in the demonstration only."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from khue.access.api import public

SHEETS = {"": "index", "tables": "tables", "signin": "signin", "family": "family"}


@public
def styleguide(request: HttpRequest, sheet: str = "") -> HttpResponse:
    """One sheet of the styleguide."""
    if not settings.DEMO or sheet not in SHEETS:
        raise Http404
    return render(request, f"styleguide/{SHEETS[sheet]}.html")
