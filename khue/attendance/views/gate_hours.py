"""Trang giờ học và cách dùng cổng."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from khue.access.api import actor_of, page
from khue.attendance.forms.gate_pages import ChoicesForm, HoursForm
from khue.attendance.permissions import GATE
from khue.attendance.queries.gate_settings import choices_for, hours_of
from khue.attendance.rules.days import SESSION_NAMES
from khue.attendance.rules.school_hours import WEEKDAYS, HoursFacts
from khue.attendance.services.hours import remove_hours, set_choices, set_hours
from khue.attendance.services.work import AttendanceRefused
from khue.attendance.views.common import school_of, to
from khue.organisations.api import SchoolCard
from kit.dates import vietnam_day

USUAL = {
    "session": "am",
    "opens_at": "06:15",
    "begins_at": "07:00",
    "ends_at": "11:30",
    "late_after": 5,
    "absent_after": 45,
    "weekdays": ["0", "1", "2", "3", "4", "5"],
}


@require_http_methods(["GET", "POST"])
@page(GATE)
def hours(request: HttpRequest) -> HttpResponse:
    """Giờ học của trường: what holds, what held, and new hours from a day on."""
    school, choose = school_of(request, GATE)
    if school is None:
        return to("organisations.tree") if choose else _nowhere(request)
    form = HoursForm(request.POST or None, initial=_initial(request, school))
    if request.method == "POST" and form.is_valid() and _set(request, school, form):
        messages.success(request, "Đã đặt giờ học.")
        return to("attendance.hours", school=school.id)
    return _show(request, school, form, _choices_form(school))


@require_POST
@page(GATE)
def gate_choices(request: HttpRequest) -> HttpResponse:
    """Cách dùng cổng: proposals or a list taken, fever, seconds, the family."""
    school, _ = school_of(request, GATE)
    if school is None:
        return to("attendance.hours")
    form = ChoicesForm(request.POST)
    if form.is_valid() and _choose(request, school, form):
        messages.success(request, "Đã lưu cách dùng cổng.")
        return to("attendance.hours", school=school.id)
    return _show(request, school, HoursForm(initial=_initial(request, school)), form)


@require_POST
@page(GATE)
def drop_hours(request: HttpRequest, hours_id: int) -> HttpResponse:
    """Bỏ giờ học chưa áp dụng."""
    try:
        school_id = remove_hours(actor=actor_of(request), now=timezone.now(), hours_id=hours_id)
    except AttendanceRefused as refused:
        messages.error(request, refused.sentence)
        return to("attendance.hours")
    messages.success(request, "Đã bỏ giờ học chưa áp dụng.")
    return to("attendance.hours", school=school_id)


def _set(request: HttpRequest, school: SchoolCard, form: HoursForm) -> bool:
    try:
        set_hours(
            actor=actor_of(request), now=timezone.now(), school_id=school.id, facts=form.facts()
        )
    except AttendanceRefused as refused:
        form.refuse(refused.sentence)
        return False
    return True


def _choose(request: HttpRequest, school: SchoolCard, form: ChoicesForm) -> bool:
    try:
        set_choices(
            actor=actor_of(request), now=timezone.now(), school_id=school.id, choices=form.choices()
        )
    except AttendanceRefused as refused:
        form.refuse(refused.sentence)
        return False
    return True


def _initial(request: HttpRequest, school: SchoolCard) -> dict[str, Any]:
    """The newest hours of the school, to be changed; else what most schools hold."""
    today = vietnam_day(timezone.now())
    rows = hours_of(actor_of(request), school.id)
    newest = max((one for _, one in rows), key=lambda one: one.starts_on, default=None)
    return {**USUAL, **(_as_initial(newest) if newest else {}), "starts_on": today}


def _as_initial(facts: HoursFacts) -> dict[str, Any]:
    week = [str(place) for place, on in enumerate(facts.weekdays) if on == "1"]
    names = ("session", "opens_at", "begins_at", "ends_at", "late_after", "absent_after")
    given = {name: getattr(facts, name) for name in (*names, "asks_health")}
    return {**given, "weekdays": week}


def _choices_form(school: SchoolCard) -> ChoicesForm:
    return ChoicesForm(initial=choices_for(school.id).values())


def _show(
    request: HttpRequest, school: SchoolCard, form: HoursForm, choices: ChoicesForm
) -> HttpResponse:
    today = vietnam_day(timezone.now())
    rows = hours_of(actor_of(request), school.id)
    context = {
        "school": school,
        "form": form,
        "choices": choices,
        "lines": [(key, one, _state(one, rows, today)) for key, one in rows],
        "weekdays": WEEKDAYS,
        "session_names": SESSION_NAMES,
        "today": today,
    }
    return render(request, "attendance/hours.html", context)


def _state(facts: HoursFacts, rows: Any, today: Any) -> str:
    """Whether these hours hold, will hold, or held."""
    if facts.starts_on > today:
        return "coming"
    begun = [one for _, one in rows if one.session == facts.session and one.starts_on <= today]
    return "now" if facts == max(begun, key=lambda one: one.starts_on) else "past"


def _nowhere(request: HttpRequest) -> HttpResponse:
    return render(request, "attendance/no_school.html", {})
