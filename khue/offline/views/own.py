"""Máy của tôi, các mục chờ quyết định: what one person wrote apart, on pages of the server."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import actor_of, page
from khue.offline.queries.own import my_conflicts, my_machines, my_refused
from khue.offline.services.deciding import decide as decide_conflict
from khue.offline.services.devices import DeviceRefused, end_device
from khue.offline.services.results import Result
from kit.dates import vietnam_day

NO_CHOICE = "Chưa rõ thầy cô giữ giá trị nào. Hãy bấm một trong hai nút giữ."
KEPT = {"cua-toi": "Đã ghi giá trị của thầy cô.", "dang-co": "Đã giữ giá trị đang có ở trường."}
MOVED = "Chưa ghi: ở trường vừa có giá trị khác nữa ({}). Thầy cô xem lại rồi quyết định ở mục mới."


@require_GET
@never_cache
@page("offline.use")
def machines(request: HttpRequest) -> HttpResponse:
    """Các máy làm việc khi mất mạng của tôi."""
    actor = actor_of(request)
    return render(request, "offline/machines.html", {"machines": my_machines(actor)})


@require_POST
@page("offline.use")
def end(request: HttpRequest, machine_id: uuid.UUID) -> HttpResponse:
    """Ngừng một máy: what it sends from now on is refused, what is on it stays there."""
    return _switch(request, machine_id, "Máy đã ngừng, không gửi được gì nữa.", end=True)


@require_POST
@page("offline.use")
def reopen(request: HttpRequest, machine_id: uuid.UUID) -> HttpResponse:
    """Mở lại một máy đã ngừng."""
    return _switch(request, machine_id, "Máy lại gửi được.", end=False)


def _switch(request: HttpRequest, machine_id: uuid.UUID, said: str, *, end: bool) -> HttpResponse:
    try:
        end_device(actor=actor_of(request), now=timezone.now(), device_id=machine_id, end=end)
    except DeviceRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("offline.machines")


@require_GET
@never_cache
@page("offline.use")
def decisions(request: HttpRequest) -> HttpResponse:
    """Các mục chờ quyết định, và những gì trường không nhận được."""
    actor, today = actor_of(request), vietnam_day(timezone.now())
    context = {
        "conflicts": [(one, uuid.uuid4()) for one in my_conflicts(actor, today)],
        "refused": my_refused(actor, today),
    }
    return render(request, "offline/decisions.html", context)


@require_POST
@page("offline.use")
def decide(request: HttpRequest, operation_id: uuid.UUID) -> HttpResponse:
    """Giữ giá trị của tôi (`cua-toi`) hoặc giá trị đang có (`dang-co`)."""
    choice = request.POST.get("keep", "")
    if choice not in KEPT:
        messages.error(request, NO_CHOICE)
        return redirect("offline.decisions")
    given: dict[str, Any] = {"operation_id": operation_id, "mine": choice == "cua-toi"}
    act = _act(request.POST.get("act", ""))
    try:
        made = decide_conflict(actor=actor_of(request), now=timezone.now(), act=act, **given)
    except DeviceRefused as refused:
        messages.error(request, str(refused))
    else:
        _tell(request, made, KEPT[choice])
    return redirect("offline.decisions")


def _act(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        return uuid.uuid4()


def _tell(request: HttpRequest, made: Result, said: str) -> None:
    if made.status in ("applied", "already"):
        messages.success(request, said)
    elif made.status == "conflict":
        messages.error(request, MOVED.format(made.text or "để trống"))
    else:
        messages.error(request, made.sentence)
