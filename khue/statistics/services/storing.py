"""Lưu số liệu: only what moved is written, and who counted before is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from khue.statistics.services.counting import Counted
from kit.statements import kept_rows, kept_write, keys_array, numbers_array

KEPT = """
select figure.kind, figure.place_id, figure.year, figure.theme, figure.counts, figure.parent_id,
  figure.path
from unnest(%(kinds)s::text[], %(ids)s::bigint[], %(years)s::int[], %(themes)s::text[])
  as wanted (kind, place_id, year, theme)
join statistics_figure figure on figure.kind = wanted.kind and figure.place_id = wanted.place_id
  and figure.year = wanted.year and figure.theme = wanted.theme
"""
WRITE = """
insert into statistics_figure as kept (kind, place_id, parent_id, school_id, province_id, path,
  year, theme, counts, hidden, day, at, position)
select given.kind, given.place_id, given.parent_id, given.school_id, given.province_id, given.path,
  given.year, given.theme, given.counts, '{}', given.day, %(at)s::timestamptz, %(position)s::bigint
from json_to_recordset(%(rows)s::json) as given (kind text, place_id bigint, parent_id bigint,
  school_id bigint, province_id bigint, path text, year int, theme text, counts jsonb, day date)
on conflict (kind, place_id, year, theme) do update set parent_id = excluded.parent_id,
  school_id = excluded.school_id, province_id = excluded.province_id, path = excluded.path,
  counts = excluded.counts, day = excluded.day, at = excluded.at, position = excluded.position
"""
DROP_CLASSES = """
delete from statistics_figure figure
where figure.kind = 'class' and figure.school_id = any(%s::bigint[])
  and not exists (select from organisations_schoolclass class where class.id = figure.place_id)
returning figure.parent_id, figure.year, figure.theme
"""
DROP_THEME = "delete from statistics_figure where theme = %s and year <= %s"


@dataclass(frozen=True, slots=True)
class Stamp:
    """The time of the newest change that is counted, and how far the feed was read."""

    at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that is not what it was, with its counts and the place above from before."""

    figure: Counted
    before: Mapping[str, int]
    parent_before: int | None


Key = tuple[str, int, int, str]


def store(figures: Sequence[Counted], stamp: Stamp) -> list[Moved]:
    """Write what moved (two statements); return it."""
    kept = _kept(figures) if figures else {}
    moved = [one for figure in figures if (one := _moved(figure, kept.get(_key(figure))))]
    if moved:
        rows = json.dumps([_row(one.figure) for one in moved])
        kept_write(WRITE, {"rows": rows, "at": stamp.at, "position": stamp.position})
    return moved


def _key(figure: Counted) -> Key:
    return str(figure.kind), figure.place_id, figure.year, str(figure.theme)


def _kept(figures: Iterable[Counted]) -> dict[Key, tuple[Any, ...]]:
    keys = list(zip(*map(_key, figures), strict=True))
    given = {
        "kinds": list(keys[0]),
        "ids": keys_array(keys[1]),
        "years": numbers_array(keys[2]),
        "themes": list(keys[3]),
    }
    return {row[:4]: (json.loads(row[4]), *row[5:]) for row in kept_rows(KEPT, given)}


def _moved(figure: Counted, kept: tuple[Any, ...] | None) -> Moved | None:
    if kept is None:
        return Moved(figure, {}, figure.parent_id)
    counts, parent, path = kept
    if (counts, parent, path) == (dict(figure.counts), figure.parent_id, figure.path):
        return None
    return Moved(figure, counts, parent)


def _row(figure: Counted) -> dict[str, Any]:
    return {
        "kind": figure.kind,
        "place_id": figure.place_id,
        "parent_id": figure.parent_id,
        "school_id": figure.school_id,
        "province_id": figure.province_id,
        "path": figure.path,
        "year": figure.year,
        "theme": figure.theme,
        "counts": dict(figure.counts),
        "day": figure.day.isoformat(),
    }


def drop_gone_classes(school_ids: Iterable[int]) -> list[tuple[int, int, str]]:
    """Remove figures of classes that are no more; return (school, year, theme) to sum again."""
    return [(row[0], row[1], row[2]) for row in kept_rows(DROP_CLASSES, [keys_array(school_ids)])]


def drop_theme(theme: str, year: int) -> None:
    """Begin a theme anew, such as today's attendance on a new day."""
    kept_write(DROP_THEME, [theme, year])
