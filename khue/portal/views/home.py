"""Trang đầu: each role begins where its day begins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from khue.access.api import FAMILY, OFFICERS, TEACHERS, Actor, actor_of, page
from khue.portal import queries
from khue.portal.queries.home import school_of
from khue.portal.views.family import family_home
from khue.signing.api import waiting_count


@page("access.use_own_account")
def home(request: HttpRequest) -> HttpResponse:
    """The first page of whoever signed in."""
    actor = actor_of(request)
    if actor.holds(*FAMILY) and not actor.holds(*TEACHERS, *OFFICERS) and not school_of(actor):
        return family_home(request, actor)
    return work_home(request, actor)


def work_home(request: HttpRequest, actor: Actor) -> HttpResponse:
    today, school_id = timezone.localdate(), school_of(actor)
    facts = {
        "today": today,
        "teacher": queries.teacher_home(actor, today) if actor.holds(*TEACHERS) else None,
        "school": queries.school_home(actor, school_id, timezone.now(), today)
        if school_id
        else None,
        "waiting": waiting_count(actor),
        "officer": queries.officer_home(actor, today) if actor.holds(*OFFICERS) else None,
    }
    return render(request, "portal/home.html", facts)
