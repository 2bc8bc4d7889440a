"""Trang đầu: each role begins where its day begins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from khue.access.api import FAMILY, OFFICERS, TEACHERS, Actor, actor_of, page
from khue.portal import queries
from khue.portal.queries.day.messages import letters_due
from khue.portal.rules.due import Due, in_order
from khue.portal.views.family import family_home


@page("access.use_own_account")
def home(request: HttpRequest) -> HttpResponse:
    """The first page of whoever signed in."""
    actor = actor_of(request)
    works = actor.holds(*TEACHERS, *OFFICERS) or queries.school_day_of(actor)
    if actor.holds(*FAMILY) and not works:
        return family_home(request, actor)
    return render(request, "portal/home.html", facts_of(actor, timezone.now()))


def facts_of(actor: Actor, now: datetime) -> dict[str, Any]:
    """What each of the person's roles has to tell, and everything that is due in one order."""
    school_id = queries.school_day_of(actor)
    teacher = queries.teacher_day(actor, now) if actor.holds(*TEACHERS) else None
    school = queries.school_today(actor, school_id, now) if school_id else None
    officer = queries.officer_day(actor, now) if actor.holds(*OFFICERS) else None
    days = [one.day for one in (teacher, school, officer) if one]
    dues = in_order(_once([*_of(teacher), *_of(school), *letters_due(actor)]))
    return {
        "today": timezone.localdate(now),
        "day": days[0] if days else None,
        "teacher": teacher,
        "school": school,
        "officer": officer,
        "dues": dues,
        "badges": _badges(dues),
    }


def _of(part: Any) -> list[Due]:
    return part.dues if part else []


def _once(dues: list[Due]) -> list[Due]:
    """One line for what two roles of a person would both tell."""
    return list({(one.route, one.args, one.query): one for one in dues}.values())


def _badges(dues: list[Due]) -> dict[str, int]:
    """How many wait behind an entry of the navigation."""
    return {reverse(one.route): one.count for one in dues if one.count and not one.args}
