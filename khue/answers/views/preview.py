"""Xem thử: one candidate's page, exactly as the public will see it."""

from __future__ import annotations

import gzip
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from khue.access.api import Refused, actor_of, page
from khue.answers.permissions import PUBLISH
from khue.answers.queries import publication_for
from khue.answers.services.building import candidate_of
from khue.answers.services.drafting import draft_of

NOBODY = "Chưa có dòng nào dùng được để xem thử. Hãy chọn lại cột."


@page(PUBLISH)
@require_safe
def preview(request: HttpRequest, publication_id: UUID, edition: int) -> HttpResponse:
    """The page of the first candidate, or of `?row=` in the file."""
    actor = actor_of(request)
    shown = publication_for(actor, publication_id)
    draft = draft_of(actor=actor, public_id=publication_id, number=edition)
    wanted = request.GET.get("row", "")
    lines = [one for one in draft.lines if str(one.row) == wanted] or draft.lines[:1]
    if not lines:
        raise Refused(NOBODY)
    made = candidate_of(shown.title, shown.place_name, lines[0], timezone.now())
    return HttpResponse(gzip.decompress(made.answer.page))
