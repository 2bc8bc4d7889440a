"""Tình hình sổ điểm: the matrix of a school or a class, what is left to do, what to ask about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from khue.access.api import Actor, actor_of, explain, page, reach
from khue.gradebook.queries.books import school_year_on, term_on
from khue.gradebook.queries.corrections import VIEW as CORRECTIONS
from khue.gradebook.queries.locks import find_school
from khue.gradebook.queries.overview import (
    VIEW,
    Overview,
    OverviewBook,
    OverviewPlace,
    kinds_of,
    overview,
    overview_of_class,
    overview_of_school,
    overview_starts,
)
from khue.gradebook.queries.overview_signs import SIGN_RULES, Sign, signs_of
from khue.gradebook.rules.slots import TERM_NAMES
from khue.gradebook.rules.states import ORDER, POINT_NAMES, State
from khue.gradebook.views.progress import printed_share, share, step_of
from khue.gradebook.views.states import class_acts, page_of
from kit.vietnamese import alphabet_key, search_key

Line = TypeVar("Line")
TABS = {"": "Lớp và môn", "con-lai": "Việc còn lại", "can-xem": "Điều cần xem lại"}
PRIMARY = "d"
SHOWN = [
    ("none", "Chưa nhập gì"),
    ("some", "Đang nhập dở"),
    ("full", "Đủ nhưng chưa xác nhận"),
    ("waiting", "Còn chờ kiểm tra bù"),
    ("empty", "Có cột trống"),
]
MATCHES: dict[str, Callable[[OverviewBook], bool]] = {
    "none": lambda one: not one.count.entered and bool(one.count.due),
    "some": lambda one: 0 < one.count.entered < one.count.due,
    "full": lambda one: one.count.is_done and not one.is_done,
    "waiting": lambda one: one.waiting > 0,
    "empty": lambda one: bool(one.empty),
}
BOOK_SORTS: dict[str, Callable[[OverviewBook], Any]] = {
    "class": lambda one: (one.book.class_position, alphabet_key(one.book.class_name)),
    "subject": lambda one: alphabet_key(one.book.subject_name),
    "teacher": lambda one: alphabet_key(one.teachers),
    "share": lambda one: share(one.count),
    "left": lambda one: one.count.due - one.count.entered,
    "waiting": lambda one: one.waiting,
    "state": lambda one: ORDER.index(one.standing.state),
}
SIGN_SORTS: dict[str, Callable[[Sign], Any]] = {
    "class": lambda one: (one.book.class_position, alphabet_key(one.book.class_name)),
    "subject": lambda one: alphabet_key(one.book.subject_name),
    "kind": lambda one: list(SIGN_RULES).index(one.kind),
    "teacher": lambda one: alphabet_key(one.teachers),
}


@require_GET
@page(VIEW)
def overview_start(request: HttpRequest) -> HttpResponse:
    """Begin at the school one leads, or at the class."""
    start = overview_starts(actor_of(request))
    if start is None:
        raise Http404
    kind, number = start
    return HttpResponseRedirect(reverse(f"gradebook.overview_{kind}", args=[number]))


@require_GET
@page(VIEW)
def overview_school(request: HttpRequest, school_id: int) -> HttpResponse:
    """The whole school."""
    actor, school = actor_of(request), find_school(school_id)
    year = school_year_on(timezone.localdate())
    place = overview_of_school(actor, school.id, school.path, school.name, year)
    return _page(request, actor, place, reverse("gradebook.overview_school", args=[school_id]))


@require_GET
@page(VIEW)
def overview_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """One class, for its homeroom teacher too."""
    actor = actor_of(request)
    place = overview_of_class(actor, class_id)
    return _page(request, actor, place, reverse("gradebook.overview_class", args=[class_id]))


def _page(request: HttpRequest, actor: Actor, place: OverviewPlace, here: str) -> HttpResponse:
    kinds = kinds_of(place)
    period, primary = _period(request, place, kinds)
    tab = request.GET.get("muc", "")
    tab = tab if tab in TABS else ""
    found = overview(place, period, timezone.localdate(), primary=primary)
    context = {
        "place": place,
        "found": found,
        "here": here,
        "asked": _asked(period, primary=primary),
        "periods": _periods(kinds, period, primary=primary),
        "tab": tab,
        "tabs": TABS,
        "given": request.GET,
        "sort": request.GET.get("sort", "kind" if tab == "can-xem" else "class"),
        "page_of": page_of,
        "share": printed_share,
        "step": step_of,
        "corrections": ""
        if reach(actor, CORRECTIONS).is_empty
        else reverse("gradebook.corrections"),
        "states": [state for state in State if state is not State.LOCKED],
        "spoken": found.period_name[:1].lower() + found.period_name[1:],
        **_part(request, actor, found, tab),
    }
    return render(request, "gradebook/overview.html", context)


def _period(request: HttpRequest, place: OverviewPlace, kinds: list[bool]) -> tuple[int, bool]:
    """The term ("1") or point ("d3") that the address asks for, or the one of today."""
    wanted = request.GET.get("ky", "")
    primary = kinds == [True] or (wanted.startswith(PRIMARY) and True in kinds)
    number = wanted.removeprefix(PRIMARY)
    if number in {"1", "2", *({"3", "4"} if primary else ())}:
        return int(number), primary
    term = term_on(place.province_id, place.year, timezone.localdate())
    return (2 * term - 1 if primary else term), primary


def _asked(period: int, *, primary: bool) -> str:
    return f"{PRIMARY}{period}" if primary else str(period)


def _periods(kinds: list[bool], period: int, *, primary: bool) -> list[tuple[str, str, bool]]:
    """(name, what the address asks, chosen) of every term and point."""
    named = [(name, number, False) for number, name in TERM_NAMES.items()]
    points = [(POINT_NAMES[number], number, True) for number in (1, 2, 3, 4)]
    shown = [*(named if False in kinds or not kinds else []), *(points if True in kinds else [])]
    return [
        (name[:1].upper() + name[1:], _asked(number, primary=of), (number, of) == (period, primary))
        for name, number, of in shown
    ]


def _part(request: HttpRequest, actor: Actor, found: Overview, tab: str) -> dict[str, Any]:
    if tab == "con-lai":
        return {"left": _left(request, found), "todo": SHOWN}
    if tab == "can-xem":
        return {"signs": _signs(request, found), "rules": SIGN_RULES}
    return _matrix(request, actor, found)


def _matrix(request: HttpRequest, actor: Actor, found: Overview) -> dict[str, Any]:
    wanted = request.GET.get("state", "")
    lines = [one for one in found.classes if not wanted or one.own_state == wanted]
    approves = explain(actor, "gradebook.approve_class", found.place.school_path) is None
    acts: list[Any] = []
    if found.place.class_id is not None and found.classes:
        one = found.classes[0]
        back = reverse("gradebook.overview_class", args=[one.id])
        ask = _asked(found.period, primary=found.primary)
        acts = class_acts(actor, one.id, one.place, found.period, one.state, f"{back}?ky={ask}")
    return {"lines": lines, "approves": approves, "acts": acts}


def _wanted(request: HttpRequest, *texts: str) -> bool:
    return search_key(request.GET.get("q", "")) in search_key(" ".join(texts))


def _ordered(
    lines: list[Line], request: HttpRequest, sorts: dict[str, Callable[[Line], Any]], first: str
) -> list[Line]:
    wanted = request.GET.get("sort", first)
    key = sorts.get(wanted.removeprefix("-"), sorts[first])
    return sorted(lines, key=key, reverse=wanted.startswith("-"))


def _any(one: OverviewBook) -> bool:
    del one
    return True


def _left(request: HttpRequest, found: Overview) -> list[OverviewBook]:
    """The books that are not confirmed yet, or that still wait for a make-up."""
    match = MATCHES.get(request.GET.get("viec", ""), _any)
    lines = [
        one
        for one in found.books
        if (not one.is_done or one.waiting)
        and match(one)
        and _wanted(request, one.book.title, one.teachers)
    ]
    return _ordered(lines, request, BOOK_SORTS, "class")


def _signs(request: HttpRequest, found: Overview) -> list[Sign]:
    kind = request.GET.get("loai", "")
    lines = [
        one
        for one in signs_of(found, timezone.localdate())
        if kind in ("", one.kind) and _wanted(request, one.book.title, one.teachers, one.pupil)
    ]
    return _ordered(lines, request, SIGN_SORTS, "kind")
