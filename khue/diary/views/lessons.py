"""Ghi sổ: my lessons of today, one lesson to write or to change, a lesson taken over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khue.access.api import Actor, actor_of, explain, page
from khue.diary.forms import PERIODS, LessonForm
from khue.diary.permissions import FOLLOW, HAND_IN, VIEW, WRITE
from khue.diary.queries.calendar import calendar_of
from khue.diary.queries.lines import LessonLine, lessons_by, open_lesson
from khue.diary.queries.missing import counts_of_week
from khue.diary.queries.plans import next_lessons, scheme_of
from khue.diary.queries.teaching import may_write, my_subjects, subjects_to_stand_in
from khue.diary.queries.weeks import closings_of
from khue.diary.rules.days import last_week, monday_of
from khue.diary.rules.sessions import SESSIONS, session_at
from khue.diary.services.lessons import assigned_to, own_post, remove_lesson, write_lesson
from khue.diary.services.work import DiaryRefused
from khue.diary.views.common import asked_day, school_of, to_week, year_on
from khue.organisations.api import (
    ClassCard,
    ClassSubjectCard,
    SchoolCard,
    class_subject,
    classes_in_reach,
    classes_of,
    permit_inside,
)
from kit.numbers import whole_number

LATE = "Đã ghi bù tiết {period} lớp {name}."
DONE = "Đã ghi tiết {period} lớp {name}."


@page(VIEW)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """My subjects with their next lesson, what I wrote today, the diaries I may read."""
    actor, now = actor_of(request), timezone.now()
    today, school = timezone.localdate(), school_of(request, VIEW)
    day = asked_day(request.GET.get("ngay", "")) or _school_day(school, today)
    mine = my_subjects(actor, day)
    counts = counts_of_week([one.card for one in mine], last_week(today), today)
    context = {
        "day": day,
        "today": today,
        "last_week": last_week(today),
        "short": [one for one in counts.values() if one.missing],
        "before": _school_day(school, day - timedelta(days=1)),
        "mine": mine,
        "written": lessons_by(actor.account_id, day),
        "session": session_at(now) if day == today else "am",
        "sessions": list(SESSIONS.items()),
        "periods": PERIODS,
        "school": school,
        "classes": _classes(actor, school.id, year_on(school, day)) if school else [],
        "follows": bool(school and explain(actor, FOLLOW, school.path) is None),
        "may_write": may_write(actor),
        "month": day.strftime("%Y-%m"),
        "hands_in": HAND_IN,
        "may": lambda permission, place: explain(actor, permission, place) is None,
    }
    return render(request, "diary/today.html", context)


def _school_day(school: SchoolCard | None, day: date) -> date:
    """A day, or the last day with lessons before it."""
    if school is None:
        return day
    return calendar_of(school.province_id, year_on(school, day)).school_day(day)


def _classes(actor: Actor, school_id: int, year: int) -> list[ClassCard]:
    return classes_in_reach(actor, VIEW, classes_of(school_id, year))


def _teachers(actor: Actor, card: ClassSubjectCard, day: date) -> list[str]:
    """Whom a person would stand in for; nobody where the subject is her own."""
    assigned = assigned_to(card.id, day)
    me = own_post(actor, card.school_id, day)
    mine = me is not None and any(one.staff_id == me.id for one in assigned)
    return [] if mine else [one.staff_name for one in assigned]


@page(WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, class_subject_id: int) -> HttpResponse:
    """One new line of a subject of a class."""
    actor, card = actor_of(request), class_subject(class_subject_id)
    permit_inside(actor, WRITE, card.school_path)
    today = timezone.localdate()
    calendar = calendar_of(card.province_id, card.year)
    day = asked_day(request.GET.get("ngay", "")) or calendar.school_day(today)
    follows = next_lessons([card])[card.id]
    initial = {"day": day, "session": session_at(timezone.now()), "title": follows.title}
    form = LessonForm(
        request.POST or None,
        scheme=scheme_of(card.school_id, day),
        teachers=_teachers(actor, card, day),
        needs_reason=_closed(card.class_id, day),
        initial={**initial, "plan_number": follows.number},
    )
    if request.method == "POST" and form.is_valid():
        answer = _written(request, card, form)
        if answer is not None:
            return answer
    context = {"form": form, "card": card, "plan": follows.plan, "line": None, "back": day}
    return render(request, "diary/lesson.html", context)


def _closed(class_id: int, day: date) -> bool:
    monday = monday_of(day)
    return monday in closings_of(class_id, [monday])


def _written(
    request: HttpRequest, card: ClassSubjectCard, form: LessonForm, **fixed: Any
) -> HttpResponse | None:
    """Where to go after the line was written; None when it was refused and the form says why."""
    values = {**form.values(), **fixed}
    try:
        made = write_lesson(
            actor=actor_of(request),
            now=timezone.now(),
            class_id=card.class_id,
            class_subject_id=card.id,
            **values,
        )
    except DiaryRefused as refused:
        form.refuse(str(refused))
        return None
    told = LATE if made.late and not values["base_version"] else DONE
    messages.success(request, told.format(period=values["period"], name=card.class_name))
    if request.POST.get("back") == "today":
        return redirect(f"{reverse('diary.today')}?ngay={values['day'].isoformat()}")
    return to_week(card.class_id, values["day"])


@page(WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """One line to correct; what stood there stays in the history."""
    actor = actor_of(request)
    line = open_lesson(actor, lesson_id)
    card = class_subject(line.class_subject_id)
    permit_inside(actor, WRITE, card.school_path)
    form = LessonForm(
        request.POST or None,
        scheme=scheme_of(card.school_id, line.day),
        fixed=True,
        needs_reason=_closed(card.class_id, line.day),
        initial=_initial(line),
    )
    form.initial.update(form.rating_initial(line.rating))
    if request.method == "POST" and form.is_valid():
        fixed = {"day": line.day, "session": line.session, "period": line.period}
        answer = _written(request, card, form, **fixed)
        if answer is not None:
            return answer
    follows = next_lessons([card])[card.id]
    context = {"form": form, "card": card, "plan": follows.plan, "line": line, "back": line.day}
    return render(request, "diary/lesson.html", context)


def _initial(line: LessonLine) -> dict[str, Any]:
    names = ("plan_number", "title", "homework", "remark", "version")
    return {name: getattr(line, name) for name in names}


@page(WRITE)
@require_POST
def remove(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """Take out a line that was written by mistake."""
    actor = actor_of(request)
    line = open_lesson(actor, lesson_id)
    version = whole_number(request.POST.get("version", ""), digits=6)
    try:
        remove_lesson(
            actor=actor,
            now=timezone.now(),
            lesson_id=lesson_id,
            base_version=version or 0,
            reason=request.POST.get("reason", ""),
        )
    except DiaryRefused as refused:
        messages.warning(request, str(refused))
        return redirect("diary.change", lesson_id)
    messages.success(request, f"Đã bỏ tiết {line.period} khỏi sổ.")
    return to_week(line.class_id, line.day)


@page(WRITE)
@require_safe
def stand_in(request: HttpRequest) -> HttpResponse:
    """Dạy thay: any subject of any class of the school."""
    actor, school = actor_of(request), school_of(request, WRITE)
    day = asked_day(request.GET.get("ngay", "")) or timezone.localdate()
    year = year_on(school, day) if school else 0
    found = subjects_to_stand_in(actor, school, year) if school else {}
    context = {"school": school, "classes": found, "day": day}
    return render(request, "diary/stand_in.html", context)
