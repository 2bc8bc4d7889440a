"""Lưu số liệu: only what moved is written, and who counted before is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from khue.statistics.rules.brief import BRIEF_OF, Brief, brief_of
from khue.statistics.services.counting import Counted
from kit.statements import kept_rows, kept_write, keys_array, numbers_array

KEPT = """
select figure.kind, figure.place_id, figure.year, figure.theme, figure.counts, figure.brief,
  figure.brief_of, figure.parent_id, figure.path, figure.hidden
from unnest(%(kinds)s::text[], %(ids)s::bigint[], %(years)s::int[], %(themes)s::text[])
  as wanted (kind, place_id, year, theme)
join statistics_figure figure on figure.kind = wanted.kind and figure.place_id = wanted.place_id
  and figure.year = wanted.year and figure.theme = wanted.theme
"""
WRITE = """
insert into statistics_figure as kept (kind, place_id, parent_id, school_id, province_id, path,
  year, theme, counts, hidden, brief, brief_of, day, at, position)
select given.kind, given.place_id, given.parent_id, given.school_id, given.province_id, given.path,
  given.year, given.theme, given.counts, '{}', given.brief, %(brief_of)s::text, given.day,
  %(at)s::timestamptz, %(position)s::bigint
from json_to_recordset(%(rows)s::json) as given (kind text, place_id bigint, parent_id bigint,
  school_id bigint, province_id bigint, path text, year int, theme text, counts jsonb, brief jsonb,
  day date)
on conflict (kind, place_id, year, theme) do update set parent_id = excluded.parent_id,
  school_id = excluded.school_id, province_id = excluded.province_id, path = excluded.path,
  counts = excluded.counts, brief = excluded.brief, brief_of = excluded.brief_of,
  day = excluded.day, at = excluded.at, position = excluded.position
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
    brief: Brief


@dataclass(frozen=True, slots=True)
class _Kept:
    """A figure as it stands."""

    counts: Mapping[str, int]
    brief: Brief
    brief_of: str
    parent_id: int | None
    path: str
    hidden: frozenset[str]


Key = tuple[str, int, int, str]


def store(figures: Sequence[Counted], stamp: Stamp) -> list[Moved]:
    """Write what moved (two statements); return it."""
    kept = _kept(figures) if figures else {}
    moved = [one for figure in figures if (one := _moved(figure, kept.get(_key(figure))))]
    if moved:
        rows = json.dumps([_row(one) for one in moved])
        given = {"rows": rows, "at": stamp.at, "position": stamp.position}
        kept_write(WRITE, {**given, "brief_of": BRIEF_OF})
    return moved


def _key(figure: Counted) -> Key:
    return str(figure.kind), figure.place_id, figure.year, str(figure.theme)


def _kept(figures: Iterable[Counted]) -> dict[Key, _Kept]:
    keys = list(zip(*map(_key, figures), strict=True))
    given = {
        "kinds": list(keys[0]),
        "ids": keys_array(keys[1]),
        "years": numbers_array(keys[2]),
        "themes": list(keys[3]),
    }
    return {row[:4]: _stands(*row[4:]) for row in kept_rows(KEPT, given)}


def _stands(counts: str, brief: str, *others: Any) -> _Kept:
    made_by, parent, path, hidden = others
    return _Kept(json.loads(counts), json.loads(brief), made_by, parent, path, frozenset(hidden))


def _moved(figure: Counted, kept: _Kept | None) -> Moved | None:
    """What is withheld of it stays as it is until that is decided anew."""
    if kept is None:
        return Moved(figure, {}, figure.parent_id, brief_of(figure.theme, figure.counts, ()))
    brief = brief_of(figure.theme, figure.counts, kept.hidden)
    told = _Kept(figure.counts, brief, BRIEF_OF, figure.parent_id, figure.path, kept.hidden)
    return Moved(figure, kept.counts, kept.parent_id, brief) if told != kept else None


def _row(moved: Moved) -> dict[str, Any]:
    figure = moved.figure
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
        "brief": moved.brief,
        "day": figure.day.isoformat(),
    }


def drop_gone_classes(school_ids: Iterable[int]) -> list[tuple[int, int, str]]:
    """Remove figures of classes that are no more; return (school, year, theme) to sum again."""
    return [(row[0], row[1], row[2]) for row in kept_rows(DROP_CLASSES, [keys_array(school_ids)])]


def drop_theme(theme: str, year: int) -> None:
    """Begin a theme anew, such as today's attendance on a new day."""
    kept_write(DROP_THEME, [theme, year])
