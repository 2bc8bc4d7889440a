"""The cookie of a session, where a browser comes from, and where it may be sent on to."""

from __future__ import annotations

from ipaddress import ip_address

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


def address_of(request: HttpRequest) -> str | None:
    """The address of the browser; a forwarded one counts only behind our own proxies."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    seen = [*(one.strip() for one in forwarded), request.META.get("REMOTE_ADDR", "")]
    told = seen[max(len(seen) - 1 - settings.TRUSTED_PROXIES, 0)]
    try:
        return str(ip_address(told))
    except ValueError:
        return None


def device_of(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:200]


def wanted_page(request: HttpRequest) -> str:
    """Where to go when the sign-in is done: a page of this site, or the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    inside = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if inside and wanted.startswith("/") else "/"
