"""Phần của một danh sách OneRoster: lists of several kinds of rows, counted and cut as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q

from khue.access.api import Actor, OutsidePlace, reach
from khue.interchange.queries.places import schools_for
from khue.interchange.rules.scopes import SCOPES
from khue.ledger.api import changed_at
from khue.records.api import PupilRow
from kit.windows import Window

Row = TypeVar("Row")
Told = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What a request wants: who asks, on which day, and the conditions that were understood.

    `equals` holds conditions of the form field='value'; `since` the last day of change.
    """

    actor: Actor
    today: date
    now: datetime
    year: int
    equals: dict[str, str] = field(default_factory=dict)
    since: datetime | None = None

    def schools(self, scope: str) -> list[int]:
        """The schools of a scope, or the one that is named; none without the scope.

        Raises OutsidePlace for a school out of reach.
        """
        if reach(self.actor, SCOPES[scope].permission).is_empty:
            return []
        wanted = self.equals.get("school.sourcedId")
        if wanted is None:
            return schools_for(self.actor, scope)
        try:
            return schools_for(self.actor, scope, UUID(wanted))
        except ValueError as malformed:
            raise OutsidePlace(wanted) from malformed


@dataclass(frozen=True)
class Part:
    """Rows of one kind: how many there are, how a window of them is read and told."""

    count: Callable[[Window], int]
    read: Callable[[Window], Sequence[Any]]
    tell: Callable[[Any, datetime | None], Told]
    subject: Callable[[Any], str]
    school: Callable[[Any], int | None]
    where: Q = field(default_factory=Q)


@dataclass(frozen=True)
class Listed:
    """A window on a list: records, how many there are in all, whose they are."""

    items: list[Told]
    total: int
    records: Counter[int]
    students: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Pupils among them, with school and province, for the log of sensitive reads."""


def listed(parts: Sequence[Part], *, limit: int, offset: int) -> Listed:
    """Read a window through parts one after another, as if they were one list."""
    items: list[Told] = []
    records: Counter[int] = Counter()
    students: dict[int, tuple[int, int]] = {}
    total = 0
    for part in parts:
        size = part.count(Window(where=part.where))
        start = max(offset - total, 0)
        wanted = limit - len(items)
        if wanted > 0 and start < size:
            rows = part.read(Window(limit=wanted, offset=start, where=part.where))
            items += told_rows(part, rows)
            records.update(one for one in map(part.school, rows) if one is not None)
            students |= {row.id: (row.home_school_id, row.province_id) for row in _pupils(rows)}
        total += size
    return Listed(items, total, records, students)


def _pupils(rows: Sequence[Any]) -> list[PupilRow]:
    return [row for row in rows if isinstance(row, PupilRow)]


def told_rows(part: Part, rows: Sequence[Any]) -> list[Told]:
    """The rows as records, each with the moment of its last change."""
    changed = changed_at({part.subject(row) for row in rows})
    return [part.tell(row, changed.get(part.subject(row))) for row in rows]


def fixed(rows: Sequence[Any], tell: Callable[[Any], Told]) -> Part:
    """A short list that is wholly known."""
    return Part(
        count=lambda window: len(rows),
        read=lambda window: rows[window.offset : window.offset + window.limit],
        tell=lambda row, changed: tell(row),
        subject=lambda row: "",
        school=lambda row: None,
    )
