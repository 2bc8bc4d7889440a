"""Trang cổng trường: the shell of an instrument; it holds no data and pairs by a code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khue.access.api import public
from kit.content_security import policy

CAMERA = "camera=(self), microphone=(), geolocation=()"
PHOTOS = policy(img_src=("'self'", "data:", "blob:"))


@public
@require_safe
def kiosk(request: HttpRequest) -> HttpResponse:
    """Máy ở cổng: the same page for everyone, so that a machine may keep it without a line."""
    answer = render(request, "attendance/kiosk.html")
    answer.headers["Permissions-Policy"] = CAMERA
    answer.headers["Content-Security-Policy"] = PHOTOS
    return answer
