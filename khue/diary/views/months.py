"""Tháng của sổ: what is handed in, to whom, how far the signature is."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from khue.access.api import actor_of, explain, page
from khue.diary.forms import LeaderForm
from khue.diary.permissions import HAND_IN, VIEW
from khue.diary.queries.papers import print_month as told_month
from khue.diary.queries.papers import told_totals
from khue.diary.rules.days import last_of_month
from khue.diary.services.months import MonthState, hand_in_month, open_month, print_month_book
from khue.diary.services.work import DiaryRefused
from khue.diary.views.common import asked_month

PDF = "application/pdf"


@page(VIEW)
@require_safe
def month(request: HttpRequest, class_id: int, month: str) -> HttpResponse:
    """The weeks of a month, who signs it, the state of the signature."""
    actor, asked = actor_of(request), asked_month(month)
    state = open_month(actor=actor, now=timezone.now(), class_id=class_id, month=asked)
    context = {
        "state": state,
        "held": state.month,
        "told_month": told_month(asked),
        "totals": told_totals(state.month.lines),
        "key": month,
        "form": _form(state),
        "refusal": explain(actor, HAND_IN, state.month.card.place) or state.refusal,
        **_neighbours(month),
    }
    return render(request, "diary/month.html", context)


def _neighbours(month: str) -> dict[str, str]:
    """The months before and after, as addresses write them."""
    first, one_day = asked_month(month), timedelta(days=1)
    days = {"before": first - one_day, "after": last_of_month(first) + one_day}
    return {name: day.isoformat()[:7] for name, day in days.items()}


def _form(state: MonthState, data: object = None) -> LeaderForm:
    leaders = [(one.staff_id, f"{one.name} ({one.role.lower()})") for one in state.leaders]
    return LeaderForm(data, leaders=leaders)


@page(HAND_IN)
@require_POST
def hand_in(request: HttpRequest, class_id: int, month: str) -> HttpResponse:
    """Off it goes to the leader who was chosen."""
    actor, now, asked = actor_of(request), timezone.now(), asked_month(month)
    form = _form(open_month(actor=actor, now=now, class_id=class_id, month=asked), request.POST)
    chosen = form.cleaned_data["leader"] if form.is_valid() else 0
    try:
        hand_in_month(actor=actor, now=now, class_id=class_id, month=asked, leader_id=chosen)
    except DiaryRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, "Đã trình ký. Người ký thấy sổ ở trang Chờ tôi ký.")
    return redirect("diary.month", class_id, month)


@page(VIEW)
@require_safe
def print_month(request: HttpRequest, class_id: int, month: str) -> HttpResponse:
    """The month as PDF, as it would be signed."""
    made = print_month_book(
        actor=actor_of(request),
        now=timezone.now(),
        class_id=class_id,
        month=asked_month(month),
    )
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return HttpResponse(made.content, content_type=PDF, headers=headers)
