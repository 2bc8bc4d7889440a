"""Che số nhỏ trong cả cây: which counts of a place are withheld, so that none can be computed.

From the top down: what is withheld of a place is given, and among the places right below it other
counts are withheld until neither their own sums nor the sums over them give a small one away.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from khue.statistics.rules.brief import BRIEF_OF, brief_of
from khue.statistics.rules.guards import GUARDED, guarding, moves_guarded, sensitive_among
from khue.statistics.rules.reckoning import Keys
from khue.statistics.rules.small_counts import withhold_among
from khue.statistics.rules.themes import PlaceKind, Theme
from khue.statistics.services.rolling_up import ABOVE_CLASSES
from khue.statistics.services.storing import Moved
from kit.statements import kept_rows, kept_write, keys_array, numbers_array

Node = tuple[int, int, str]
"""An organisation, a year and a theme: its figure and those right below it are one table."""
Alone = Callable[[], AbstractContextManager[None]]
OWN = 0

TABLES = """
select wanted.id, wanted.year, wanted.theme, figure.id, figure.place, figure.kind,
  figure.parent_id is null, figure.counts, figure.hidden
from unnest(%(ids)s::bigint[], %(years)s::int[], %(themes)s::text[]) as wanted (id, year, theme)
cross join lateral (
  select own.id, 0 as place, own.kind, own.parent_id, own.counts, own.hidden
  from statistics_figure own
  where own.place_id = wanted.id and own.kind = any(%(kinds)s::text[])
    and own.year = wanted.year and own.theme = wanted.theme
  union all
  select below.id, below.place_id, below.kind, below.parent_id, below.counts, below.hidden
  from statistics_figure below
  where below.parent_id = wanted.id and below.kind = any(%(every)s::text[])
    and below.year = wanted.year and below.theme = wanted.theme
) figure
"""
EVERY_TABLE = """
select place_id, year, theme from statistics_figure
where kind <> 'class' and theme = any(%s::text[]) order by path, year, theme
"""
TABLES_OF_DEPARTMENTS = """
select place_id, year, theme from statistics_figure
where kind = 'province' and theme = any(%s::text[])
  and year = (select max(year) from statistics_figure where kind = 'province')
"""
WRITE = """
update statistics_figure figure set hidden = given.hidden, brief = given.brief,
  brief_of = %(brief_of)s::text
from json_to_recordset(%(rows)s::json) as given (id bigint, hidden text[], brief jsonb)
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
        for place in (figure.parent_id, one.parent_before):
            if place is not None:
                found[place, figure.year, str(figure.theme)] = depth - 1
    return found


def warm_up() -> None:
    """Reckon the tables of the departments once: their sums are kept for the steps to come."""
    for row in kept_rows(TABLES_OF_DEPARTMENTS, [[*map(str, GUARDED)]]):
        node = (row[0], row[1], row[2])
        _decide(node, _read([node])[node])


def decide_everywhere(alone: Alone) -> int:
    """Decide every table anew, from the top down, while people write; return how many changed.

    A table that stands as the rule wants it is only read. Another is decided once more in a
    transaction of its own (`alone`: no follower counts meanwhile). Whatever a follower changes
    before or after, it decides itself, with all that stands below. Between two tables a reader sees
    each figure as it was told before or as it is told from now on, so he learns nothing that he
    could not learn by reading before the first and after the last.
    """
    return sum(_decide_alone(node, alone) for node in _every_table())


def _decide_alone(node: Node, alone: Alone) -> bool:
    if not _decide(node, _read([node])[node]):
        return False
    with alone():
        changed = _decide(node, _read([node])[node])
        _write(changed)
    return bool(changed)


def wrongly_told() -> list[str]:
    """The tables in which another choice of what to withhold stands than the rule makes."""
    return [
        f"{node[0]}, {node[1]}, {node[2]}: {one.line.kind} {one.line.place}"
        for node in _every_table()
        for one in _decide(node, _read([node])[node])
    ]


def _every_table() -> list[Node]:
    """A place before those below it."""
    return [(row[0], row[1], row[2]) for row in kept_rows(EVERY_TABLE, [[*map(str, GUARDED)]])]


def _read(nodes: Sequence[Node]) -> Mapping[Node, list[Line]]:
    ids, years, themes = zip(*nodes, strict=True)
    given = {
        "ids": keys_array(ids),
        "years": numbers_array(years),
        "themes": list(themes),
        "kinds": ABOVE_CLASSES,
        "every": [str(kind) for kind in PlaceKind],
    }
    found: dict[Node, list[Line]] = defaultdict(list)
    for row in kept_rows(TABLES, given):
        found[row[0], row[1], row[2]].append(_line(row[3:]))
    return found


def _line(row: tuple[Any, ...]) -> Line:
    row_id, place, kind, is_root, counts, hidden = row
    return Line(row_id, place, kind, is_root, json.loads(counts), frozenset(hidden))


def _decide(node: Node, lines: Sequence[Line]) -> list[Decided]:
    """What changes in a table; the place itself is decided here only at the top of the tree.

    Of a class nothing sensitive is told outside the school: its numbers are few, nobody outside
    needs them, and what is told of the school says nothing about one of its classes.
    """
    own = next((line for line in lines if line.place == OWN), None)
    above = own.hidden if own else None
    rules = guarding(settings.LEAST_COUNT)
    found: dict[int, Keys] = {
        line.place: sensitive_among(frozenset(line.counts))
        for line in lines
        if line.kind == PlaceKind.CLASS
    }
    if own and own.is_root:
        found |= withhold_among(rules, {OWN: own.counts}, None)
        above = frozenset(found[OWN])
    below = {line.place: line.counts for line in lines if line.place not in {OWN, *found}}
    found |= withhold_among(rules, below, above)
    return [
        Decided((line.place, node[1], node[2]), line, frozenset(found[line.place]))
        for line in lines
        if line.place in found and line.hidden != found[line.place]
    ]


def _write(changed: Sequence[Decided]) -> None:
    if changed:
        rows = json.dumps([_row(one) for one in changed])
        kept_write(WRITE, {"rows": rows, "brief_of": BRIEF_OF})


def _row(decided: Decided) -> dict[str, Any]:
    theme = Theme(decided.node[2])
    brief = brief_of(theme, decided.line.counts, decided.hidden)
    return {"id": decided.line.row_id, "hidden": sorted(decided.hidden), "brief": brief}
