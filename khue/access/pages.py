"""How a route names its permission; a route that names none does not open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from khue.access.rules.actors import Actor

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "access.use_own_account"


def page(permission_name: str) -> Callable[[View], View]:
    """Name the permission that a page needs somewhere; the view checks it at the very place."""

    def mark(view: View) -> View:
        view.gate = permission_name  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Say aloud that a page is open to everyone."""
    view.gate = PUBLIC  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True)
class ClientDoor:
    """Where programs come in: what is needed, and who looks at what they show.

    `open` finds the program by what it sends, sets `request.viewer` and the fence, and returns
    None; or it returns the refusal. The gate calls it, so a view behind it is never reached
    otherwise. A cookie opens nothing here.
    """

    permissions: tuple[str, ...]
    open: Callable[[HttpRequest, tuple[str, ...]], HttpResponse | None]


def for_clients(door: ClientDoor) -> Callable[[View], View]:
    """Name what a program must have been allowed; people have no business here."""

    def mark(view: View) -> View:
        view.gate = door  # type: ignore[attr-defined]
        view.csrf_exempt = True  # type: ignore[attr-defined]
        return view

    return mark


def while_entering(*routes: str) -> Callable[[View], View]:
    """A page that opens although the sign-in still waits at one of these routes."""

    def mark(view: View) -> View:
        view.entering = routes  # type: ignore[attr-defined]
        return view

    return mark


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person of a page that is not public."""
    viewer = getattr(request, "viewer", None)
    if not isinstance(viewer, Actor):
        raise TypeError("a page asked who is looking, but let strangers in")
    return viewer


def address_of(request: HttpRequest) -> str | None:
    """The address of the browser; a forwarded one counts only behind our own proxies."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    seen = [*(one.strip() for one in forwarded), request.META.get("REMOTE_ADDR", "")]
    told = seen[max(len(seen) - 1 - settings.TRUSTED_PROXIES, 0)]
    try:
        return str(ip_address(told))
    except ValueError:
        return None
