"""Số liệu của một nơi: from the ministry down to a class, each number leading further down."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from khue.access.api import Actor, actor_of, explain, page
from khue.organisations.api import school_year_label, school_year_of
from khue.statistics.permissions import VIEW, VIEW_CLASSES
from khue.statistics.queries.figures import NoSuchPlace, figures_state
from khue.statistics.queries.places import Place, open_class, open_place, pair_of, start_of
from khue.statistics.rules.blocks import TAB_THEMES, TABS
from khue.statistics.rules.columns import cell_of
from khue.statistics.rules.pictures import of_class as pictures_of_class
from khue.statistics.rules.pictures import pictures_of, side_by_side
from khue.statistics.rules.tiles import TILE_THEMES, Tile, of_class, tiles_of
from khue.statistics.rules.told import Pair, shown_number
from khue.statistics.views.common import (
    LEVELS,
    OFFICES,
    WITHOUT_LAST_YEAR,
    Asked,
    Shown,
    asked_of,
    shown_of,
)

# A province stands on one page; only the schools of the whole country are more.
PER_PAGE = 1000
LIVE = "figures-live"
KINDS_BELOW = {
    "ministry": "Sở",
    "department": "Xã, phường và trường trực thuộc",
    "commune": "Trường",
    "school": "Lớp",
}


@require_GET
@page(VIEW)
def start(request: HttpRequest) -> HttpResponse:
    """Begin where the viewer stands."""
    kind, ids = start_of(actor_of(request))
    return HttpResponseRedirect(reverse(f"statistics.{kind}", args=ids))


@require_GET
@page(VIEW)
def place(request: HttpRequest, node_id: int) -> HttpResponse:
    """Số liệu of an organisation: a tab of tables and charts, and the places below."""
    actor = actor_of(request)
    found = open_place(actor, node_id)
    asked = asked_of(request, found)
    here = reverse("statistics.place", args=[node_id])
    try:
        if request.headers.get("HX-Target") == LIVE:
            return _live(request, actor, found, asked, here)
        shown = shown_of(actor, found, asked)
    except NoSuchPlace as gone:
        raise Http404 from gone
    return render(request, "statistics/place.html", _context(request, shown, here))


def _live(
    request: HttpRequest, actor: Actor, found: Place, asked: Asked, here: str
) -> HttpResponse:
    """The tiles and their time alone, which an open page fetches again every few seconds."""
    pair, newest = pair_of(actor, found.path, asked.year, TILE_THEMES)
    context = {
        "tiles": _tiles(found, pair, asked),
        "newest": newest,
        "state": figures_state(),
        "asked": asked,
        "here": here,
        "paging": without(request, "page"),
    }
    return render(request, "statistics/live.html", context)


def _tiles(found: Place, pair: Pair, asked: Asked) -> list[Tile]:
    told = tiles_of(pair, asked.term)
    return of_class(told) if found.kind == "class" else told


@require_GET
@page(VIEW_CLASSES)
def school_class(request: HttpRequest, node_id: int, class_id: int) -> HttpResponse:
    """Số liệu of one class: the last step down, with the doors to what it is counted from."""
    actor = actor_of(request)
    found = open_class(actor, node_id, class_id)
    here = reverse("statistics.class", args=[node_id, class_id])
    if request.headers.get("HX-Target") == LIVE:
        return _live(request, actor, found, asked_of(request, found), here)
    shown = shown_of(actor, found, asked_of(request, found))
    sources = {
        name: explain(actor, permission, found.path) is None
        for name, permission in (
            ("marks", "gradebook.view_progress"),
            ("pupils", "records.view_students"),
            ("attendance", "attendance.view"),
        )
    }
    context = {**_context(request, shown, here), "sources": sources}
    return render(request, "statistics/place.html", context)


def _context(request: HttpRequest, shown: Shown, here: str) -> dict[str, Any]:
    asked, newest = shown.asked, school_year_of(shown.asked.today)
    state = figures_state()
    charts = pictures_of(asked.tab, shown.pair, asked.term, shown.names, asked.year_labels)
    if shown.place.kind == "class":
        charts = pictures_of_class(charts)
    return {
        "shown": shown,
        "place": shown.place,
        "asked": asked,
        "here": here,
        "state": state,
        "tiles": _tiles(shown.place, shown.pair, asked) if not asked.tab else [],
        "blocks": shown.blocks(asked.tab),
        "charts": charts,
        "beside": side_by_side(charts),
        "compared": asked.tab not in WITHOUT_LAST_YEAR,
        "tabs_of": _tabs(request, here, asked, of_class=shown.place.kind == "class"),
        "years": [(str(one), school_year_label(one)) for one in (newest, newest - 1)],
        "levels": LEVELS,
        "offices": OFFICES,
        "kind_below": "Trường" if asked.by_school else KINDS_BELOW.get(shown.place.kind, ""),
        "page": Paginator(shown.below, PER_PAGE).get_page(request.GET.get("page")),
        "totals": [cell_of(shown.pair.now, one) for one in shown.columns],
        "number": shown_number,
        "query": without(request, "sort", "page"),
        "paging": without(request, "page"),
        "kept": without(request, "page", "sort", "q"),
    }


def _tabs(
    request: HttpRequest, here: str, asked: Asked, *, of_class: bool
) -> list[tuple[str, str, bool]]:
    """The tabs of a place; a class has only those of what is counted in a class."""
    kept = without(request, "muc", "page", "sort", "ky")
    return [
        (
            name,
            f"{here}?" + "&".join(one for one in (f"muc={key}" if key else "", kept) if one),
            key == asked.tab,
        )
        for key, name in TABS.items()
        if not of_class or any(one.of_classes for one in TAB_THEMES[key])
    ]


def without(request: HttpRequest, *names: str) -> str:
    """The parameters of the address without some."""
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()
