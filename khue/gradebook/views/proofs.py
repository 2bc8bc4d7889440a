"""Minh chứng của một ô, as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from khue.access.api import actor_of, page
from khue.gradebook.queries.proofs import proof_of_cell
from khue.ledger.api import NotSealedYet

CONFLICT, PLAIN = 409, "text/plain; charset=utf-8"


@page("gradebook.view_marks")
@require_safe
def proof(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The proof of one change of a cell, for anyone who can check it without us."""
    try:
        content = proof_of_cell(actor_of(request), entry_id, timezone.now())
    except NotSealedYet as early:
        return HttpResponse(early.sentence, status=CONFLICT, content_type=PLAIN)
    headers = {
        "Content-Type": "application/json",
        "Content-Disposition": f'attachment; filename="minh-chung-{entry_id}.json"',
    }
    return HttpResponse(content, headers=headers)
