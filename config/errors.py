"""Error pages: what happened, why, what to do; never a trace, never another person's data."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from khue.background.api import is_disk_full

log = logging.getLogger("khue")
DATABASE_AWAY = (
    "Máy chủ dữ liệu đang tạm ngắt nên chưa lưu được. Dữ liệu cũ vẫn nguyên vẹn. "
    "Thầy cô vui lòng đợi một phút rồi thử lại."
)

NO_ROOM = (
    "Máy chủ đã hết chỗ lưu nên chưa lưu được. Dữ liệu cũ vẫn nguyên vẹn, chưa có gì thay đổi. "
    "Thầy cô vui lòng báo bộ phận kĩ thuật rồi thử lại."
)
IN_TROUBLE = {500, 503}
DATABASE_TROUBLE = (OperationalError, InterfaceError)

AT_ONCE = (
    "Một người khác vừa lưu dữ liệu trùng với lần lưu này nên lần này chưa được ghi. "
    "Hãy mở lại trang để xem rồi lưu lại nếu còn cần."
)


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def error_page(request: HttpRequest, status: int, reason: str = "") -> HttpResponse:
    """The page of a status, or the same sentence as JSON for an instrument on the page."""
    if wants_json(request):
        return JsonResponse({"error": reason}, status=status)
    # When the house itself is in trouble, its page asks nothing of it: neither who looks nor where.
    around = None if status in IN_TROUBLE else request
    body = render_to_string(f"errors/{status}.html", {"reason": reason}, around)
    return HttpResponse(body, status=status, headers={"Cache-Control": "private, no-store"})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 403, str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a stumble; a database that went away has its own, wherever it was noticed."""
    trouble = sys.exc_info()[1]
    if isinstance(trouble, DATABASE_TROUBLE):
        return database_away(request, trouble)
    return error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "", **_: Any) -> HttpResponse:
    return error_page(request, 403, "Phiên làm việc đã cũ. Hãy tải lại trang rồi thử lại.")


def saved_at_once(request: HttpRequest, trouble: Exception) -> HttpResponse:
    """Two people broke a promise of the database together: the first is kept, the second told."""
    log.error("a promise of the database was broken: %s", type(trouble.__cause__).__name__)
    return error_page(request, 409, AT_ONCE)


def database_away(request: HttpRequest, trouble: Exception) -> HttpResponse:
    """The database is away, or has no room left: nothing was written."""
    log.error("database away: %s", type(trouble).__name__)
    return error_page(request, 503, NO_ROOM if is_disk_full(trouble) else DATABASE_AWAY)
