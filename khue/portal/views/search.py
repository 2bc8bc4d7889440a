"""Tìm kiếm across what a person may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from khue.access.api import actor_of, page
from khue.portal.queries import search_everything


@page("access.use_own_account")
def search(request: HttpRequest) -> HttpResponse:
    """Hits for the words in the header's search box."""
    text = request.GET.get("q", "")[:80].strip()
    groups = search_everything(actor_of(request), text, timezone.localdate())
    return render(request, "portal/search.html", {"text": text, "groups": groups})
