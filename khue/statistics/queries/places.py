"""Các nơi có số liệu: where a viewer stands, the line above, and the places below as lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

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
from khue.statistics.queries.figures import Figure, figures_of
from khue.statistics.queries.tables import TableRow, table_below
from khue.statistics.rules.blocks import Names
from khue.statistics.rules.columns import Cell, Column, Picked, picked_of, wanted_of
from khue.statistics.rules.themes import PlaceKind, Theme
from khue.statistics.rules.told import Pair, Told
from kit.vietnamese import search_key

SUBJECTS = "subjects"


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


class BelowLine(NamedTuple):
    """Một nơi bên dưới, with the cells of the columns."""

    id: int
    kind: PlaceKind
    name: str
    name_key: str
    above: str
    cells: tuple[Cell, ...]

    @property
    def printed(self) -> list[tuple[str, str, bool]]:
        """The cells as the table prints them."""
        return [one.printed for one in self.cells]


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


def names_for(on: date, lists: Sequence[str]) -> Names:
    """The names of the codes that a tab shows; of "subjects" by their numbers."""
    named = dict(code_names([one for one in lists if one != SUBJECTS], on=on))
    if SUBJECTS in lists:
        named[SUBJECTS] = {str(one.id): one.name for one in subjects()}
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
    """The places below with their cells, whose name matches and who teach the level."""
    wanted = wanted_of(columns)
    teaching = _teaching(level)
    rows = table_below(
        *(actor, place.path, year, [*wanted, *teaching]),
        kind=PlaceKind.SCHOOL if by_school else None,
        also=[Theme.ENROLMENT if place.kind == "school" else Theme.SCHOOLS],
    )
    if level:
        rows = [one for one in rows if one.counts[len(wanted) :] != (0,) * len(teaching)]
    picked = picked_of(columns, wanted)
    return [_below_line(one, picked, by_school=by_school) for one in named_like(rows, text)]


def _teaching(level: str) -> list[tuple[Theme, str]]:
    """What tells that a school teaches a level: that it says so, or of a past year its pupils."""
    if not level:
        return []
    return [(Theme.SCHOOLS, f"level.{level}"), (Theme.ENROLMENT, f"{level}.pupils")]


def named_like(rows: list[TableRow], text: str) -> list[TableRow]:
    """The places whose name holds a text, with or without its diacritics."""
    wanted = search_key(text)
    return [one for one in rows if wanted in search_key(one.name)] if wanted else rows


def _below_line(one: TableRow, picked: Sequence[Picked], *, by_school: bool) -> BelowLine:
    cells = tuple([column.cell(one.counts) for column in picked])
    return BelowLine(
        one.id, one.kind, one.name, one.name_key, one.above if by_school else "", cells
    )
