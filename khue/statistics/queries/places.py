"""Các nơi có số liệu: where a viewer stands, the line above, and the places below as lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from khue.access.api import Actor, OutsidePlace, class_place, explain, permit, reach
from khue.organisations.api import (
    class_summary,
    code_names,
    organisation,
    organisation_at,
    organisations_by_ids,
    subjects,
)
from khue.statistics.permissions import REPORT, VIEW, VIEW_CLASSES
from khue.statistics.queries.figures import Figure, PlaceFigures, figures_below, figures_of
from khue.statistics.rules.blocks import Names
from khue.statistics.rules.columns import Cell, Column, cell_of, keys_of, themes_of
from khue.statistics.rules.themes import PlaceKind, Theme
from khue.statistics.rules.told import Pair, Told
from kit.vietnamese import search_key

LISTS = ("levels", "grades", "ethnic-groups", "level-groups")


@dataclass(frozen=True, slots=True)
class Place:
    """Một nơi: ministry, department, commune, school or class, and the line down to it."""

    id: int
    kind: str
    name: str
    path: str
    line: tuple[tuple[str, int], ...]
    sees_classes: bool
    reports: bool
    school_id: int | None = None


@dataclass(frozen=True, slots=True)
class BelowLine:
    """Một nơi bên dưới, with the cells of the columns."""

    id: int
    kind: PlaceKind
    name: str
    name_key: str
    above: str
    cells: tuple[Cell, ...]


def start_of(actor: Actor) -> tuple[str, tuple[int, ...]]:
    """Where a viewer's figures begin: ("place", (id,)) or ("class", (school, class))."""
    paths = sorted(reach(actor, VIEW).paths, key=lambda path: (len(path), path))
    if not paths:
        raise OutsidePlace
    last = paths[0].strip("/").split("/")[-1]
    if last.startswith("c"):
        card = class_summary(int(last[1:]))
        return "class", (card.school_id, card.id)
    return "place", (organisation_at(paths[0]).id,)


def open_place(actor: Actor, node_id: int) -> Place:
    """An organisation whose figures this person may see; raises OutsidePlace, Refused."""
    found = organisation(node_id)
    permit(actor, VIEW, found.path)
    return Place(
        *(found.id, found.kind, found.name, found.path, _line(actor, found.path)),
        sees_classes=explain(actor, VIEW_CLASSES, found.path) is None,
        reports=explain(actor, REPORT, found.path) is None,
    )


def open_class(actor: Actor, node_id: int, class_id: int) -> Place:
    """A class of a school."""
    card = class_summary(class_id)
    if card.school_id != node_id:
        raise OutsidePlace
    school = organisation(node_id)
    path = class_place(school.path, class_id)
    permit(actor, VIEW_CLASSES, path)
    above = _line(actor, school.path)
    return Place(
        *(card.id, "class", f"Lớp {card.name}", path, above),
        sees_classes=False,
        reports=False,
        school_id=node_id,
    )


def _line(actor: Actor, path: str) -> tuple[tuple[str, int], ...]:
    """The places from this person's own down to the last, as (name, id)."""
    reached = reach(actor, VIEW)
    ids = [int(one) for one in path.strip("/").split("/")]
    cards = organisations_by_ids(ids)
    above = [cards[one] for one in ids if one in cards and reached.covers(cards[one].path)]
    return tuple((one.name, one.id) for one in above)


def told_of(figures: Iterable[Figure]) -> Told:
    """Figures as the rules read them."""
    given = list(figures)
    return Told({one.theme: one.counts for one in given}, {one.theme: one.hidden for one in given})


def pair_of(
    actor: Actor, place: str, year: int, themes: Sequence[Theme]
) -> tuple[Pair, datetime | None]:
    """This year and the last of a place, and the time of its newest figure."""
    now = figures_of(actor, place, year, themes)
    last = figures_of(actor, place, year - 1, [one for one in themes if not one.of_today])
    newest = max((one.at for one in now.values()), default=None)
    return Pair(told_of(now.values()), told_of(last.values())), newest


def names_for(on: date) -> Names:
    """The names of the codes that the tables show."""
    named = dict(code_names(list(LISTS), on=on))
    named["subjects"] = {str(one.id): one.name for one in subjects()}
    return named


def lines_below(
    actor: Actor,
    place: Place,
    year: int,
    columns: Sequence[Column],
    *,
    by_school: bool = False,
    text: str = "",
    level: str = "",
) -> list[BelowLine]:
    """The places below with their cells, whose name matches and who teach the level.

    Without columns only their names are read, of any number of places.
    """
    theme = Theme.ENROLMENT if place.kind == "school" else Theme.SCHOOLS
    themes = [*themes_of(columns), theme]
    keys = [*keys_of(columns), f"level.{level}"]
    kind = PlaceKind.SCHOOL if by_school else None
    found = figures_below(actor, place.path, year, themes, kind=kind, keys=keys)
    wanted = search_key(text)
    kept = [one for one in found if wanted in search_key(one.name) and _teaches(one, level)]
    above = _names_above(kept) if by_school else {}
    return [_below_line(one, columns, above) for one in kept]


def with_cells(
    actor: Actor,
    place: Place,
    year: int,
    columns: Sequence[Column],
    lines: Sequence[BelowLine],
    *,
    by_school: bool,
) -> list[BelowLine]:
    """The same lines with their cells."""
    kind = PlaceKind.SCHOOL if by_school else None
    found = figures_below(
        *(actor, place.path, year, themes_of(columns)),
        kind=kind,
        keys=keys_of(columns),
        only=[one.id for one in lines],
    )
    told = {(one.kind, one.place_id): told_of(one.figures.values()) for one in found}
    return [
        replace(one, cells=tuple(cell_of(told.get((one.kind, one.id), Told()), c) for c in columns))
        for one in lines
    ]


def _teaches(one: PlaceFigures, level: str) -> bool:
    return not level or one.count(Theme.SCHOOLS, f"level.{level}") != 0


def _names_above(found: Sequence[PlaceFigures]) -> dict[int, str]:
    ids = {_above(one.path) for one in found}
    return {key: card.name for key, card in organisations_by_ids(sorted(ids)).items()}


def _above(path: str) -> int:
    return int(path.strip("/").split("/")[-2])


def _below_line(one: PlaceFigures, columns: Sequence[Column], above: dict[int, str]) -> BelowLine:
    told = told_of(one.figures.values())
    cells = tuple(cell_of(told, column) for column in columns)
    over = above.get(_above(one.path), "") if above else ""
    return BelowLine(one.place_id, one.kind, one.name, one.name_key, over, cells)
