"""Trang làm việc khi mất mạng: the shell of an instrument; it holds no data of anybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from khue.access.api import public


@public
@require_safe
@ensure_csrf_cookie
def shell(request: HttpRequest) -> HttpResponse:
    """The same page for everyone, so that a machine may keep it without a line."""
    return render(request, "offline/shell.html")
