"""Tiến độ nhập điểm: from the province down to one book, with the numbers behind each number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from khue.access.api import Actor, actor_of, explain, page
from khue.gradebook import queries, sheets
from khue.gradebook.queries import Count, Node, NodeProgress
from khue.gradebook.rules.slots import TERM_NAMES
from khue.gradebook.views.answers import excel_response
from kit.numbers import print_ratio
from kit.vietnamese import search_key

PER_PAGE = 50
STATES = [("none", "Chưa nhập"), ("some", "Đang nhập"), ("done", "Đã đủ")]
SORTS: dict[str, Callable[[NodeProgress], Any]] = {
    "name": lambda line: line.name_key,
    "above": lambda line: (line.above, line.name_key),
    "schools": lambda line: (line.schools, line.name_key),
    "share": lambda line: (share(line.count), line.name_key),
    "entered": lambda line: (line.count.entered, line.name_key),
    "changed": lambda line: (str(line.changed_at or ""), line.name_key),
}


def share(count: Count) -> float:
    """How much of what is due is there, for ordering."""
    return count.entered / count.due if count.due else -1.0


def printed_share(count: Count) -> str:
    return print_ratio(count.entered, count.due) + "%" if count.due else "—"


def step_of(count: Count) -> int:
    """The shade of a cell: 0 nothing, 1 to 4 by quarters, 5 complete, -1 nothing due."""
    if not count.due:
        return -1
    if count.entered >= count.due:
        return 5
    return 0 if not count.entered else 1 + count.entered * 4 // count.due


def _state(count: Count) -> str:
    if not count.entered:
        return "none"
    return "done" if count.is_done else "some"


def _term(request: HttpRequest, province_path: str, year: int) -> int:
    wanted = request.GET.get("term", "")
    if wanted in {"1", "2"}:
        return int(wanted)
    ids = [int(one) for one in province_path.strip("/").split("/")]
    return queries.term_on(ids[1] if len(ids) > 1 else 0, year, timezone.localdate())


@require_GET
@page("gradebook.view_progress")
def progress(request: HttpRequest) -> HttpResponse:
    """Begin where the viewer stands."""
    roots = queries.roots_of(actor_of(request))
    if not roots:
        raise Http404
    return HttpResponseRedirect(reverse("gradebook.progress_of", args=[roots[0].id]))


@require_GET
@page("gradebook.view_progress")
def progress_of(request: HttpRequest, node_id: int) -> HttpResponse:
    """One organisation: a school with its classes, or a level with what is below it."""
    actor = actor_of(request)
    node = queries.open_node(actor, node_id)
    year = queries.school_year_on(timezone.localdate())
    term = _term(request, node.path, year)
    shared = {
        "node": node,
        "line": queries.line_of_nodes(actor, node),
        "year": year,
        "term": term,
        "names": TERM_NAMES,
        "share": printed_share,
        "step": step_of,
    }
    if node.is_school:
        return _school(request, actor, shared)
    return _level(request, actor, shared)


def _school(request: HttpRequest, actor: Actor, shared: dict[str, Any]) -> HttpResponse:
    node, year, term = shared["node"], shared["year"], shared["term"]
    found = queries.progress_of_school(actor, node.id, year, term, timezone.now())
    readable = explain(actor, "gradebook.view_marks", node.path) is None
    return render(
        request,
        "gradebook/progress_school.html",
        {**shared, "progress": found, "readable": readable},
    )


def _lines(
    request: HttpRequest, actor: Actor, node: Node, year: int, term: int
) -> list[NodeProgress]:
    by_school = request.GET.get("by", "") == "school"
    read = queries.progress_of_schools if by_school else queries.progress_of_children
    return _sorted(_filtered(read(actor, node, year, term), request), request)


def _filtered(lines: list[NodeProgress], request: HttpRequest) -> list[NodeProgress]:
    text, state = search_key(request.GET.get("q", "")), request.GET.get("state", "")
    return [
        line
        for line in lines
        if text in f"{line.name_search} {search_key(line.above)}"
        and (not state or (line.count.due and _state(line.count) == state))
    ]


def _sorted(lines: list[NodeProgress], request: HttpRequest) -> list[NodeProgress]:
    wanted = request.GET.get("sort", "name")
    key = SORTS.get(wanted.removeprefix("-"), SORTS["name"])
    return sorted(lines, key=key, reverse=wanted.startswith("-"))


def _level(request: HttpRequest, actor: Actor, shared: dict[str, Any]) -> HttpResponse:
    node, year, term = shared["node"], shared["year"], shared["term"]
    lines = _lines(request, actor, node, year, term)
    query = request.GET.copy()
    for name in ("page", "sort"):
        query.pop(name, None)
    context = {
        **shared,
        "total": queries.progress_of_province(actor, node.id, year, term),
        "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
        "paging": _without(request, "page"),
        "given": request.GET,
        "sort": request.GET.get("sort", "name"),
        "by_school": request.GET.get("by", "") == "school",
        "states": STATES,
    }
    return render(request, "gradebook/progress_level.html", context)


def _without(request: HttpRequest, name: str) -> str:
    query = request.GET.copy()
    query.pop(name, None)
    return query.urlencode()


@require_GET
@page("gradebook.view_progress")
def class_progress(request: HttpRequest, node_id: int, class_id: int) -> HttpResponse:
    """The books of one class behind the number: subject, teacher, how many of how many."""
    actor = actor_of(request)
    node = queries.open_node(actor, node_id)
    year = queries.school_year_on(timezone.localdate())
    term = _term(request, node.path, year)
    found = queries.progress_of_school(actor, node.id, year, term, timezone.now())
    chosen = [one for one in found.classes if one.id == class_id]
    if not chosen:
        raise Http404
    context = {
        "node": node,
        "line": queries.line_of_nodes(actor, node),
        "chosen": chosen[0],
        "year": year,
        "term": term,
        "names": TERM_NAMES,
        "share": printed_share,
        "readable": explain(actor, "gradebook.view_marks", node.path) is None,
    }
    return render(request, "gradebook/progress_class.html", context)


@require_GET
@page("gradebook.view_progress")
def export(request: HttpRequest, node_id: int) -> HttpResponse:
    """What is listed, as an Excel file."""
    actor = actor_of(request)
    node = queries.open_node(actor, node_id)
    year = queries.school_year_on(timezone.localdate())
    term = _term(request, node.path, year)
    if node.is_school:
        found = queries.progress_of_school(actor, node.id, year, term, timezone.now())
        content = sheets.school_progress(found, year, term)
    else:
        lines = _lines(request, actor, node, year, term)
        content = sheets.level_progress(node, lines, year, term)
    return excel_response(content, f"tien-do-{year}-hk{term}.xlsx")
