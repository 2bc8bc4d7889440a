"""Chờ tôi ký: what awaits one's signature, what became of it, what one asked of others."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from khue.access.api import OutsidePlace, Refused, actor_of, page
from khue.signing.permissions import SIGN
from khue.signing.queries.inbox import (
    ASKED,
    MOST_LINES,
    TABS,
    asked_groups,
    asked_lines,
    group_of,
    inbox_groups,
    marked_count,
    request_lines,
    tab_counts,
)
from khue.signing.services.batches import choose_batch, marked_batch, remind
from khue.signing.services.kinds import kind_titles
from khue.signing.services.requests import refuse
from kit.numbers import whole_number

TAB_NAMES = {
    "": "Chờ tôi ký",
    "sap-den": "Sắp đến lượt",
    "hoan-tat": "Chờ hoàn tất",
    "da-ky": "Đã ký",
    "tu-choi": "Đã từ chối",
    ASKED: "Tôi đề nghị",
}


@page(SIGN)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Chờ tôi ký: lines of what belongs together, ready to be ticked."""
    actor, query = actor_of(request), request.GET.get("q", "").strip()
    kind = request.GET.get("loai", "")
    batch = marked_batch(actor)
    context = {
        **_frame(request, ""),
        "query": query,
        "kind": kind,
        "kinds": kind_titles(),
        "groups": inbox_groups(actor, query, kind),
        "marked": marked_count(actor, batch),
        "batch": batch,
        "today": timezone.localdate(),
    }
    return render(request, "signing/inbox.html", context)


def _frame(request: HttpRequest, tab: str) -> dict[str, object]:
    counts = tab_counts(actor_of(request))
    tabs = [
        (name, reverse("signing.inbox") if not key else reverse("signing.tab", args=[key]), key)
        for key, name in TAB_NAMES.items()
    ]
    shown = [(name, href, key == tab, counts[key]) for name, href, key in tabs]
    return {"tabs": shown, "tab": tab, "tab_name": TAB_NAMES[tab]}


@page(SIGN)
@require_safe
def tab(request: HttpRequest, tab: str) -> HttpResponse:
    """What is to come, what waits for a service, what was signed or refused; what one asked."""
    if tab == ASKED:
        return asked(request)
    if tab not in TABS:
        raise OutsidePlace(tab)
    query = request.GET.get("q", "").strip()
    context = {
        **_frame(request, tab),
        "query": query,
        "kinds": kind_titles(),
        "lines": request_lines(actor_of(request), tab, query=query),
        "most": MOST_LINES,
    }
    return render(request, "signing/tab.html", context)


def asked(request: HttpRequest) -> HttpResponse:
    """Tôi đề nghị: how far it is, whose turn it is, and a reminder."""
    context = {
        **_frame(request, ASKED),
        "kinds": kind_titles(),
        "groups": asked_groups(actor_of(request)),
    }
    return render(request, "signing/asked.html", context)


@page(SIGN)
@require_safe
def asked_group(request: HttpRequest, request_id: int) -> HttpResponse:
    """The single requests of a group that one asked for."""
    lines = asked_lines(actor_of(request), request_id)
    return render(request, "signing/asked_group.html", {"lines": lines})


@page(SIGN)
@require_safe
def group(request: HttpRequest, request_id: int) -> HttpResponse:
    """The single documents of one line of the inbox, to tick some and leave others."""
    actor, query = actor_of(request), request.GET.get("q", "").strip()
    group_of(actor, request_id)
    lines = request_lines(actor, "", query=query, group=request_id)
    context = {
        "request_id": request_id,
        "query": query,
        "lines": lines,
        "kinds": kind_titles(),
        "marked": marked_batch(actor),
        "most": MOST_LINES,
    }
    return render(request, "signing/group.html", context)


@page(SIGN)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Ký các bản đã chọn: what was ticked becomes one act of signing."""
    try:
        batch = choose_batch(
            actor=actor_of(request),
            request_ids=_ids(request, "ids"),
            group_ids=_ids(request, "groups"),
            everything=request.POST.get("all") == "1",
        )
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("signing.inbox")
    return redirect("signing.batch", batch)


def _ids(request: HttpRequest, name: str) -> list[int]:
    found = [whole_number(text, digits=18) for text in request.POST.getlist(name)]
    return [one for one in found if one is not None]


@page(SIGN)
@require_POST
def refuse_requests(request: HttpRequest) -> HttpResponse:
    """Từ chối ký: with a reason that the one who asked reads."""
    ids = _ids(request, "ids")
    following = whole_number(request.POST.get("next", ""), digits=18)
    try:
        count = refuse(
            actor=actor_of(request),
            now=timezone.now(),
            request_ids=ids,
            reason=request.POST.get("reason", ""),
        )
    except Refused as refused:
        messages.warning(request, str(refused))
        following = ids[0] if following and ids else None
    else:
        messages.success(request, f"Đã từ chối ký {count} bản; người đề nghị sẽ đọc được lý do.")
    return redirect("signing.review", following) if following else redirect("signing.inbox")


@page(SIGN)
@require_POST
def remind_signers(request: HttpRequest, request_id: int) -> HttpResponse:
    """Nhắc ký: those whose turn it is see that they were reminded."""
    try:
        count = remind(actor=actor_of(request), now=timezone.now(), request_id=request_id)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, f"Đã nhắc về {count} bản đang chờ ký.")
    return redirect("signing.tab", ASKED)
