"""The family's pages: their own children only, light and readable without a script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from khue.access.api import Actor, OutsidePlace, actor_of, child_place, page, permit
from khue.gradebook.api import (
    PeriodTold,
    YoungChild,
    child_results,
    how_a_childs_was_made,
    school_year_on,
    term_on,
    young_child,
)
from khue.portal.queries.family import diary_week, family_overview
from khue.portal.rules.moments import told_day, told_since
from khue.records.api import ChildLine, children_of_account
from kit.numbers import whole_number

LONGEST_BACK = 400


def family_home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The children of a parent; a student or a parent of one child goes straight in."""
    children = children_of_account(actor.account_id, timezone.localdate())
    if len(children) == 1:
        return redirect("portal.child", student_id=children[0].id)
    return render(request, "portal/children.html", {"children": children})


@page("gradebook.view_child_marks")
def child(request: HttpRequest, student_id: int) -> HttpResponse:
    """Tổng quan of one child; another's child does not exist here."""
    actor, today = actor_of(request), timezone.localdate()
    children = children_of_account(actor.account_id, today)
    shown = find_child(children, student_id)
    told = family_overview(actor, shown, children, school_year_on(today), today)
    facts = {
        "child": shown,
        "children": children,
        "told": told,
        "young": told.young,
        "preschool": told.young is not None and told.young.of_preschool,
        "who": called(shown),
        **_telling(today),
    }
    return render(request, "portal/child.html", facts)


def called(shown: ChildLine) -> str:
    """How a page speaks of the child: "em" to the pupil, the given name to the family."""
    return "em" if shown.relation == "self" else shown.name.split()[-1]


def _telling(today: date) -> dict[str, Callable[..., str]]:
    """How the templates print moments and days."""
    return {
        "since": lambda at: told_since(at, today),
        "day": lambda day: told_day(day, today),
    }


@page("gradebook.view_child_marks")
def results(request: HttpRequest, student_id: int) -> HttpResponse:
    """Kết quả học tập of one child, subject by subject."""
    actor, today = actor_of(request), timezone.localdate()
    children = children_of_account(actor.account_id, today)
    shown = find_child(children, student_id)
    year = school_year_on(today)
    young = young_child(actor, student_id, year, today)
    facts = {"child": shown, "children": children, "year": year, "now": timezone.now()}
    if young is not None:
        facts |= {"young": young, "shown": asked_period(request, young)}
        return render(request, "portal/results_young.html", facts)
    told = {
        "results": child_results(actor, student_id, year),
        "term": asked_term(request, actor, year),
    }
    return render(request, "portal/results.html", facts | told)


def asked_period(request: HttpRequest, young: YoungChild) -> PeriodTold | None:
    """The point of the address, or the newest that was written."""
    asked = whole_number(request.GET.get("thoi-diem", "")) or young.now
    at = [one for one in young.periods if one.number == asked]
    return at[0] if at else next(iter(young.periods), None)


@page("gradebook.view_child_marks")
def diary(request: HttpRequest, student_id: int) -> HttpResponse:
    """Sổ đầu bài of the child's class, week by week: lessons and homework only."""
    actor, today = actor_of(request), timezone.localdate()
    children = children_of_account(actor.account_id, today)
    shown = find_child(children, student_id)
    permit(actor, "gradebook.view_child_marks", child_place(student_id))
    week = diary_week(shown.class_id, asked_day(request, today), today)
    facts = {"child": shown, "children": children, "week": week, **_telling(today)}
    return render(request, "portal/diary.html", facts)


def asked_day(request: HttpRequest, today: date) -> date:
    """A day of the wanted week; anything else is this week."""
    try:
        asked = date.fromisoformat(request.GET.get("tuan", ""))
    except ValueError:
        return today
    return asked if abs((today - asked).days) < LONGEST_BACK else today


def find_child(children: list[ChildLine], student_id: int) -> ChildLine:
    for one in children:
        if one.id == student_id:
            return one
    raise OutsidePlace


def asked_term(request: HttpRequest, actor: Actor, year: int) -> int:
    """The term of the address, or the one that runs now."""
    asked = request.GET.get("hoc-ki", "")
    if asked in {"1", "2"}:
        return int(asked)
    province = next((one.province_id for one in actor.grants if one.province_id), None)
    return term_on(province, year, timezone.localdate()) if province else 1


@page("gradebook.view_child_marks")
def made(request: HttpRequest, student_id: int, class_subject_id: int, term: int) -> HttpResponse:
    """Cách tính of one result of the child: the numbers, the formula, the article."""
    actor, today = actor_of(request), timezone.localdate()
    shown = find_child(children_of_account(actor.account_id, today), student_id)
    if term not in (1, 2):
        raise OutsidePlace(term)
    found = how_a_childs_was_made(actor, student_id, class_subject_id, term, today)
    if found is None:
        raise OutsidePlace(class_subject_id)
    return render(request, "portal/made.html", {"child": shown, "made": found, "term": term})
