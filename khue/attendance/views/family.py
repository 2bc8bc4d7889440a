"""Trang của gia đình: the child's absences, and asking for leave."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import OutsidePlace, actor_of, child_place, page, permit
from khue.attendance.forms.notes import LeaveForm
from khue.attendance.queries.frames import ASK
from khue.attendance.queries.notes import notes_of_child
from khue.attendance.queries.pupils import absences_of_student, sessions_absent
from khue.attendance.services.notes import ask_leave, withdraw_note
from khue.attendance.services.work import AttendanceRefused
from khue.organisations.api import school_year_of
from khue.records.api import ChildLine, children_of_account
from kit.dates import vietnam_day


@require_GET
@page(ASK)
def child(request: HttpRequest, student_id: int) -> HttpResponse:
    """Chuyên cần of one child; another's child does not exist here."""
    return _show(request, student_id, LeaveForm(initial=_first()))


@require_http_methods(["GET", "POST"])
@page(ASK)
def ask(request: HttpRequest, student_id: int) -> HttpResponse:
    """Gửi đơn xin nghỉ học."""
    form = LeaveForm(request.POST or None, initial=_first())
    if request.method != "POST" or not form.is_valid():
        return _show(request, student_id, form)
    try:
        ask_leave(
            actor=actor_of(request), now=timezone.now(), student_id=student_id, **form.facts()
        )
    except AttendanceRefused as refused:
        form.refuse(refused.sentence)
        return _show(request, student_id, form)
    return redirect("attendance.child", student_id)


def _first() -> dict[str, object]:
    return {"first_day": vietnam_day(timezone.now()), "last_session": "pm"}


def _show(
    request: HttpRequest, student_id: int, form: LeaveForm, trouble: str = ""
) -> HttpResponse:
    actor, today = actor_of(request), vietnam_day(timezone.now())
    permit(actor, ASK, child_place(student_id))
    year = school_year_of(today)
    children = children_of_account(actor.account_id, today)
    context = {
        "child": _find(children, student_id),
        "children": children,
        "absences": absences_of_student(student_id, year),
        "count": sessions_absent([student_id], year).get(student_id, (0, 0)),
        "notes": notes_of_child(actor, student_id),
        "form": form,
        "trouble": trouble,
        "year": year,
        "today": today,
        "now": timezone.now(),
    }
    return render(request, "attendance/child.html", context)


def _find(children: list[ChildLine], student_id: int) -> ChildLine:
    for one in children:
        if one.id == student_id:
            return one
    raise OutsidePlace(student_id)


@require_POST
@page(ASK)
def withdraw(request: HttpRequest, student_id: int, note_id: int) -> HttpResponse:
    """Rút đơn xin nghỉ học."""
    try:
        withdraw_note(actor=actor_of(request), now=timezone.now(), note_id=note_id)
    except AttendanceRefused as refused:
        return _show(request, student_id, LeaveForm(initial=_first()), refused.sentence)
    return redirect("attendance.child", student_id)
