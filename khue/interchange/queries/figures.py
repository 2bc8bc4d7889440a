"""Số liệu as the API tells them: of schools, communes and provinces, small counts withheld."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from khue.access.api import Actor, OutsidePlace, reach
from khue.interchange.queries.pages import Page, page_of, window_of
from khue.interchange.rules.ids import Kind, make_id, number_of
from khue.interchange.rules.scopes import FIGURES, SCOPES
from khue.organisations.api import OrganisationCard, organisations_window
from khue.statistics.api import Figure, Theme, figures_at

KINDS = {"school": "school", "commune": "commune", "department": "province"}
NODES = {told: kind for kind, told in KINDS.items()}


def figures_page(
    actor: Actor,
    *,
    limit: int,
    after: str | None,
    place: UUID | None,
    kind: str | None,
    theme: Theme | None,
    year: int,
) -> Page:
    """Các nơi within reach with their figures. Raises OutsidePlace for a place out of reach.

    What is withheld from whoever stands outside a school is withheld from every program, that of
    the school too: what it reads is soon elsewhere.
    """
    window = window_of(limit, after, where=_wanted(place, kind))
    rows = organisations_window(reach(actor, SCOPES[FIGURES].permission).paths, (), window)
    if place is not None and not rows:
        raise OutsidePlace(place)
    found = _figures_of([row.id for row in rows[:limit]], year, theme)
    page = page_of(
        *(rows, window, lambda row: _told(row, year, found[row.id])),
        school=lambda row: row.id,
        keys=lambda row: (row.id,),
    )
    schools = {row.id for row in rows if row.kind == "school"}
    held = {one: count for one, count in page.records.items() if one in schools}
    return Page(page.items, page.after, Counter(held))


def _wanted(place: UUID | None, kind: str | None) -> Q:
    where = Q(kind__in=list(KINDS)) if kind is None else Q(kind=NODES[kind])
    if place is None:
        return where
    return where & Q(pk=number_of(str(place), Kind.ORGANISATION))


def _figures_of(places: Sequence[int], year: int, theme: Theme | None) -> dict[int, list[Figure]]:
    found: dict[int, list[Figure]] = defaultdict(list)
    for one in figures_at(places, year, [theme] if theme else None):
        found[one.place_id].append(one)
    return found


def _told(row: OrganisationCard, year: int, figures: Sequence[Figure]) -> dict[str, Any]:
    return {
        "place_id": make_id(Kind.ORGANISATION, row.id),
        "kind": KINDS[row.kind],
        "code": row.code,
        "name": row.name,
        "parent_id": make_id(Kind.ORGANISATION, row.parent_id) if row.parent_id else None,
        "year": year,
        "figures": [_figure(one) for one in figures],
    }


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "theme": str(one.theme),
        "counts": dict(one.counts),
        "hidden": sorted(one.hidden),
        "day": one.day,
        "at": one.at,
    }
