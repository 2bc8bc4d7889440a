"""Số liệu của một nơi và của những nơi bên dưới: read in a statement, withheld where it must be."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from khue.access.api import Actor, Reach, permit, reach
from khue.ledger.api import newest_position
from khue.statistics.permissions import VIEW, VIEW_CLASSES, VIEW_EXACT
from khue.statistics.rules.themes import PlaceKind, Theme
from kit.statements import kept_rows, keys_array

# In the order of Figure. The comparisons with ~ are those of the index, whatever the collation.
FIGURES = """
select figure.kind, figure.place_id, coalesce(node.name, class.name, ''),
  coalesce(node.name_key, class.name_key, ''), figure.path, figure.parent_id, figure.year,
  figure.theme, figure.counts, figure.hidden, figure.day, figure.at
from statistics_figure figure
left join organisations_organisation node on node.id = figure.place_id and figure.kind <> 'class'
left join organisations_schoolclass class on class.id = figure.place_id and figure.kind = 'class'
where figure.year = %(year)s and figure.theme = any(%(themes)s::text[]) and {which}
order by 4, figure.kind, figure.place_id
"""
OF_PLACE = FIGURES.format(
    which="figure.kind = %(kind)s and figure.place_id = %(id)s and figure.path = %(path)s"
)
AT = FIGURES.format(
    which="figure.kind = any(%(kinds)s::text[]) and figure.place_id = any(%(ids)s::bigint[])"
)
BELOW = "figure.parent_id = %(id)s and figure.kind = any(%(kinds)s::text[])"
WITHIN = "figure.kind = %(kind)s and figure.path ~>=~ %(path)s and figure.path ~<~ %(end)s"
CHILDREN, INSIDE = FIGURES.format(which=BELOW), FIGURES.format(which=WITHIN)
STATE = """
select position, at, day, sweeping_from is not null from statistics_follower
"""
KINDS_OF_ORGANISATIONS = {
    "ministry": PlaceKind.MINISTRY,
    "department": PlaceKind.PROVINCE,
    "commune": PlaceKind.COMMUNE,
    "school": PlaceKind.SCHOOL,
}
NODE = "select kind, id from organisations_organisation where path = %s"


class NoSuchPlace(Exception):
    """No organisation and no class stands at this path."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Số liệu: the counts of one place in one theme and year, and their time.

    `counts` has no zeros; `hidden` are the keys withheld from this reader, which `counts` then
    lacks.
    """

    kind: PlaceKind
    place_id: int
    name: str
    name_key: str
    path: str
    parent_id: int | None
    year: int
    theme: Theme
    counts: Mapping[str, int]
    hidden: frozenset[str]
    day: date
    at: datetime

    def count(self, key: str) -> int | None:
        """The count of a key; None where it is withheld."""
        return None if key in self.hidden else self.counts.get(key, 0)

    def over_levels(self, word: str, column: str = "") -> int | None:
        """The count of a word over all levels ("repeaters", ".f"); None where one is withheld."""
        keys = [f"0{level}.{word}{column}" for level in range(1, 6)]
        told = [self.count(key) for key in keys]
        return None if None in told else sum(one or 0 for one in told)


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """Một nơi với số liệu của nó, by theme; a theme that was never counted is absent."""

    kind: PlaceKind
    place_id: int
    name: str
    name_key: str
    path: str
    figures: Mapping[Theme, Figure] = field(default_factory=dict)

    def count(self, theme: Theme, key: str) -> int | None:
        """The count of a key; 0 where nothing was counted, None where it is withheld."""
        return self.figures[theme].count(key) if theme in self.figures else 0


@dataclass(frozen=True, slots=True)
class FiguresState:
    """Số liệu đúng đến lúc nào: how far the follower is, and how far the ledger."""

    position: int
    newest: int
    at: datetime | None
    day: date | None
    sweeping: bool

    @property
    def up_to_date(self) -> bool:
        return self.position >= self.newest and not self.sweeping


def figures_of(
    actor: Actor, place: str, year: int, themes: Iterable[Theme] | None = None
) -> dict[Theme, Figure]:
    """Số liệu của một nơi (`place`: its path at the gate), by theme. Raises NoSuchPlace."""
    kind, place_id = place_at(place)
    permit(actor, _needed(kind), place)
    given = {"kind": kind, "id": place_id, "path": place, "year": year, "themes": _themes(themes)}
    return {one.theme: one for one in _read(actor, OF_PLACE, given)}


def figures_below(
    actor: Actor,
    place: str,
    year: int,
    themes: Iterable[Theme] | None = None,
    *,
    kind: PlaceKind | None = None,
) -> list[PlaceFigures]:
    """Số liệu của những nơi ngay bên dưới, or of every place of a kind inside, by name.

    Below a school stand its classes; below a department its communes and the schools it manages
    itself. Every count of a theme is read; a table of a few counts is `table_below`. Raises
    NoSuchPlace.
    """
    own, place_id = place_at(place)
    wanted = kind or (PlaceKind.CLASS if own is PlaceKind.SCHOOL else None)
    permit(actor, _needed(wanted or own), place)
    given: dict[str, Any] = {"id": place_id, "year": year, "themes": _themes(themes)}
    if kind is None:
        kinds = ["class"] if own is PlaceKind.SCHOOL else ["school", "commune", "province"]
        return _grouped(_read(actor, CHILDREN, {**given, "kinds": kinds}))
    edges = {"path": place, "end": place[:-1] + chr(ord("/") + 1)}
    return _grouped(_read(actor, INSIDE, {**given, "kind": kind, **edges}))


def figures_at(
    places: Collection[int], year: int, themes: Iterable[Theme] | None = None
) -> list[Figure]:
    """Số liệu của nhiều nơi as those outside the school see them: small counts withheld.

    Not gated: the caller has passed the gate for exactly these organisations. Classes are never
    told.
    """
    kinds = [one for one in PlaceKind if one is not PlaceKind.CLASS]
    given = {"ids": keys_array(places), "kinds": kinds, "year": year, "themes": _themes(themes)}
    return [_figure(row, Reach()) for row in kept_rows(AT, given)]


def figures_state() -> FiguresState:
    """How fresh the figures are, as far as this reader sees the ledger."""
    found = kept_rows(STATE, [])
    position, at, day, sweeping = found[0] if found else (0, None, None, True)
    return FiguresState(position, newest_position(), at, day, sweeping)


def _needed(kind: PlaceKind) -> str:
    return VIEW_CLASSES if kind is PlaceKind.CLASS else VIEW


def _themes(themes: Iterable[Theme] | None) -> list[str]:
    return [str(one) for one in (Theme if themes is None else themes)]


def place_at(place: str) -> tuple[PlaceKind, int]:
    """Which place stands at a path; a class is told by its own path, which the figure must have."""
    last = place.strip("/").rpartition("/")[2]
    if last.startswith("c") and last[1:].isdigit():
        return PlaceKind.CLASS, int(last[1:])
    found = kept_rows(NODE, [place])
    if not found:
        raise NoSuchPlace(place)
    return KINDS_OF_ORGANISATIONS[found[0][0]], found[0][1]


def _read(actor: Actor, statement: str, given: Mapping[str, Any]) -> list[Figure]:
    exact = reach(actor, VIEW_EXACT)
    return [_figure(row, exact) for row in kept_rows(statement, given)]


def _figure(row: tuple[Any, ...], exact: Reach) -> Figure:
    kind, place_id, name, name_key, path, parent, year, theme, counts, hidden, day, at = row
    withheld = frozenset() if exact.covers(path) else frozenset(hidden)
    told = {key: value for key, value in json.loads(counts).items() if key not in withheld}
    place = (PlaceKind(kind), place_id, name, name_key, path, parent)
    return Figure(*place, year, Theme(theme), told, withheld, day, at)


def _grouped(figures: Sequence[Figure]) -> list[PlaceFigures]:
    return [
        PlaceFigures(*where, {one.theme: one for one in group})
        for where, group in groupby(
            figures, key=lambda one: (one.kind, one.place_id, one.name, one.name_key, one.path)
        )
    ]
