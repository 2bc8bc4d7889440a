"""Hộp gửi tin nhắn: sendings, their messages, cancelling, sending once more, the budget."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khue.access.api import actor_of, explain, page, permit
from khue.messaging.permissions import BUDGET, MANAGE, VIEW
from khue.messaging.queries.budgets import months_of_school
from khue.messaging.queries.outbox import (
    STATES,
    MessageFilter,
    every_message,
    open_batch,
    page_of_batches,
    page_of_messages,
    shares_of_providers,
)
from khue.messaging.services.acting import ActRefused, cancel_batch, send_again, set_budget
from khue.messaging.services.outbox import OrderRefused
from khue.messaging.sheets import outbox_file
from khue.organisations.api import chosen_school, schools_in_reach
from kit.numbers import whole_number

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SCHOOLS = 1000
DAYS = ("1", "7", "30")
NOT_A_NUMBER = "Hạn mức phải là một số, ví dụ 5000."


def _query(request: HttpRequest) -> str:
    given = [(key, value) for key, value in request.GET.items() if key != "page" and value]
    return urlencode(given)


def _number(request: HttpRequest) -> int:
    return whole_number(request.GET.get("page", "")) or 1


@require_safe
@page(VIEW)
def outbox(request: HttpRequest) -> HttpResponse:
    """Every sending within reach, the newest first."""
    text = request.GET.get("q", "").strip()[:100]
    context = {
        "page": page_of_batches(actor_of(request), text, _number(request)),
        "text": text,
        "query": _query(request),
    }
    return render(request, "messaging/outbox.html", context)


def _filter(request: HttpRequest) -> MessageFilter:
    digits = "".join(one for one in request.GET.get("q", "") if one.isdigit())
    return MessageFilter(request.GET.get("state", "")[:9], digits[-10:])


@require_safe
@page(VIEW)
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One sending: how far it has come, and each message."""
    actor = actor_of(request)
    line, place = open_batch(actor, batch_id)
    wanted = _filter(request)
    context = {
        "batch": line,
        "page": page_of_messages(batch_id, wanted, _number(request)),
        "wanted": wanted,
        "states": STATES,
        "query": _query(request),
        "why_not": explain(actor, MANAGE, place) or "",
    }
    return render(request, "messaging/batch.html", context)


@require_safe
@page(VIEW)
def export_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The messages of a sending as a workbook, addresses masked."""
    line, _ = open_batch(actor_of(request), batch_id)
    body = outbox_file(line.title, every_message(batch_id, _filter(request)))
    response = HttpResponse(body, content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="tin-nhan-{batch_id}.xlsx"'
    return response


@require_POST
@page(MANAGE)
def cancel(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What still waits is not sent."""
    count = cancel_batch(actor=actor_of(request), now=timezone.now(), batch_id=batch_id)
    messages.success(
        request, f"Đã hủy {count} tin chưa gửi." if count else "Không còn tin nào chờ."
    )
    return redirect("messaging.batch", batch_id)


@require_POST
@page(MANAGE)
def again(request: HttpRequest, message_id: int) -> HttpResponse:
    """The same text to the same address once more."""
    try:
        old = send_again(actor=actor_of(request), now=timezone.now(), message_id=message_id)
    except (ActRefused, OrderRefused) as refused:
        messages.error(request, str(refused))
        return redirect("messaging.outbox")
    messages.success(request, "Đã đặt gửi lại một tin. Tin mới là một lần gửi riêng trong hộp gửi.")
    return redirect("messaging.batch", old)


@require_safe
@page(VIEW)
def shares(request: HttpRequest) -> HttpResponse:
    """Tỉ lệ đến máy của từng nhà cung cấp."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in DAYS else 7
    since = timezone.now() - timedelta(days=days)
    lines = shares_of_providers(actor_of(request), since)
    choices = [(one, f"{one} ngày qua") for one in DAYS]
    context = {"lines": lines, "days": str(days), "choices": choices}
    return render(request, "messaging/shares.html", context)


@require_http_methods(["GET", "POST"])
@page(VIEW)
def budget(request: HttpRequest) -> HttpResponse:
    """Hạn mức: this month and the ones before."""
    actor = actor_of(request)
    school = chosen_school(actor, VIEW, request.GET.get("school", ""))
    schools = schools_in_reach(actor, VIEW, MOST_SCHOOLS)
    if school is None:
        return render(request, "messaging/budget.html", {"school": None, "schools": schools})
    if request.method == "POST":
        permit(actor, BUDGET, school.path)
        error = _set(request, school.id)
        if not error:
            messages.success(request, "Đã đặt hạn mức tháng này.")
            return redirect(request.get_full_path())
    else:
        error = ""
    context = {
        "school": school,
        "schools": schools,
        "months": months_of_school(school.id, timezone.localdate()),
        "why_not": explain(actor, BUDGET, school.path) or "",
        "error": error,
    }
    return render(request, "messaging/budget.html", context, status=422 if error else 200)


def _set(request: HttpRequest, school_id: int) -> str:
    limit = whole_number(request.POST.get("limit", "").replace(".", "").strip())
    if limit is None:
        return NOT_A_NUMBER
    try:
        set_budget(actor=actor_of(request), now=timezone.now(), school_id=school_id, limit=limit)
    except ActRefused as refused:
        return str(refused)
    return ""
