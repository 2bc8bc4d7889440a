"""Việc trong kì nghỉ hè: re-assessed subjects and summer training, in the old year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import actor_of, page
from khue.gradebook.forms import SaveUnreadable
from khue.gradebook.forms.cells import (
    CellsRequest,
    again_change,
    read_cells,
    summary_change,
)
from khue.gradebook.queries.homeroom import WRITE, open_class_results, outcome_shown
from khue.gradebook.queries.reassessing import AGAIN, SUMMER, summer_work
from khue.gradebook.rules.marks import print_mark_cell
from khue.gradebook.rules.summaries import level_name, level_symbol
from khue.gradebook.services.reassessing import enter_reassessed, write_summer
from khue.gradebook.services.summaries import SummaryOutcome
from khue.gradebook.views.homeroom import SOMEBODY_ELSE
from khue.gradebook.views.lists import school_of_page, years_to_choose
from khue.gradebook.views.working_year import year_of


@require_GET
@page(SUMMER)
def summer(request: HttpRequest) -> HttpResponse:
    """Who is assessed again in what, and who trains conduct, at a school."""
    actor, year = actor_of(request), year_of(request)
    school, schools = school_of_page(request, actor, SUMMER)
    context = {
        "school": school,
        "schools": schools,
        "year": year,
        "years": years_to_choose(),
        "work": summer_work(actor, school, year),
        "account": actor.account_id,
        "mark": print_mark_cell,
        "level_name": level_name,
        "level_symbol": level_symbol,
    }
    return render(request, "gradebook/reassessing.html", context)


def _read(request: HttpRequest) -> CellsRequest:
    """What the page sent, by whoever opened it; SaveUnreadable otherwise."""
    body = request.body if request.content_type == "application/json" else b""
    return read_cells(body)


def _refused(sentence: str, status: int) -> HttpResponse:
    return JsonResponse({"error": sentence}, status=status)


def _save(
    request: HttpRequest,
    class_id: int,
    read_change: Callable[..., Any],
    write: Callable[..., list[SummaryOutcome]],
) -> HttpResponse:
    """Read the cells, write them by one use case, tell of each what became of it."""
    try:
        wanted = _read(request)
        changes = wanted.changes(read_change)
    except SaveUnreadable as unreadable:
        return _refused(str(unreadable), 400)
    actor = actor_of(request)
    if wanted.account not in (None, actor.account_id):
        return _refused(SOMEBODY_ELSE, 409)
    outcomes = write(
        actor=actor,
        now=timezone.now(),
        class_id=class_id,
        changes=changes,
        operation_id=wanted.operation,
    )
    return _answer(class_id, outcomes)


@require_POST
@page(AGAIN)
def save_reassessed(request: HttpRequest, class_id: int) -> HttpResponse:
    """Save results of re-assessment."""
    return _save(request, class_id, again_change, enter_reassessed)


@require_POST
@page(WRITE)
def save_summer(request: HttpRequest, class_id: int) -> HttpResponse:
    """Save tasks, reports and the conduct after the summer."""
    return _save(request, class_id, summary_change, write_summer)


def _answer(class_id: int, outcomes: list[SummaryOutcome]) -> HttpResponse:
    saved = {one.student_id for one in outcomes if one.status == "saved"}
    found = open_class_results(class_id, saved) if saved else None
    follows = {
        f"{pupil.student_id}:outcome": outcome_shown(pupil) or "Chưa đủ dữ liệu"
        for pupil in (found.pupils if found else [])
    }
    cells = [
        {
            "key": f"{one.student_id}:{one.field}",
            "status": one.status,
            "text": one.text,
            "sentence": one.sentence,
        }
        for one in outcomes
    ]
    return JsonResponse({"cells": cells, "follows": follows})
