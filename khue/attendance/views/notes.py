"""Đơn xin nghỉ học that wait for the homeroom teacher."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import actor_of, page
from khue.attendance.queries.frames import ANSWER
from khue.attendance.queries.notes import notes_waiting
from khue.attendance.services.notes import answer_note
from khue.attendance.services.reading import read_notes
from khue.attendance.services.work import AttendanceRefused
from khue.attendance.views.common import to
from kit.dates import vietnam_day


@require_GET
@page(ANSWER)
def notes(request: HttpRequest) -> HttpResponse:
    """Those that wait, or those that were answered."""
    actor, now = actor_of(request), timezone.now()
    answered = request.GET.get("show") == "answered"
    context = {
        "notes": read_notes(actor=actor, now=now, answered=answered),
        "answered": answered,
        "waiting": notes_waiting(actor, vietnam_day(now)),
    }
    return render(request, "attendance/notes.html", context)


@require_POST
@page(ANSWER)
def answer(request: HttpRequest, note_id: int) -> HttpResponse:
    """Đồng ý hoặc không đồng ý."""
    approve = request.POST.get("act") == "approve"
    try:
        changed = answer_note(
            actor=actor_of(request),
            now=timezone.now(),
            note_id=note_id,
            approve=approve,
            answer=request.POST.get("answer", ""),
        )
    except AttendanceRefused as refused:
        messages.error(request, refused.sentence)
    else:
        more = f" {changed} buổi nghỉ không phép đã đổi thành có phép." if changed else ""
        messages.success(request, ("Đã đồng ý." if approve else "Đã trả lời gia đình.") + more)
    return to("attendance.notes")
