"""Where providers call back: no session, no cookie; the signature is the key."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from khue.access.api import public
from khue.messaging.services.callbacks import (
    NoSuchCallback,
    NotTheirs,
    take_reports,
    take_texts,
)

LARGEST = 1024 * 1024
Take = Callable[..., int]


# Public, because a provider has no account here: the signature of the call is checked instead,
# and a call without cookies needs no token against forged forms.
@csrf_exempt
@public
@require_POST
def delivery(request: HttpRequest, provider: str) -> HttpResponse:
    """Báo phát."""
    return _answer(request, provider, take_reports)


# Public for the same reason.
@csrf_exempt
@public
@require_POST
def incoming(request: HttpRequest, provider: str) -> HttpResponse:
    """Tin đến."""
    return _answer(request, provider, take_texts)


def _answer(request: HttpRequest, provider: str, take: Take) -> HttpResponse:
    body = _body(request)
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return _refused(400, "Nội dung không phải JSON, hoặc lớn hơn 1 MB.")
    try:
        taken = take(
            provider=provider,
            headers=request.headers,
            body=body,
            told=told,
            now=timezone.now(),
        )
    except NoSuchCallback:
        return _refused(404, "Không có nhà cung cấp này.")
    except NotTheirs:
        return _refused(401, "Chữ ký không đúng, hoặc lời gọi đã quá 5 phút.")
    return JsonResponse({"taken": taken})


def _body(request: HttpRequest) -> bytes:
    """What was sent; nothing when it is too large, or was a form that was read already."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return b""
    try:
        return request.body
    except RawPostDataException:
        return b""


def _refused(status: int, why: str) -> HttpResponse:
    return JsonResponse({"error": why}, status=status)
