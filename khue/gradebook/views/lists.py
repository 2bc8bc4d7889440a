"""Danh sách cuối năm học: who is promoted, assessed again, retained, awarded; and decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import Actor, actor_of, class_place, explain, page, reach
from khue.gradebook.forms.awards import AwardForm
from khue.gradebook.queries.books import school_year_on
from khue.gradebook.queries.homeroom import SECONDARY, VIEW, open_class
from khue.gradebook.queries.lists import KINDS, SHORT_NAMES, YearLists, year_lists
from khue.gradebook.services.awards import AWARD, AwardRefused, give_award, remove_award
from khue.gradebook.services.deciding import DECIDE, DecisionRefused, decide_outcome
from khue.gradebook.sheets.lists import lists_book
from khue.gradebook.views.answers import excel_response
from khue.gradebook.views.working_year import year_of
from khue.organisations.api import ClassCard, SchoolCard, chosen_school, schools_in_reach
from kit.numbers import whole_number
from kit.vietnamese import search_key

DEFAULT = "len-lop"
SPECIAL = "khac"
MOST_SCHOOLS = 200
# The list on paper that goes with a list of this page.
PAPERS = {one: one for one in ("len-lop", "danh-gia-lai", "ren-luyen-he", "khong-len-lop")} | {
    "xuat-sac": "khen-thuong",
    "gioi": "khen-thuong",
}


def school_of_page(
    request: HttpRequest, actor: Actor, permission: str
) -> tuple[SchoolCard, list[SchoolCard]]:
    """The school that is asked for, or the first one within reach."""
    schools = schools_in_reach(actor, permission, MOST_SCHOOLS)
    wanted = request.GET.get("school", "")
    chosen = chosen_school(actor, permission, wanted) if wanted else next(iter(schools), None)
    if chosen is None:
        raise Http404
    return chosen, schools


def years_to_choose() -> list[tuple[str, str]]:
    newest = school_year_on(timezone.localdate())
    return [(str(one), f"{one}-{one + 1}") for one in range(newest, newest - 4, -1)]


def _lists(request: HttpRequest, actor: Actor, school: SchoolCard, year: int) -> YearLists:
    wanted = whole_number(request.GET.get("class", ""))
    return year_lists(actor, school.id, year, None if wanted is None else [wanted])


@require_GET
@page(VIEW)
def year_lists_page(request: HttpRequest) -> HttpResponse:
    """One list at a time, of a class or the whole school, with the counts of all."""
    actor, year = actor_of(request), year_of(request)
    school, schools = school_of_page(request, actor, VIEW)
    lists = _lists(request, actor, school, year)
    kind = request.GET.get("kind", DEFAULT)
    kind = kind if kind in {*KINDS, SPECIAL} else DEFAULT
    context = {
        "school": school,
        "schools": schools,
        "year": year,
        "years": years_to_choose(),
        "lists": lists,
        "kind": kind,
        "kinds": KINDS,
        "special": SPECIAL,
        "lines": lists.of(kind) if kind in KINDS else [],
        "class_id": request.GET.get("class", ""),
        "tabs_of": _tabs(request, lists, kind, school, year),
        "query": _query(request, school, year),
        "why_not_decide": explain(actor, DECIDE, school.path),
        "paper": _paper(lists, kind, request.GET.get("class", "")),
        "may_award": _may_award(actor, school),
    }
    return render(request, "gradebook/lists.html", context)


def _paper(lists: YearLists, kind: str, class_id: str) -> tuple[int, str] | None:
    """The class and the list on paper that show the same, for a secondary class."""
    chosen = [one for one in lists.classes if str(one.id) == class_id and one.level in SECONDARY]
    return (chosen[0].id, PAPERS[kind]) if chosen and kind in PAPERS else None


def _may_award(actor: Actor, school: SchoolCard) -> Callable[[int], bool]:
    """Whether this person writes awards in a class."""
    reached = reach(actor, AWARD)
    return lambda class_id: reached.covers(class_place(school.path, class_id))


def _query(request: HttpRequest, school: SchoolCard, year: int, **more: str) -> str:
    given = {"school": str(school.id), "year": str(year), "class": request.GET.get("class", "")}
    return urlencode({name: value for name, value in {**given, **more}.items() if value})


def _tabs(
    request: HttpRequest, lists: YearLists, kind: str, school: SchoolCard, year: int
) -> list[tuple[str, str, bool, int]]:
    """The lists that have somebody in them, and the one that is shown."""
    counts = {one: len(lists.of(one)) for one in KINDS} | {SPECIAL: len(lists.special)}
    names = SHORT_NAMES | {SPECIAL: "Khen thưởng khác"}
    always = {DEFAULT, SPECIAL, kind}
    return [
        (name, "?" + _query(request, school, year, kind=one), one == kind, counts[one])
        for one, name in names.items()
        if counts[one] or one in always
    ]


@require_GET
@page(VIEW)
def export_lists(request: HttpRequest) -> HttpResponse:
    """Every list, or the one that is shown, as an Excel file."""
    actor, year = actor_of(request), year_of(request)
    school, _ = school_of_page(request, actor, VIEW)
    lists = _lists(request, actor, school, year)
    content = lists_book(lists, school.name, request.GET.get("kind", ""))
    return excel_response(content, f"danh-sach-cuoi-nam-{search_key(school.code)}-{year}.xlsx")


def _back(card: ClassCard, kind: str) -> HttpResponse:
    query = urlencode({"school": card.school_id, "year": card.year, "kind": kind})
    return redirect(f"{reverse('gradebook.year_lists')}?{query}")


@require_POST
@page(DECIDE)
def decide(request: HttpRequest, class_id: int, student_id: int) -> HttpResponse:
    """The principal decides about a pupil whom no rule decides."""
    actor = actor_of(request)
    card = open_class(actor, class_id, DECIDE)
    try:
        decide_outcome(
            actor=actor,
            now=timezone.now(),
            class_id=class_id,
            student_id=student_id,
            decision=request.POST.get("decision", ""),
            reason=request.POST.get("reason", "").replace("\0", ""),
        )
        messages.success(request, "Đã ghi quyết định của hiệu trưởng.")
    except DecisionRefused as refused:
        messages.error(request, str(refused))
    return _back(card, "hieu-truong")


@require_http_methods(["GET", "POST"])
@page(AWARD)
def award(request: HttpRequest, class_id: int, student_id: int) -> HttpResponse:
    """Write down an award outside the titles of the year's end."""
    actor = actor_of(request)
    card = open_class(actor, class_id, AWARD)
    form = AwardForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            _give(actor, class_id, student_id, form.cleaned_data)
            messages.success(request, "Đã ghi khen thưởng.")
            return _back(card, SPECIAL)
        except AwardRefused as refused:
            form.add_error("day" if refused.key == "DAY" else "kind", str(refused))
    lines = year_lists(actor, card.school_id, card.year, [card.id]).lines
    found = [one for one in lines if one.student_id == student_id]
    if not found:
        raise Http404
    context = {"card": card, "line": found[0], "form": form}
    return render(request, "gradebook/lists_award.html", context)


def _give(actor: Actor, class_id: int, student_id: int, given: dict[str, Any]) -> None:
    give_award(actor=actor, now=timezone.now(), class_id=class_id, student_id=student_id, **given)


@require_POST
@page(AWARD)
def take_award_back(request: HttpRequest, class_id: int, award_id: int) -> HttpResponse:
    """Take back an award that was written by mistake."""
    actor = actor_of(request)
    card = open_class(actor, class_id, AWARD)
    remove_award(actor=actor, now=timezone.now(), class_id=class_id, award_id=award_id)
    messages.success(request, "Đã bỏ khen thưởng ghi nhầm; lịch sử vẫn giữ nội dung cũ.")
    return _back(card, SPECIAL)
