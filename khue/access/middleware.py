"""The gate at the door of every request: session, viewer, fence, permission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from khue.access.pages import PUBLIC, SIGNED_IN, ClientDoor
from khue.access.queries import find_visit, scope_of
from khue.access.queries.sessions import awaits_second_factor, must_choose_password
from khue.access.rules.actors import Actor
from khue.access.rules.gate import NothingYet, OutsidePlace, Refused, reach
from khue.access.services.sessions import touch_session
from kit.fences import NOTHING, current_scope, set_scope

Handler = Callable[[HttpRequest], HttpResponse]


def fence_closed(next_handler: Handler) -> Handler:
    """No request sees the rows of the request before it."""

    def handle(request: HttpRequest) -> HttpResponse:
        if current_scope() != NOTHING:
            set_scope(NOTHING)
        return next_handler(request)

    return handle


def session(next_handler: Handler) -> Handler:
    """Find the session of the cookie, and who came with it."""

    def handle(request: HttpRequest) -> HttpResponse:
        token = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        visit = None
        if token:
            visit = find_visit(token, now=timezone.now(), today=timezone.localdate())
        request.khue_session, request.visitor = visit or (None, None)  # type: ignore[attr-defined]
        return next_handler(request)

    return handle


def viewer(next_handler: Handler) -> Handler:
    """Say who is looking, and open the fence for exactly that person."""

    def handle(request: HttpRequest) -> HttpResponse:
        found = request.khue_session  # type: ignore[attr-defined]
        request.viewer = actor = request.visitor  # type: ignore[attr-defined]
        if found is not None:
            set_scope(scope_of(actor))
            touch_session(found, now=timezone.now())
        return next_handler(request)

    return handle


class Gate:
    """Open a route to those who hold its permission somewhere; turn refusals into pages."""

    def __init__(self, next_handler: Handler) -> None:
        self.next_handler = next_handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.next_handler(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        named = getattr(view, "gate", None)
        if named == PUBLIC:
            return None
        if isinstance(named, ClientDoor):
            return named.open(request, named.permissions)
        actor = getattr(request, "viewer", None)
        if actor is None:
            return to_login(request)
        step = unfinished_step(request, actor)
        if step and step not in getattr(view, "entering", ()):
            return redirect_page(request, onward(request, step))
        check_permission(actor, named)
        return None

    def process_exception(self, request: HttpRequest, raised: Exception) -> HttpResponse | None:
        if isinstance(raised, OutsidePlace):
            raise Http404 from raised
        if isinstance(raised, NothingYet):
            return render(request, "shell/nothing_yet.html", {"nothing": raised})
        if isinstance(raised, Refused):
            raise PermissionDenied(str(raised)) from raised
        return None


gate = Gate


def check_permission(actor: Actor, named: str | None) -> None:
    """Refuse a route without a permission, or one that the actor holds nowhere."""
    if named is None:
        raise PermissionDenied("Trang này chưa khai báo quyền nên không mở được.")
    if named != SIGNED_IN and reach(actor, named).is_empty:
        raise PermissionDenied("Tài khoản này chưa được giao quyền mở trang.")


def unfinished_step(request: HttpRequest, actor: Actor) -> str:
    """The route at which a signed-in person must go on before anything else opens."""
    found = request.khue_session  # type: ignore[attr-defined]
    if must_choose_password(found):
        return "access.first_password"
    return "access.second_factor" if awaits_second_factor(found, actor) else ""


def to_login(request: HttpRequest) -> HttpResponse:
    return redirect_page(request, onward(request, "access.login"))


def onward(request: HttpRequest, route: str) -> str:
    """The address of a step of the sign-in, with the page to open when it is done."""
    wanted = request.get_full_path() if request.method == "GET" else "/"
    return reverse(route) + ("?" + urlencode({"next": wanted}) if wanted != "/" else "")


def redirect_page(request: HttpRequest, address: str) -> HttpResponse:
    """Send a whole page on; an instrument or a partial gets 401 with the address instead."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    if "application/json" in request.headers.get("Accept", ""):
        return HttpResponse(status=401, headers={"X-Login": address})
    return HttpResponseRedirect(address)
