"""Cộng lên: school, commune, province, ministry; each level is the sum of what stands below it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from khue.statistics.queries.figures import KINDS_OF_ORGANISATIONS
from khue.statistics.rules.themes import PlaceKind, Theme
from khue.statistics.services.counting import Counted
from khue.statistics.services.storing import Moved, Stamp, store
from kit.statements import kept_rows, keys_array, numbers_array

Sum = tuple[int, int, str]
SUMS = """
select node.id, node.kind, node.parent_id, node.path, wanted.year, wanted.theme, sums.counts,
  sums.day
from unnest(%(ids)s::bigint[], %(years)s::int[], %(themes)s::text[]) as wanted (id, year, theme)
join organisations_organisation node on node.id = wanted.id
left join lateral (
  select jsonb_object_agg(each.key, each.total) as counts, max(each.day) as day from (
    select one.key, sum(one.value::bigint) as total, max(figure.day) as day
    from statistics_figure figure, jsonb_each_text(figure.counts) one
    where figure.parent_id = wanted.id and figure.kind = any(%(kinds)s::text[])
      and figure.year = wanted.year and figure.theme = wanted.theme
    group by one.key
  ) each
) sums on true
"""
ABOVE_CLASSES = [str(kind) for kind in PlaceKind if kind is not PlaceKind.CLASS]


def roll_up(moved: Sequence[Moved], stamp: Stamp, extra: Collection[Sum] = ()) -> list[Moved]:
    """Sum again everything above what moved, level by level; return what moved there.

    `extra`: schools to be summed although none of their classes is left to tell it.
    """
    classes = [one for one in moved if one.figure.kind is PlaceKind.CLASS]
    schools = [one for one in moved if one.figure.kind is not PlaceKind.CLASS]
    found = store(_sums(_above(classes) | set(extra), ["class"], stamp.at.date()), stamp)
    every, level = list(found), [*schools, *found]
    while level:
        level = store(_sums(_above(level), ABOVE_CLASSES, stamp.at.date()), stamp)
        every.extend(level)
    return every


def _above(moved: Iterable[Moved]) -> set[Sum]:
    """The places above, and those that stood above before."""
    return {
        (parent, one.figure.year, str(one.figure.theme))
        for one in moved
        for parent in (one.figure.parent_id, one.parent_before)
        if parent is not None
    }


def _sums(wanted: Collection[Sum], kinds: Sequence[str], day: date) -> list[Counted]:
    if not wanted:
        return []
    ids, years, themes = zip(*sorted(wanted), strict=True)
    given = {
        "ids": keys_array(ids),
        "years": numbers_array(years),
        "themes": list(themes),
        "kinds": list(kinds),
    }
    return [_counted(row, day) for row in kept_rows(SUMS, given)]


def _counted(row: tuple[Any, ...], day: date) -> Counted:
    place_id, kind, parent_id, path, year, theme, counts, counted_on = row
    return Counted(
        kind=KINDS_OF_ORGANISATIONS[kind],
        place_id=place_id,
        parent_id=parent_id,
        school_id=place_id if kind == "school" else None,
        province_id=_province(path),
        path=path,
        year=year,
        theme=Theme(theme),
        day=counted_on or day,
        counts=json.loads(counts) if counts else {},
    )


def _province(path: str) -> int | None:
    """The department's id stands second in every path below the ministry's."""
    ids = path.strip("/").split("/")
    return int(ids[1]) if len(ids) > 1 else None
