"""Sổ cái được công bố: roots of days for everyone, and the proof of an entry for who may see it."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from khue.access.api import actor_of, page, public
from khue.ledger.api import (
    NotSealedYet,
    daily_roots,
    file_of_day,
    files_of_all_days,
    known_keys,
    stamp_of_day,
    years_of_roots,
)
from khue.portal.queries.history import proof_page
from kit.numbers import whole_number

CONFLICT, PLAIN = 409, "text/plain; charset=utf-8"


@public
@require_safe
def roots(request: HttpRequest) -> HttpResponse:
    """The list of a year, newest first."""
    years = years_of_roots()
    asked = whole_number(request.GET.get("nam", ""))
    year = asked if asked in years else (years[0] if years else timezone.localdate().year)
    context = {
        "roots": daily_roots(year=year),
        "years": years,
        "year": year,
        "keys": sorted(known_keys().items()),
    }
    return render(request, "portal/roots.html", context)


@public
@require_safe
def root_of_day(request: HttpRequest, day: str) -> HttpResponse:
    """The file of one day: canonical JSON, signed."""
    return _download(file_of_day(_day(day)), "application/json", f"goc-{day}.json")


@public
@require_safe
def stamp_of_root(request: HttpRequest, day: str) -> HttpResponse:
    """The RFC 3161 token over the file of one day."""
    return _download(stamp_of_day(_day(day)), "application/timestamp-token", f"goc-{day}.tst")


@public
@require_safe
def all_roots(request: HttpRequest) -> HttpResponse:
    """Every root, one on each line, for an archive and for the auditor's command."""
    lines = b"".join(one + b"\n" for one in files_of_all_days())
    return _download(lines, "application/jsonl", "goc-moi-ngay.jsonl")


@public
@require_safe
def seal_keys(request: HttpRequest) -> HttpResponse:
    """The public keys that signed seals, by id."""
    return JsonResponse(known_keys())


@page("portal.view_history")
@require_safe
def proof(request: HttpRequest, subject: str, entry_id: int) -> HttpResponse:
    """The proof of one entry of a record, as a file."""
    actor, now = actor_of(request), timezone.now()
    try:
        content = proof_page(actor, subject, entry_id, now)
    except NotSealedYet as early:
        return HttpResponse(early.sentence, status=CONFLICT, content_type=PLAIN)
    return _download(content, "application/json", f"minh-chung-{entry_id}.json")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _download(content: bytes | None, media_type: str, name: str) -> HttpResponse:
    if content is None:
        raise Http404
    headers = {"Content-Type": media_type, "Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, headers=headers)
