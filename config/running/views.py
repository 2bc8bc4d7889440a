"""Sức khỏe và số đo: for the proxy, systemd and Prometheus; nothing about any person."""

from __future__ import annotations

from hmac import compare_digest

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from config.running.metrics import CONTENT_TYPE, exposition
from config.running.state import readiness
from khue.access.api import public

# What must hold before requests are sent here; a silent worker or a full disk only warns.
NEEDED = ("database", "migrations")
# A socket in the file system has no address.
OF_THIS_MACHINE = {"127.0.0.1", "::1", ""}
NOT_KEPT = {"Cache-Control": "no-store"}


# Public, because whoever watches has no account; it tells no more than that the process answers.
@public
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain", headers=NOT_KEPT)


# Public for the same reason: yes or no for each part, no figures.
@public
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether requests may be sent here, and which part is not well."""
    parts = readiness()
    able = all(parts[name] for name in NEEDED)
    told = {"ready": able, "well": all(parts.values()), "parts": parts}
    return JsonResponse(told, status=200 if able else 503, headers=NOT_KEPT)


# Public, with its own guard: a token, or the loopback address without a proxy in between.
@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus."""
    if not may_read_metrics(request):
        return HttpResponse("forbidden\n", status=403, content_type="text/plain")
    try:
        return HttpResponse(exposition(), content_type=CONTENT_TYPE, headers=NOT_KEPT)
    except (DatabaseError, InterfaceError):
        return HttpResponse(exposition(alone=True), content_type=CONTENT_TYPE, headers=NOT_KEPT)


def may_read_metrics(request: HttpRequest) -> bool:
    """A bearer of the token; without one only a program on this machine, through no proxy."""
    token = settings.METRICS_TOKEN
    if token:
        told = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return compare_digest(told.encode(), token.encode())
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR", "?") in OF_THIS_MACHINE and not forwarded
