"""Bảng các nơi bên dưới: a few counts of each of many places, in one statement.

A row of figures holds hundreds of counts. Here the database is asked for the wanted ones only,
each in a column of its own, out of the brief of the figure (rules/brief.py) where they stand there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from khue.access.api import Actor, Reach, permit, reach
from khue.statistics.permissions import VIEW, VIEW_CLASSES, VIEW_EXACT
from khue.statistics.queries.figures import place_at
from khue.statistics.rules.brief import BRIEF_OF, is_brief, read_count
from khue.statistics.rules.themes import PlaceKind, Theme
from kit.statements import kept_rows

Wanted = tuple[Theme, str]
"""A theme and a key of its counts."""

# One row of the table for each place: of its figures each tells the columns of its own theme.
# The comparisons with ~ are those of the index, whatever the collation.
TABLE = """
select told.kind, told.place_id, coalesce(node.name, class.name, ''),
  coalesce(node.name_key, class.name_key, ''), told.path, coalesce(above.name, ''){columns}
from (
  select figure.kind, figure.place_id, min(figure.path) as path,
    min(figure.parent_id) as parent_id{cells}
  from statistics_figure figure
  where figure.year = %(year)s and figure.theme = any(%(themes)s::text[]) and {which}
  group by figure.kind, figure.place_id
) told
left join organisations_organisation node on node.id = told.place_id and told.kind <> 'class'
left join organisations_organisation above on above.id = told.parent_id
left join organisations_schoolclass class on class.id = told.place_id and told.kind = 'class'
"""
BELOW = "figure.parent_id = %(id)s and figure.kind = any(%(kinds)s::text[])"
INSIDE = "figure.kind = %(kind)s and figure.path ~>=~ %(path)s and figure.path ~<~ %(end)s"
WIDE = """when %(k{at})s::text = any(figure.hidden)
      then to_jsonb(coalesce(figure.counts ->> %(k{at})s::text, '0'))
      else figure.counts -> %(k{at})s::text"""
BRIEF = "when figure.brief_of = %(brief_of)s::text then figure.brief -> %(k{at})s::text"
CELL = """,
    min((case {told} end)::text) filter (where figure.theme = %(t{at})s::text) as c{at}"""


class TableRow(NamedTuple):
    """Một nơi trong bảng: `counts` in the order they were wanted, None where one is withheld."""

    kind: PlaceKind
    id: int
    name: str
    name_key: str
    path: str
    above: str
    counts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which places: right below one, or every one of a kind inside it."""

    which: str
    given: dict[str, Any]
    permission: str


def table_below(
    actor: Actor,
    place: str,
    year: int,
    wanted: Sequence[Wanted],
    *,
    kind: PlaceKind | None = None,
    also: Collection[Theme] = (),
) -> list[TableRow]:
    """The places right below one with some counts, or every place of a kind inside it.

    A place of which none of the themes was ever counted is not told; `also` names themes that
    count for this although no count of them is wanted. In no order. Raises NoSuchPlace.
    """
    asked = _asked(place, kind)
    permit(actor, asked.permission, place)
    themes = {str(theme) for theme, _ in wanted} | {str(theme) for theme in also}
    given = {**asked.given, **_named(wanted), "year": year, "themes": sorted(themes)}
    rows = kept_rows(_statement(asked.which, tuple(is_brief(*one) for one in wanted)), given)
    exact = reach(actor, VIEW_EXACT)
    return [_row(row, exact) for row in rows]


def _asked(place: str, kind: PlaceKind | None) -> _Asked:
    own, place_id = place_at(place)
    if kind is not None:
        edges = {"path": place, "end": place[:-1] + chr(ord("/") + 1)}
        needed = VIEW_CLASSES if kind is PlaceKind.CLASS else VIEW
        return _Asked(INSIDE, {"kind": str(kind), **edges}, needed)
    kinds = ["class"] if own is PlaceKind.SCHOOL else ["school", "commune", "province"]
    needed = VIEW_CLASSES if own is PlaceKind.SCHOOL else VIEW
    return _Asked(BELOW, {"id": place_id, "kinds": kinds}, needed)


def _named(wanted: Sequence[Wanted]) -> dict[str, str]:
    """The wanted counts as values of the statement."""
    found = {"brief_of": BRIEF_OF} if any(is_brief(*one) for one in wanted) else {}
    for at, (theme, key) in enumerate(wanted):
        found |= {f"t{at}": str(theme), f"k{at}": key}
    return found


@lru_cache(maxsize=200)
def _statement(which: str, briefs: tuple[bool, ...]) -> str:
    """The statement for so many counts; `briefs`: which of them stand in the brief.

    Few texts come of it, because keys and themes are values: their plans are kept.
    """
    cells = [
        CELL.format(
            told=(BRIEF.format(at=at) + "\n      " if brief else "") + WIDE.format(at=at), at=at
        )
        for at, brief in enumerate(briefs)
    ]
    columns = "".join(f", told.c{at}" for at, _ in enumerate(briefs))
    return TABLE.format(columns=columns, cells="".join(cells), which=which)


def _row(row: tuple[Any, ...], exact: Reach) -> TableRow:
    kind, place_id, name, name_key, path, above, *stored = row
    sees = bool(exact.paths) and exact.covers(path)
    counts = tuple([read_count(one, exact=sees) for one in stored])
    return TableRow(PlaceKind(kind), place_id, name, name_key, path, above, counts)
