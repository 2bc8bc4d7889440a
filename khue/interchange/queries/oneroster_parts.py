"""Phần của một danh sách OneRoster: lists of several kinds of rows, counted, sorted, cut as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from khue.access.api import Actor, OutsidePlace, reach
from khue.interchange.queries.conditions import ROWS, Fields, Language, moment_of, narrowed
from khue.interchange.queries.places import schools_for
from khue.interchange.rules.filters import Condition, Filter, holds
from khue.interchange.rules.oneroster import moment, texts_at
from khue.interchange.rules.scopes import SCOPES
from khue.ledger.api import changed_at
from khue.records.api import PupilRow
from kit.windows import Window

Told = dict[str, Any]
SCHOOL, CHANGED = "school.sourcedId", "dateLastModified"
DEEPEST = 10_000


class SortedTooDeep(Exception):
    """So far into a list of several kinds nobody sorts: every row before would have to be read."""


@dataclass(frozen=True)
class Asked:
    """What a request wants: who asks, on which day, in which school year.

    `pinned` holds what the address says (the record above, the id): it must be so, whatever the
    filter says. `sort` is a field, or nothing.
    """

    actor: Actor
    today: date
    now: datetime
    year: int
    pinned: dict[str, str] = field(default_factory=dict)
    filter: Filter = field(default_factory=Filter)
    sort: str = ""
    falling: bool = False

    def schools(self, scope: str) -> list[int]:
        """The schools of a scope, or the one of the address; none without the scope.

        Raises OutsidePlace for a school out of reach.
        """
        if reach(self.actor, SCOPES[scope].permission).is_empty:
            return []
        wanted = self.pinned.get(SCHOOL)
        if wanted is None:
            return schools_for(self.actor, scope)
        try:
            return schools_for(self.actor, scope, UUID(wanted))
        except ValueError as malformed:
            raise OutsidePlace(wanted) from malformed

    def narrowed(self, language: Language, fields: Fields) -> Any:
        """The rows that address and filter leave."""
        pinned = [Condition(name, "=", value) for name, value in self.pinned.items()]
        found = narrowed(language, fields, pinned, both=True)
        asked = self.filter.conditions
        if not asked:
            return found
        return found & narrowed(language, fields, asked, both=self.filter.both)


@dataclass(frozen=True)
class Part:
    """Rows of one kind: how many there are, how a window of them is read and told.

    `window`: the conditions and the order; `is_sorted`: whether the field asked for orders them.
    """

    count: Callable[[Window], int]
    read: Callable[[Window], Sequence[Any]]
    tell: Callable[[Any, datetime | None], Told]
    subject: Callable[[Any], str]
    school: Callable[[Any], int | None]
    window: Window = field(default_factory=Window)
    is_sorted: bool = False


def part_of(
    asked: Asked, language: Language, fields: Fields, where: Any = None, **reading: Any
) -> Part:
    """A part whose rows the fields narrow and sort; `where`: which rows there are at all."""
    found = asked.narrowed(language, fields)
    found = found if where is None else where & found
    order = fields[asked.sort].order if asked.sort in fields else None
    by = order(asked.falling) if order else None
    window = Window(order=() if by is None else (by,))
    window = replace(window, where=found) if language is ROWS else replace(window, clause=found)
    return Part(**reading, window=window, is_sorted=order is not None)


def fixed(asked: Asked, records: Sequence[Told], *, settled: frozenset[str] = frozenset()) -> Part:
    """A short list that is wholly known; `settled`: what of the address is looked after already."""
    pinned = {name: one for name, one in asked.pinned.items() if name not in settled}
    kept = [one for one in records if _meets(one, pinned, asked.filter)]
    if asked.sort:
        kept = _in_order(kept, lambda one: one, asked)
    return Part(
        count=lambda window: len(kept),
        read=lambda window: kept[window.offset : window.offset + window.limit],
        tell=lambda row, changed: dict(row),
        subject=lambda row: "",
        school=lambda row: None,
    )


def _meets(one: Told, pinned: dict[str, str], wanted: Filter) -> bool:
    settled = all(value in texts_at(one, name) for name, value in pinned.items())
    met = [holds(texts_at(one, each.field), _plain(each)) for each in wanted.conditions]
    return settled and (not met or (all(met) if wanted.both else any(met)))


def _plain(condition: Condition) -> Condition:
    """A moment as our records write it, so that texts can be compared."""
    if condition.field != CHANGED:
        return condition
    return replace(condition, value=moment(moment_of(condition.value)))


@dataclass(frozen=True)
class Listed:
    """A window on a list: records, how many there are in all, whose they are."""

    items: list[Told]
    total: int
    records: Counter[int]
    students: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Pupils among them, with school and province, for the log of sensitive reads."""


def listed(parts: Sequence[Part], asked: Asked, *, limit: int, offset: int) -> Listed:
    """A window on parts as if they were one list: one after another, or sorted together."""
    sizes = [part.count(part.window) for part in parts]
    filled = [(part, size) for part, size in zip(parts, sizes, strict=True) if size]
    together = len(filled) > 1 and any(part.is_sorted for part, _ in filled)
    pick = _sorted_rows if together else _rows
    return _listed(pick(filled, asked, limit, offset), sum(sizes))


Chosen = list[tuple[Part, Any]]


def _rows(filled: Sequence[tuple[Part, int]], asked: Asked, limit: int, offset: int) -> Chosen:
    chosen: Chosen = []
    before = 0
    for part, size in filled:
        start, wanted = max(offset - before, 0), limit - len(chosen)
        if wanted > 0 and start < size:
            rows = part.read(replace(part.window, limit=wanted, offset=start))
            chosen += [(part, row) for row in rows]
        before += size
    return chosen


def _sorted_rows(
    filled: Sequence[tuple[Part, int]], asked: Asked, limit: int, offset: int
) -> Chosen:
    """Every part is sorted by the database; as much as is needed of each is merged here."""
    if offset + limit > DEEPEST:
        raise SortedTooDeep
    found = [
        (part, row)
        for part, _ in filled
        for row in part.read(replace(part.window, limit=offset + limit))
    ]
    return _in_order(found, lambda pair: pair[0].tell(pair[1], None), asked)[offset:][:limit]


def _in_order(rows: Sequence[Any], told: Callable[[Any], Told], asked: Asked) -> list[Any]:
    """Rows by the field asked for, as Unicode counts letters; those without it come last."""
    keyed = [(texts_at(told(row), asked.sort), row) for row in rows]
    filled = sorted((one for one in keyed if one[0]), key=lambda one: one[0], reverse=asked.falling)
    return [row for _, row in filled] + [row for texts, row in keyed if not texts]


def _listed(chosen: Chosen, total: int) -> Listed:
    """The rows as records, each with the moment of its last change (one query)."""
    changed = changed_at({part.subject(row) for part, row in chosen} - {""})
    items = [part.tell(row, changed.get(part.subject(row))) for part, row in chosen]
    schools = (part.school(row) for part, row in chosen)
    pupils = [row for _, row in chosen if isinstance(row, PupilRow)]
    return Listed(
        items,
        total,
        Counter(one for one in schools if one is not None),
        {row.id: (row.home_school_id, row.province_id) for row in pupils},
    )
