"""Việc của các trường: the summary, one list for each theme, its workbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from khue.access.api import actor_of, explain, page
from khue.organisations.api import school_year_of
from khue.oversight.permissions import REMIND, VIEW
from khue.oversight.queries.lists import (
    SchoolWork,
    WorkList,
    deadlines_of,
    fault_totals,
    newest_count,
    summaries,
    work_list,
)
from khue.oversight.queries.places import contacts_of, last_reminded
from khue.oversight.rules.faults import KINDS
from khue.oversight.rules.work import FAULTS, THEMES, deadline_sentence
from khue.oversight.sheets.lists import work_book
from khue.oversight.views.common import (
    REMINDED_SINCE,
    TERM_NAMES,
    authority_of,
    excel,
    tabs_of,
    term_of,
    today,
    without,
)
from kit.vietnamese import search_key

# A province stands on one page, so that all its schools can be ticked at once.
PER_PAGE = 800
SHOWN = [("con", "Còn việc"), ("tre", "Trễ hạn"), ("xong", "Đã xong"), ("tat-ca", "Tất cả")]
KEPT: dict[str, Callable[[SchoolWork], bool]] = {
    "con": lambda one: not one.standing.is_done,
    "tre": lambda one: one.late,
    "xong": lambda one: one.standing.is_done,
    "tat-ca": lambda one: one.id > 0,
}
SORTS: dict[str, Callable[[SchoolWork], Any]] = {
    "name": lambda one: one.name_key,
    "above": lambda one: (one.above, one.name_key),
    "share": lambda one: (one.standing.order, -one.standing.left, one.name_key),
    "left": lambda one: (one.standing.left, one.name_key),
}


@require_GET
@page(VIEW)
def work(request: HttpRequest) -> HttpResponse:
    """How many schools still have something to do in each theme, and by when."""
    actor, now = actor_of(request), today()
    place = authority_of(request, actor)
    term = term_of(request, place, now)
    held = deadlines_of(place, school_year_of(now))
    context = {
        "place": place,
        "term": term,
        "themes": THEMES,
        "summaries": summaries(actor, place, list(THEMES), term, now, held),
        "sentence": deadline_sentence,
        "today": now,
        "tabs_of": tabs_of(place, ""),
    }
    return render(request, "oversight/work.html", context)


def _chosen(request: HttpRequest, lines: WorkList) -> list[SchoolWork]:
    given = request.GET
    keep = KEPT.get(given.get("xem", "con"), KEPT["con"])
    text = search_key(given.get("q", ""))
    found = [one for one in lines.schools if keep(one)]
    if text:
        found = [one for one in found if text in search_key(f"{one.name} {one.above}")]
    sort = given.get("sort", "share")
    key = SORTS.get(sort.removeprefix("-"), SORTS["share"])
    return sorted(found, key=key, reverse=sort.startswith("-"))


def _kind(request: HttpRequest, theme: str) -> str:
    wanted = request.GET.get("loai", "")
    return wanted if theme == FAULTS and wanted in KINDS else ""


@require_GET
@page(VIEW)
def one_list(request: HttpRequest, work: str) -> HttpResponse:
    """The schools of one theme: how far, who is late, whom to call, whom to remind."""
    if work not in THEMES:
        raise Http404
    actor, now = actor_of(request), today()
    place = authority_of(request, actor)
    term, kind = term_of(request, place, now), _kind(request, work)
    lines = work_list(actor, place, work, term, now, kind)
    shown = Paginator(_chosen(request, lines), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "place": place,
        "task": THEMES[work],
        "term": term,
        "terms": [(key, name[:1].upper() + name[1:]) for key, name in TERM_NAMES.items()],
        "lines": lines,
        "page": shown,
        "contacts": contacts_of([one.id for one in shown.object_list], now),
        "reminded": last_reminded(work, timezone.now() - REMINDED_SINCE),
        "why_not_remind": explain(actor, REMIND, place.path),
        "sentence": deadline_sentence,
        "today": now,
        "shown": SHOWN,
        "given": request.GET,
        "sort": request.GET.get("sort", "share"),
        "kinds": KINDS,
        "kind": kind,
        "totals": fault_totals(lines) if work == FAULTS else {},
        "counted_at": newest_count(place) if work == FAULTS else None,
        "told_at": timezone.now() if work != FAULTS else None,
        "query": without(request, "sort", "page"),
        "paging": without(request, "page"),
        "tabs_of": tabs_of(place, work),
    }
    return render(request, "oversight/list.html", context)


@require_GET
@page(VIEW)
def list_excel(request: HttpRequest, work: str) -> HttpResponse:
    """What is listed, with the contacts, as a workbook."""
    if work not in THEMES:
        raise Http404
    actor, now = actor_of(request), today()
    place = authority_of(request, actor)
    lines = work_list(actor, place, work, term_of(request, place, now), now, _kind(request, work))
    chosen = _chosen(request, lines)
    contacts = contacts_of([one.id for one in chosen], now)
    return excel(work_book(THEMES[work], place.name, chosen, contacts), f"viec-{work}.xlsx")
