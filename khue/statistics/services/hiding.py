"""Che số nhỏ trong cả cây: which counts of a place are withheld, so that none can be computed.

From the top down: what is withheld of a place is given, and among the places right below it other
counts are withheld until neither their own sums nor the sums over them give a small one away.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from khue.statistics.rules.guards import GUARDED, equations_of, is_sensitive, moves_guarded
from khue.statistics.rules.small_counts import Equation, withheld
from khue.statistics.rules.themes import PlaceKind
from khue.statistics.services.storing import Moved
from kit.statements import kept_rows, kept_write, keys_array, numbers_array

Node = tuple[int, int, str]
"""An organisation, a year and a theme: its figure and those right below it are one table."""
Cell = tuple[int, str]
OWN = 0

TABLES = """
select wanted.id, wanted.year, wanted.theme, figure.id,
  case when figure.parent_id = wanted.id then figure.place_id else 0 end, figure.kind,
  figure.parent_id is null, figure.counts, figure.hidden
from unnest(%(ids)s::bigint[], %(years)s::int[], %(themes)s::text[]) as wanted (id, year, theme)
join statistics_figure figure on figure.year = wanted.year and figure.theme = wanted.theme
  and (figure.place_id = wanted.id and figure.kind <> 'class' or figure.parent_id = wanted.id)
"""
EVERY_TABLE = """
select place_id, year, theme from statistics_figure
where kind <> 'class' and theme = any(%s::text[]) order by path, year, theme
"""
WRITE = """
update statistics_figure figure set hidden = given.hidden
from json_to_recordset(%s::json) as given (id bigint, hidden text[])
where figure.id = given.id
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in a table: of the place itself (OWN), or of one right below it."""

    row_id: int
    place: int
    kind: str
    is_root: bool
    counts: Mapping[str, int]
    hidden: frozenset[str]

    @property
    def is_a_table(self) -> bool:
        """Whether other places stand below it; of the root this very table tells them."""
        return self.kind != PlaceKind.CLASS and self.place != OWN


@dataclass(frozen=True, slots=True)
class Decided:
    """What is withheld of a place from now on."""

    node: Node
    line: Line
    hidden: frozenset[str]


def hide_small(moved: Iterable[Moved]) -> None:
    """Decide anew what is withheld around the figures that moved, and below where it changed."""
    waiting = _tables_of(moved)
    while waiting:
        depth = min(waiting.values())
        wanted = [node for node, deep in waiting.items() if deep == depth]
        for node in wanted:
            del waiting[node]
        changed = [one for node, lines in _read(wanted).items() for one in _decide(node, lines)]
        _write(changed)
        below = {one.node: depth + 1 for one in changed if one.line.is_a_table}
        waiting |= below


def _tables_of(moved: Iterable[Moved]) -> dict[Node, int]:
    """The tables in which a figure that moved stands, with their depth in the tree."""
    found: dict[Node, int] = {}
    for one in moved:
        figure = one.figure
        if figure.theme not in GUARDED or not moves_guarded(one.before, figure.counts):
            continue
        depth = figure.path.count("/")
        if figure.kind is not PlaceKind.CLASS:
            found[figure.place_id, figure.year, str(figure.theme)] = depth
        for place in {figure.parent_id, one.parent_before} - {None}:
            found[place, figure.year, str(figure.theme)] = depth - 1
    return found


def wrongly_told() -> list[str]:
    """The tables in which another choice of what to withhold stands than the rule makes."""
    tables = [(row[0], row[1], row[2]) for row in kept_rows(EVERY_TABLE, [[*map(str, GUARDED)]])]
    return [
        f"{node[0]}, {node[1]}, {node[2]}: {one.line.kind} {one.line.place}"
        for node in tables
        for one in _decide(node, _read([node])[node])
    ]


def _read(nodes: Sequence[Node]) -> Mapping[Node, list[Line]]:
    ids, years, themes = zip(*nodes, strict=True)
    given = {"ids": keys_array(ids), "years": numbers_array(years), "themes": list(themes)}
    found: dict[Node, list[Line]] = defaultdict(list)
    for row in kept_rows(TABLES, given):
        found[row[0], row[1], row[2]].append(_line(row[3:]))
    return found


def _line(row: tuple[Any, ...]) -> Line:
    row_id, place, kind, is_root, counts, hidden = row
    return Line(row_id, place, kind, is_root, json.loads(counts), frozenset(hidden))


def _decide(node: Node, lines: Sequence[Line]) -> list[Decided]:
    """What changes in a table; the place itself is decided here only at the top of the tree."""
    found: dict[int, set[str]] = defaultdict(set)
    for place, key in _withheld(lines):
        found[place].add(key)
    return [
        Decided((line.place, node[1], node[2]), line, frozenset(found[line.place]))
        for line in lines
        if (line.place != OWN or line.is_root) and line.hidden != frozenset(found[line.place])
    ]


def _withheld(lines: Sequence[Line]) -> set[Cell]:
    fixed = {OWN for line in lines if line.place == OWN and not line.is_root}
    values = {(line.place, key): value for line in lines for key, value in line.counts.items()}
    given = {(OWN, key) for line in lines if line.place in fixed for key in line.hidden}
    inside = list(_inside(line for line in lines if line.place not in fixed))
    return withheld(
        {cell: value for cell, value in values.items() if cell[0] not in fixed},
        [*inside, *_over(lines, inside)],
        least=settings.LEAST_COUNT,
        may_hide=lambda cell: cell[0] not in fixed and is_sensitive(cell[1]),
        before=given,
    )


def _inside(lines: Iterable[Line]) -> Iterable[Equation[Cell]]:
    """The sums within each place."""
    for line in lines:
        for one in equations_of(line.counts):
            parts = tuple((line.place, key) for key in one.parts)
            yield Equation((line.place, one.total), parts, one.rest)


def _over(lines: Sequence[Line], inside: Iterable[Equation[Cell]]) -> Iterable[Equation[Cell]]:
    """The sums over the places right below: of every sensitive count that stands in one of them."""
    places = [line.place for line in lines if line.place != OWN]
    told = {cell[1] for one in inside for cell in (one.total, *one.parts)}
    told |= {key for line in lines for key in line.hidden if line.place == OWN}
    if places and len(places) < len(lines):
        for key in sorted(key for key in told if is_sensitive(key)):
            yield Equation((OWN, key), tuple((place, key) for place in places))


def _write(changed: Sequence[Decided]) -> None:
    if changed:
        rows = [{"id": one.line.row_id, "hidden": sorted(one.hidden)} for one in changed]
        kept_write(WRITE, [json.dumps(rows)])
