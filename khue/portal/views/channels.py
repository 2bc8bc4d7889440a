"""Nhận tin: the channels of a person, and the pushes to this browser."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from khue.access.api import actor_of, page
from khue.messaging.api import (
    SubscriptionRefused,
    own_channels,
    push_browsers,
    push_public_key,
    subscribe_to_pushes,
    unsubscribe_from_pushes,
)
from khue.portal.services import NoSuchChannel, addresses_of, choose_channel, send_trial_push

OWN = "access.use_own_account"
NO_BROWSER = "Chưa có máy nào bật thông báo. Hãy bật thông báo trên máy này rồi gửi thử."


@require_safe
@page(OWN)
def channels(request: HttpRequest) -> HttpResponse:
    """Nhận tin: every way, and whether it is on."""
    actor = actor_of(request)
    told = {
        "channels": own_channels(addresses_of(actor, timezone.localdate())),
        "browsers": push_browsers(actor.account_id),
        "push_key": push_public_key(),
    }
    return render(request, "portal/channels.html", told)


@require_POST
@page(OWN)
def set_channel(request: HttpRequest) -> HttpResponse:
    """Bật hoặc tắt một kênh."""
    agreed = request.POST.get("agreed") == "1"
    try:
        choose_channel(
            actor=actor_of(request),
            now=timezone.now(),
            channel=request.POST.get("channel", ""),
            agreed=agreed,
        )
    except NoSuchChannel as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"Đã {'bật lại' if agreed else 'tắt'} kênh này.")
    return redirect("portal.channels")


@require_POST
@page(OWN)
def take_pushes(request: HttpRequest) -> JsonResponse:
    """Bật thông báo đẩy: what the browser was given by its push service."""
    try:
        subscribe_to_pushes(
            account_id=actor_of(request).account_id,
            told=_told(request),
            browser=request.headers.get("User-Agent", "")[:100],
            now=timezone.now(),
        )
    except SubscriptionRefused as refused:
        return JsonResponse({"sentence": str(refused)}, status=422)
    return JsonResponse({"sentence": ""})


@require_POST
@page(OWN)
def stop_pushes(request: HttpRequest) -> JsonResponse:
    """Tắt thông báo đẩy on one browser."""
    endpoint = str(_told(request).get("endpoint") or "")
    unsubscribe_from_pushes(account_id=actor_of(request).account_id, endpoint=endpoint)
    return JsonResponse({"sentence": ""})


def _told(request: HttpRequest) -> dict[str, Any]:
    """What the page sent; anything else than an object is an empty one."""
    try:
        told = json.loads(request.body if request.content_type == "application/json" else b"")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


@require_POST
@page(OWN)
def try_push(request: HttpRequest) -> HttpResponse:
    """Gửi thử một thông báo đẩy."""
    actor = actor_of(request)
    if push_browsers(actor.account_id):
        send_trial_push(actor=actor, now=timezone.now())
        messages.success(request, "Đã gửi thử. Thông báo hiện trên máy trong ít phút.")
    else:
        messages.error(request, NO_BROWSER)
    return redirect("portal.channels")
