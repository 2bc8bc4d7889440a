"""The outermost middleware: what watchers ask, how long requests take, and one line for each."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from config.running import views
from config.running.metrics import REQUESTS, UNDER_WAY

Handler = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("khue.requests")
NO_ROUTE = "(none)"
# Prometheus and proxies ask by the address of the machine, which is no host of the site.
WATCHED = {
    "/suc-khoe/": views.live,
    "/suc-khoe/san-sang/": views.ready,
    "/suc-khoe/so-do/": views.metrics,
}


def watched(next_handler: Handler) -> Handler:
    """Answer those who watch before anything is asked of the host or the session."""

    def handle(request: HttpRequest) -> HttpResponse:
        view = WATCHED.get(request.path)
        if view is None or request.method not in {"GET", "HEAD"}:
            return next_handler(request)
        request.resolver_match = resolve(request.path)
        return view(request)

    return handle


def measured(next_handler: Handler) -> Handler:
    """Note how long a request takes, by the name of its route: an address may name a person."""

    def handle(request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        with UNDER_WAY.track_inprogress():
            response = next_handler(request)
        _note(request, response.status_code, time.perf_counter() - begun)
        return response

    return handle


def _note(request: HttpRequest, status: int, seconds: float) -> None:
    match = getattr(request, "resolver_match", None)
    route = (match.view_name if match else "") or NO_ROUTE
    method = request.method if request.method in METHODS else "OTHER"
    REQUESTS.labels(route, method, f"{status // 100}xx").observe(seconds)
    log.info(
        "request",
        extra={"route": route, "method": method, "status": status, "ms": round(seconds * 1000, 1)},
    )


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
