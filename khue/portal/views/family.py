"""The family's pages: their own children only, light and readable without a script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from khue.access.api import Actor, OutsidePlace, actor_of, page
from khue.gradebook.api import (
    YoungChild,
    child_results,
    how_a_childs_was_made,
    school_year_on,
    term_on,
    young_child,
)
from khue.records.api import ChildLine, children_of_account
from kit.numbers import whole_number


def family_home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The children of a parent; a student or a parent of one child goes straight in."""
    children = children_of_account(actor.account_id, timezone.localdate())
    if len(children) == 1:
        return redirect("portal.child", student_id=children[0].id)
    return render(request, "portal/children.html", {"children": children})


@page("gradebook.view_child_marks")
def child(request: HttpRequest, student_id: int) -> HttpResponse:
    """Kết quả học tập of one child; another's child does not exist here."""
    actor, today = actor_of(request), timezone.localdate()
    children = children_of_account(actor.account_id, today)
    shown = find_child(children, student_id)
    year = school_year_on(today)
    young = young_child(actor, student_id, year, today)
    if young is not None:
        return _young(request, shown, children, young, year)
    results = child_results(actor, student_id, year)
    facts = {
        "child": shown,
        "siblings": [one for one in children if one.id != student_id],
        "results": results,
        "term": asked_term(request, actor, year),
        "year": year,
        "now": timezone.now(),
    }
    return render(request, "portal/child.html", facts)


def _young(
    request: HttpRequest, shown: ChildLine, children: list[ChildLine], young: YoungChild, year: int
) -> HttpResponse:
    """A child of primary or preschool: point by point."""
    asked = whole_number(request.GET.get("thoi-diem", "")) or young.now
    at = [one for one in young.periods if one.number == asked]
    facts = {
        "child": shown,
        "siblings": [one for one in children if one.id != shown.id],
        "young": young,
        "shown": at[0] if at else next(iter(young.periods), None),
        "year": year,
        "now": timezone.now(),
    }
    return render(request, "portal/child_young.html", facts)


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
