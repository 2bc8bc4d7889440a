"""Lời báo lỗi của API, as application/problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse

from khue.interchange.rules.problems import PROBLEMS

MEDIA_TYPE = "application/problem+json"
PROBLEM_PAGE = "/api/"


def type_of(key: str) -> str:
    """The address that names a kind of trouble for ever, and explains it."""
    return f"{settings.PUBLIC_ADDRESS}{PROBLEM_PAGE}#{key}"


def problem(
    key: str,
    *,
    detail: str = "",
    errors: Sequence[dict[str, Any]] = (),
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """The answer to a request that cannot be served."""
    known = PROBLEMS[key]
    told: dict[str, Any] = {
        "type": type_of(key),
        "title": known.title,
        "status": known.status,
        "detail": detail or known.advice,
    }
    if errors:
        told["errors"] = list(errors)
    ensure = {"ensure_ascii": False}
    return JsonResponse(
        told,
        status=known.status,
        content_type=MEDIA_TYPE,
        headers=headers,
        json_dumps_params=ensure,
    )
