"""What the grids of primary and preschool send and get: one save, told cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from khue.access.api import actor_of
from khue.gradebook.forms import SaveRequest, SaveUnreadable, read_save
from khue.gradebook.rules.sheet_cells import base_of
from khue.gradebook.services.primary import SavedCells
from khue.gradebook.services.primary_cells import Outcome

# A remark may be longer than the book takes: the refusal then tells so.
LONGEST = 2000
SOMEBODY_ELSE = (
    "Trang này được mở bằng tài khoản khác nên chưa lưu được. "
    "Hãy đăng nhập lại bằng tài khoản đã mở trang."
)


def answer_save(request: HttpRequest, save: Callable[[SaveRequest], SavedCells]) -> HttpResponse:
    """Read a save, do it, answer it."""
    body = request.body if request.content_type == "application/json" else b""
    try:
        wanted = read_save(body, LONGEST)
    except SaveUnreadable as unreadable:
        return JsonResponse({"error": str(unreadable)}, status=400)
    if wanted.account not in (None, actor_of(request).account_id):
        return JsonResponse({"error": SOMEBODY_ELSE}, status=409)
    saved = save(wanted)
    progress = {"due": saved.due, "entered": saved.entered}
    cells = [_cell(one) for one in saved.outcomes]
    return JsonResponse({"cells": cells, "rows": [], "progress": progress})


def _cell(outcome: Outcome) -> dict[str, Any]:
    answer = {
        "student": outcome.student_id,
        "slot": outcome.slot,
        "status": outcome.status,
        "value": base_of(outcome.value),
        "text": outcome.text,
    }
    more = {
        "sentence": outcome.sentence,
        "author": outcome.author,
        "at": outcome.at,
        "struck": outcome.struck,
    }
    return answer | {key: value for key, value in more.items() if value}
