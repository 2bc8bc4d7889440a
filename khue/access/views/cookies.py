"""The cookie of a session, where a browser comes from, and where it may be sent on to."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.http import url_has_allowed_host_and_scheme


def keep_token(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Hand the token of a new session to the browser, out of reach of any script."""
    rotate_token(request)
    response.set_cookie(
        settings.SESSION_COOKIE_NAME,
        token,
        max_age=settings.SESSION_LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def drop_token(response: HttpResponse) -> None:
    response.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Lax")


def device_of(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:200]


def wanted_page(request: HttpRequest) -> str:
    """Where to go when the sign-in is done: a page of this site, or the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    inside = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if inside and wanted.startswith("/") else "/"
