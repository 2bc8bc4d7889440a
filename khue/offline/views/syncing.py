"""Đồng bộ qua mạng: what the devices call."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from khue.access.api import (
    TooManyAttempts,
    WrongCredentials,
    actor_of,
    address_of,
    confirm_password,
    page,
)
from khue.offline.forms import (
    SyncUnreadable,
    read_device,
    read_password,
    read_sync,
    shown_result,
    unsqueezed,
)
from khue.offline.queries.own import decided_among
from khue.offline.rules.operations import SCHEMA
from khue.offline.services.devices import DeviceRefused, register_device
from khue.offline.services.syncing import sync as sync_operations

SOMEBODY_ELSE = (
    "Việc trên máy này là của tài khoản khác nên chưa gửi. Hãy đăng nhập bằng đúng tài khoản đã "
    "mở các lớp."
)

WRONG_PASSWORD = "Mật khẩu chưa đúng. Hãy xem lại dấu, chữ hoa và bộ gõ tiếng Việt."


def body_of(request: HttpRequest) -> bytes:
    """What was sent, unsqueezed where a machine on a thin line squeezed it."""
    body = request.body if request.content_type == "application/json" else b""
    return unsqueezed(body) if request.headers.get("Content-Encoding") == "gzip" else body


def refusal(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"error": sentence, "schema": SCHEMA}, status=status)


@require_POST
@page("offline.use")
def sync(request: HttpRequest) -> HttpResponse:
    """Operations of a device, each answered for itself (409: another account; 410: ended)."""
    now = timezone.now()
    try:
        wanted = read_sync(body_of(request), now)
    except SyncUnreadable as unreadable:
        return refusal(str(unreadable), 426 if unreadable.too_old else 400)
    actor = actor_of(request)
    if wanted.account != actor.account_id:
        return refusal(SOMEBODY_ELSE, 409)
    try:
        results = sync_operations(
            actor=actor,
            now=now,
            device_id=wanted.device,
            operations=wanted.operations,
            offset=wanted.offset,
        )
    except DeviceRefused as refused:
        return refusal(str(refused), 410)
    answers = [shown_result(one) for one in results]
    decided = [str(one) for one in decided_among(actor, wanted.open)]
    told = {"schema": SCHEMA, "now": now.isoformat(), "answers": answers, "decided": decided}
    return JsonResponse(told)


@require_POST
@page("offline.use")
def prepare(request: HttpRequest) -> HttpResponse:
    """A machine is prepared for work without a line."""
    actor, now = actor_of(request), timezone.now()
    try:
        device, name = read_device(body_of(request))
        register_device(actor=actor, now=now, device_id=device, name=name)
    except SyncUnreadable as unreadable:
        return refusal(str(unreadable), 400)
    except DeviceRefused as refused:
        return refusal(str(refused), 410)
    return JsonResponse({"schema": SCHEMA, "account": actor.account_id, "now": now.isoformat()})


@require_POST
@page("offline.use")
def confirm(request: HttpRequest) -> HttpResponse:
    """The password that will open this machine is the one of the account: checked once, here."""
    actor = actor_of(request)
    try:
        login = confirm_password(
            actor=actor,
            now=timezone.now(),
            password=read_password(body_of(request)),
            address=address_of(request),
        )
    except SyncUnreadable as unreadable:
        return refusal(str(unreadable), 400)
    except WrongCredentials:
        return refusal(WRONG_PASSWORD, 403)
    except TooManyAttempts as wait:
        return refusal(str(wait), 429)
    return JsonResponse({"schema": SCHEMA, "account": actor.account_id, "login": login})
