"""Trang điểm danh của một lớp trong một buổi."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from khue.access.api import actor_of, page
from khue.attendance.forms.taking import SentList, read_list
from khue.attendance.queries.days import ClassDay, Standing, class_day
from khue.attendance.queries.frames import session_now
from khue.attendance.rules.days import MOST_PERIODS, SESSION_NAMES, SESSIONS
from khue.attendance.rules.gate_lists import gate_sentence
from khue.attendance.rules.kinds import KIND_NAMES, ORDER, SHORT_NAMES
from khue.attendance.services.taking import Entry, Taken, take_attendance
from khue.attendance.services.work import AttendanceRefused
from khue.attendance.views.common import to, today_of
from kit.numbers import whole_number


@require_http_methods(["GET", "POST"])
@page("attendance.view")
def take(request: HttpRequest, class_id: int) -> HttpResponse:
    """Who is not there; sent as a whole, never over a list that the teacher did not see."""
    shown = _open(request, class_id)
    if request.method != "POST":
        return _show(request, shown)
    sent = read_list(request.POST.dict(), [one.student_id for one in shown.pupils])
    try:
        taken = _take(request, shown, sent)
    except AttendanceRefused as refused:
        return _show(request, shown, sent, refused.sentence, status=409)
    if taken.status == "conflict":
        return _show(request, _open(request, class_id), sent, conflict=taken, status=409)
    messages.success(request, _told(shown, taken))
    return to("attendance.take", class_id, **_where(shown))


def _where(shown: ClassDay) -> dict[str, object]:
    where: dict[str, object] = {"on": shown.day.isoformat(), "session": shown.session}
    return where | ({"period": shown.period} if shown.period else {})


def _open(request: HttpRequest, class_id: int) -> ClassDay:
    asked = request.GET.get("session", "")
    period = whole_number(request.GET.get("period", "")) or 0
    return class_day(
        actor=actor_of(request),
        now=timezone.now(),
        class_id=class_id,
        day=today_of(request),
        session=asked if asked in SESSIONS else _usual(request),
        period=period if period <= MOST_PERIODS else 0,
    )


def _usual(request: HttpRequest) -> str:
    """Today the session that runs; another day the first one of the class."""
    return "" if request.GET.get("on") else session_now(timezone.now())


def _take(request: HttpRequest, shown: ClassDay, sent: SentList) -> Taken:
    return take_attendance(
        actor=actor_of(request),
        now=timezone.now(),
        class_id=shown.card.id,
        day=shown.day,
        session=shown.session,
        period=shown.period,
        entries=sent.entries,
        base_version=sent.base_version,
        reason=sent.reason,
    )


def _told(shown: ClassDay, taken: Taken) -> str:
    if taken.status == "same":
        return "Danh sách này đã được lưu đúng như vậy."
    away = sum(one.kind in ("p", "k") for one in taken.standing.values())
    told = f"vắng {away} học sinh" if away else "có mặt đủ"
    return f"Đã điểm danh lớp {shown.card.name}: {told}."


def _show(
    request: HttpRequest,
    shown: ClassDay,
    sent: SentList | None = None,
    error: str = "",
    conflict: Taken | None = None,
    status: int = 200,
) -> HttpResponse:
    mine = {one.student_id: one for one in sent.entries} if sent else None
    rows = [
        (
            one,
            _chosen(one.standing, mine.get(one.student_id))
            if mine is not None
            else shown.chosen(one),
        )
        for one in shown.pupils
    ]
    context = {
        "shown": shown,
        "rows": rows,
        "gate": gate_sentence(shown.gate),
        "error": error,
        "conflict": conflict,
        "reason": sent.reason if sent else "",
        "kinds": [(key, KIND_NAMES[key], SHORT_NAMES[key]) for key in ORDER],
        "session_names": SESSION_NAMES,
        "periods": range(1, MOST_PERIODS + 1),
        "today": timezone.localdate(),
    }
    return render(request, "attendance/take.html", context, status=status)


def _chosen(standing: Standing, entry: Entry | None) -> Standing:
    """What the teacher had tapped, kept through a refusal."""
    if entry is None:
        return Standing(standing.student_id, "")
    return Standing(
        standing.student_id,
        entry.kind,
        entry.minutes,
        entry.note,
    )
