"""What a device at the gate calls: JSON, no cookie; the secret of the device is the key."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import public
from khue.attendance.forms.gate import BAD_PASSING, read_code, read_passings
from khue.attendance.queries.gate import Device, frame_of, hours_told
from khue.attendance.queries.hints import Hint, hints_for, photo_for
from khue.attendance.rules.gate import clock_off, clock_sentence
from khue.attendance.services.devices import pair_device
from khue.attendance.services.gate import Answer, open_device, pass_gate
from khue.attendance.services.work import AttendanceRefused
from kit.dates import VIETNAM, vietnam_day
from kit.refusal import Refusal

SCHEME = "Gate "
UNPAIRED = "Máy này chưa ghép nối hoặc đã ngừng dùng. Hãy lấy mã mới ở trang Cổng trường."
NO_PHOTO = "Người mang thẻ này chưa có ảnh."
View = Callable[..., HttpResponse]


def _said(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"said": sentence}, status=status)


def _body(request: HttpRequest) -> bytes:
    """What was sent; a form that was read as one holds no JSON."""
    try:
        return request.body
    except RawPostDataException:
        return b""


def paired(view: View) -> View:
    """Open to whoever holds the secret of a device; the fence then opens for its school alone.

    Said to be public aloud: no account stands behind a device, and no cookie that a strange page
    could make a browser send, so there is nothing for a CSRF token to protect.
    """

    @wraps(view)
    def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        told = request.headers.get("Authorization", "")
        secret = told.removeprefix(SCHEME) if told.startswith(SCHEME) else ""
        device = open_device(secret[:200]) if secret else None
        if device is None:
            return _said(UNPAIRED, 401)
        return view(request, device, *args, **kwargs)

    return csrf_exempt(public(handle))


@csrf_exempt
@public
@require_POST
def pair(request: HttpRequest) -> HttpResponse:
    """Ghép nối: the one-time code of a manager becomes the secret of a device.

    Public: whoever holds the code of eight signs, for 15 minutes and once, is the device.
    """
    code = read_code(_body(request))
    if isinstance(code, Refusal):
        return _said(code.sentence, 400)
    now = timezone.now()
    try:
        made = pair_device(now=now, code=code)
    except AttendanceRefused as refused:
        return _said(refused.sentence, 404)
    frame = frame_of(made.device.school_id, made.device.province_id, now)
    told = {
        "secret": made.secret,
        "device": _device(made.device),
        "school": {"name": made.school_name},
        "hours": hours_told(frame),
        "asks_health": frame.asks_health,
    }
    return JsonResponse(told)


def _device(device: Device) -> dict[str, Any]:
    return {"id": device.id, "name": device.name, "direction": device.direction}


@paired
@require_GET
def cards(request: HttpRequest, device: Device) -> HttpResponse:
    """Thẻ của trường, by digests, for hours without a line; 304 when nothing changed."""
    now = timezone.now()
    hints, frame = (
        hints_for(device, vietnam_day(now)),
        frame_of(device.school_id, device.province_id, now),
    )
    etag = f'"{hints.version}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    told = {
        "now": now.isoformat(),
        "version": hints.version,
        "salt": hints.salt,
        "device": _device(device),
        "hours": hours_told(frame),
        "asks_health": frame.asks_health,
        "cards": [_card(one) for one in hints.cards],
    }
    return JsonResponse(told, headers={"ETag": etag})


def _card(one: Hint) -> dict[str, Any]:
    return {
        "h": one.hint,
        "id": one.card_id,
        "name": one.name,
        "class": one.class_name,
        "photo": _photo(one.card_id) if one.has_photo else None,
        "kind": "cb" if one.staff else "hs",
        "lost": one.lost,
        "sessions": one.sessions,
    }


def _photo(card_id: int | None) -> str | None:
    return reverse("attendance.gate_photo", args=[card_id]) if card_id else None


@paired
@require_POST
def passings(request: HttpRequest, device: Device) -> HttpResponse:
    """Các lượt qua cổng: each gets its answer; one that cannot be read holds up no other."""
    now = timezone.now()
    sent = read_passings(_body(request))
    if isinstance(sent, Refusal):
        return _said(sent.sentence, 413 if sent.key == "TOO_MANY" else 400)
    given = sent.passings
    answers = pass_gate(device=device, now=now, passings=given, device_now=sent.device_now)
    off = clock_off(sent.device_now, now)
    told = {
        "now": now.isoformat(),
        "clock_off": off,
        "clock_said": clock_sentence(off),
        "answers": [*map(_answer, answers), *map(_bad, sent.bad)],
    }
    return JsonResponse(told)


def _answer(one: Answer) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "verdict": one.verdict,
        "said": one.said,
        "name": one.name,
        "class": one.class_name,
        "photo": _photo(one.card_id),
        "direction": one.direction,
        "again": one.again,
        "at": one.at.astimezone(VIETNAM).isoformat(timespec="seconds"),
        "fever": one.fever,
    }


def _bad(key: str) -> dict[str, Any]:
    none = {"name": "", "class": "", "photo": None, "direction": "", "at": None, "fever": False}
    return {"id": key, "verdict": "bad", "said": BAD_PASSING, "again": False, **none}


@paired
@require_GET
def photo(request: HttpRequest, device: Device, card_id: int) -> HttpResponse:
    """Ảnh của người mang thẻ, for the screen of the gate."""
    found = photo_for(device, card_id)
    return HttpResponse(found, content_type="image/jpeg") if found else _said(NO_PHOTO, 404)
