"""The Content-Security-Policy of every answer, and the few pages that need a little more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse

STRICT: dict[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "manifest-src": ("'self'",),
    "worker-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
    "frame-ancestors": ("'none'",),
}


def policy(**more: tuple[str, ...]) -> str:
    """The strict policy with some sources changed: `policy(frame_src=("'self'",))`."""
    changed = {name.replace("_", "-"): sources for name, sources in more.items()}
    return "; ".join(f"{name} {' '.join(to)}" for name, to in {**STRICT, **changed}.items())


def shown_inside(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose answer our own pages may show inside themselves, and nobody else's."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["Content-Security-Policy"] = policy(frame_ancestors=("'self'",))
        return response

    return answer
