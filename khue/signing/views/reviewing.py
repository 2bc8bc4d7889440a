"""Xem từng bản: read one document after the other, mark, refuse; by keyboard too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from khue.access.api import actor_of, page
from khue.signing.permissions import SIGN
from khue.signing.queries.inbox import marked_count, review
from khue.signing.services.batches import mark, marked_batch
from khue.signing.services.kinds import kind_titles, page_of
from kit.content_security import policy


@page(SIGN)
@require_safe
def show(request: HttpRequest, request_id: int) -> HttpResponse:
    """One document that waits, with the way to the one before and the one after."""
    actor = actor_of(request)
    shown = review(actor, request_id)
    batch = marked_batch(actor)
    context = {
        "review": shown,
        "line": shown.line,
        "kind_title": kind_titles().get(shown.line.kind, ""),
        "page": page_of(shown.line.kind, shown.line.key),
        "batch": batch,
        "is_marked": shown.line.batch == batch,
        "marked": marked_count(actor, batch),
    }
    response = render(request, "signing/review.html", context)
    response.headers["Content-Security-Policy"] = policy(frame_src=("'self'",))
    return response


@page(SIGN)
@require_POST
def mark_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """Đánh dấu để ký, and on to the next; or take the mark away."""
    actor = actor_of(request)
    marked = request.POST.get("marked") == "1"
    mark(actor=actor, request_id=request_id, marked=marked)
    following = review(actor, request_id).later if marked else None
    return redirect("signing.review", following or request_id)
