"""Học bạ số của trường: every class by state, and steps of the whole school in the background."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import Actor, OutsidePlace, actor_of, explain, page, permit
from khue.background.api import start_task
from khue.gradebook.api import school_year_on
from khue.organisations.api import (
    SchoolCard,
    chosen_school,
    no_school_yet,
    school_summary,
    schools_in_reach,
)
from khue.transcripts.permissions import VIEW
from khue.transcripts.queries.pages import overview_of_school
from khue.transcripts.rules.states import SIGNING, Act, State, title_of
from khue.transcripts.services.acting import CLASS_ACTS, PERMISSIONS
from khue.transcripts.services.school_work import SCHOOL_WORK, classes_to_step
from kit.numbers import whole_number

MOST_SCHOOLS = 200
YEARS_SHOWN = 5
FIRST_MONTH_OF_CLOSING = 5
# The columns of the overview: what a class is waiting for.
COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Chưa lập", ("",)),
    ("Bản thảo", (State.DRAFT,)),
    ("Đang kiểm", (State.COMPLETE, State.VERIFIED, State.RECONCILED)),
    ("Đang ký", tuple(one for one in State if one in SIGNING)),
    ("Đã phát hành", (State.PUBLISHED,)),
    ("Đã hủy, đã bỏ", (State.CANCELLED, State.WITHDRAWN)),
)
ACT_TITLES = {Act.RECOMPOSE: "Lập học bạ"}


def act_title(act: Act) -> str:
    """What the button of a step says."""
    return ACT_TITLES.get(act) or title_of(act)


def year_of_page(request: HttpRequest) -> int:
    """The year that is asked for; else the one that ends next, or has just ended."""
    wanted = whole_number(request.GET.get("year", ""))
    if wanted is not None and 2000 <= wanted <= 2100:
        return wanted
    today = timezone.localdate()
    running = school_year_on(today)
    return running if 1 <= today.month < 9 else running - 1


def _school(request: HttpRequest, actor: Actor) -> tuple[SchoolCard, list[SchoolCard]]:
    schools = schools_in_reach(actor, VIEW, MOST_SCHOOLS)
    wanted = request.GET.get("school", "")
    chosen = chosen_school(actor, VIEW, wanted) if wanted else next(iter(schools), None)
    if chosen is None:
        raise no_school_yet()
    return chosen, schools


@require_GET
@page(VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Every class of a school in a year."""
    actor, year = actor_of(request), year_of_page(request)
    school, schools = _school(request, actor)
    newest = school_year_on(timezone.localdate())
    context = {
        "school": school,
        "schools": schools,
        "year": year,
        "years": [(str(y), f"{y}-{y + 1}") for y in range(newest, newest - YEARS_SHOWN, -1)],
        "found": overview_of_school(actor, school, year),
        "columns": COLUMNS,
        "published": State.PUBLISHED.value,
        "signing": [one.value for one in SIGNING],
        "acts": [
            (act.value, act_title(act), explain(actor, PERMISSIONS[act], school.path) or "")
            for act in CLASS_ACTS
        ],
    }
    return render(request, "transcripts/overview.html", context)


@require_POST
@page(VIEW)
def step_school(request: HttpRequest, school_id: int, year: int) -> HttpResponse:
    """One step of every class, in the background."""
    actor, school = actor_of(request), school_summary(school_id)
    act = act_of(request.POST.get("act", ""))
    permit(actor, PERMISSIONS[act], school.path)
    task = start_task(
        actor=actor,
        now=timezone.now(),
        kind=SCHOOL_WORK,
        title=f"Học bạ số {year}-{year + 1}: {act_title(act).lower()}, cả trường",
        arguments={
            "school": school_id,
            "year": year,
            "act": act.value,
            "route": "transcripts.overview",
        },
        school_id=school_id,
        total=len(classes_to_step(school_id, year)),
    )
    return redirect("background.task", task)


def act_of(wanted: str) -> Act:
    """A step that a person takes for a class."""
    found = next((one for one in CLASS_ACTS if one.value == wanted), None)
    if found is None:
        raise OutsidePlace(wanted)
    return found
