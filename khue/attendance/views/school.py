"""Điểm danh trong ngày, ai đang ở đâu, trang của tháng, học sinh cần quan tâm."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from khue.access.api import actor_of, page
from khue.attendance.queries.frames import VIEW, session_now
from khue.attendance.queries.notes import notes_waiting
from khue.attendance.queries.pupils import (
    absences_of_student,
    month_page,
    open_pupil,
    sessions_absent,
)
from khue.attendance.queries.school import ClassNow, alerts, classes_today
from khue.attendance.rules.alerts import alert_rules
from khue.attendance.rules.days import SESSION_NAMES
from khue.attendance.views.common import school_of, to, today_of
from khue.organisations.api import school_year_of
from kit.dates import vietnam_day, weekday_name

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@require_GET
@page(VIEW)
def today(request: HttpRequest) -> HttpResponse:
    """The classes within the viewer's reach on a day: taken or not."""
    actor, day = actor_of(request), today_of(request)
    school, choose = school_of(request)
    if choose:
        return to("organisations.tree")
    classes = classes_today(actor, day, school.id if school else None)
    context = {
        "day": day,
        "weekday": weekday_name(day),
        "school": school,
        "classes": classes,
        "missing": _missing(classes, day),
        "session_names": SESSION_NAMES,
        "waiting": notes_waiting(actor, day),
        "today": vietnam_day(timezone.now()),
        "step": timedelta(days=1),
    }
    return render(request, "attendance/today.html", context)


def _missing(classes: list[ClassNow], day: date) -> int:
    return sum(not one.taken for line in classes for one in line.sessions)


@require_GET
@page(VIEW)
def school(request: HttpRequest) -> HttpResponse:
    """Ai đang ở đâu: for the session that runs, how many are there in every class."""
    actor, day = actor_of(request), today_of(request)
    found, choose = school_of(request)
    if choose:
        return to("organisations.tree")
    session = request.GET.get("session", "")
    session = session if session in SESSION_NAMES else session_now(timezone.now())
    classes = classes_today(actor, day, found.id if found else None)
    lines = [(one, one.in_session(session)) for one in classes]
    context = {
        "day": day,
        "school": found,
        "session": session,
        "session_names": SESSION_NAMES,
        "lines": lines,
        "size": sum(one.size for one, now in lines if now.taken),
        "absent": sum(now.absent for _, now in lines),
        "late": sum(now.late for _, now in lines),
        "taken": sum(now.taken for _, now in lines),
        "now": timezone.now(),
    }
    return render(request, "attendance/school.html", context)


@require_GET
@page(VIEW)
def alerts_page(request: HttpRequest) -> HttpResponse:
    """Học sinh cần quan tâm, with the rule that says so."""
    actor, day = actor_of(request), vietnam_day(timezone.now())
    found, choose = school_of(request)
    if choose:
        return to("organisations.tree")
    context = {
        "school": found,
        "alerts": alerts(actor, day, found.id if found else None),
        "rules": alert_rules(day),
        "day": day,
    }
    return render(request, "attendance/alerts.html", context)


@require_GET
@page(VIEW)
def month(request: HttpRequest, class_id: int) -> HttpResponse:
    """Trang theo dõi chuyên cần of a class, as the paper book has it."""
    day = vietnam_day(timezone.now())
    asked = _MONTH.fullmatch(request.GET.get("month", ""))
    year, number = (int(asked[1]), int(asked[2])) if asked else (day.year, day.month)
    shown = month_page(
        actor=actor_of(request), class_id=class_id, year=year, month=number, today=day
    )
    first = date(year, number, 1)
    context = {
        "shown": shown,
        "weekdays": [_short_weekday(first + timedelta(days=one)) for one in range(len(shown.free))],
        "before": (first - timedelta(days=1)).strftime("%Y-%m"),
        "after": (first + timedelta(days=32)).strftime("%Y-%m"),
        "first": first,
        "step": timedelta(days=1),
    }
    return render(request, "attendance/month.html", context)


def _short_weekday(day: date) -> str:
    return "CN" if day.weekday() == 6 else str(day.weekday() + 2)


@require_GET
@page(VIEW)
def pupil(request: HttpRequest, student_id: int) -> HttpResponse:
    """Các buổi nghỉ, muộn, về sớm of a pupil in this school year."""
    actor, day = actor_of(request), vietnam_day(timezone.now())
    shown = open_pupil(actor, student_id)
    year = school_year_of(day)
    context = {
        "pupil": shown,
        "year": year,
        "absences": absences_of_student(student_id, year),
        "count": sessions_absent([student_id], year).get(student_id, (0, 0)),
    }
    return render(request, "attendance/pupil.html", context)
