"""Dòng thay đổi: what changed after a position, for those that keep a copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from khue.access.api import Actor, reach
from khue.interchange.rules.ids import Kind, make_id
from khue.interchange.rules.scopes import SCOPES
from khue.interchange.rules.subjects import PEOPLE, outer_id, split_subject
from khue.ledger.api import Batch, HistoryLine, batches_after, changes_in
from khue.organisations.api import schools_at_or_below
from khue.records.api import public_ids_of_staff, public_ids_of_students

REMOVED = frozenset({"remove", "delete"})


@dataclass(frozen=True)
class Changes:
    """`position`: up to where was looked; `more`: whether to ask again at once."""

    items: list[dict[str, Any]]
    position: int
    more: bool
    records: Counter[int]


def changes_after(actor: Actor, position: int, limit: int) -> Changes:
    """The changes after a position that the scopes of a program tell, in their order.

    Positions are given after the commit, so whoever goes on from `position` misses nothing. A
    batch is never told in part. Values are not told: the record is asked for again.
    """
    batches = batches_after(position, limit=limit)
    lines = _told_lines(actor, batches)
    people = _people([line.subject for _, line in lines])
    items = [_told(number, line, people) for number, line in lines]
    schools = Counter(line.school_id for _, line in lines if line.school_id is not None)
    last = batches[-1].position if batches else position
    return Changes(items, last, len(batches) == limit, schools)


def _told_lines(actor: Actor, batches: list[Batch]) -> list[tuple[int, HistoryLine]]:
    schools = _schools_by_kind(actor)
    return [
        (position, line)
        for position, lines in changes_in(batches).items()
        for line in lines
        if line.school_id in schools.get(split_subject(line.subject)[0], ())
    ]


def _schools_by_kind(actor: Actor) -> dict[str, frozenset[int]]:
    """For every kind of record, the schools whose changes may be told."""
    found: dict[str, frozenset[int]] = {}
    for scope in SCOPES.values():
        paths = reach(actor, scope.permission).paths
        if paths and scope.kinds:
            schools = frozenset(schools_at_or_below(paths))
            found.update(dict.fromkeys(scope.kinds, schools))
    return found


def _people(subjects: Iterable[str]) -> Mapping[str, UUID]:
    wanted: dict[str, set[int]] = {kind: set() for kind in PEOPLE}
    for kind, numbers in map(split_subject, subjects):
        if kind in wanted and len(numbers) == 1:
            wanted[kind].update(numbers)
    students = public_ids_of_students(wanted["student"])
    staff = public_ids_of_staff(wanted["staff"])
    return {
        **{f"student:{number}": public for number, public in students.items()},
        **{f"staff:{number}": public for number, public in staff.items()},
    }


def _gone_id(line: HistoryLine) -> UUID | None:
    """The id of a person whose file was removed, which the ledger kept."""
    kept = line.old.get("public_id") if isinstance(line.old, dict) else None
    return UUID(kept) if isinstance(kept, str) else None


def _told(position: int, line: HistoryLine, people: Mapping[str, UUID]) -> dict[str, Any]:
    school, deleted = line.school_id, line.action in REMOVED
    own = people.get(line.subject) or outer_id(line.subject)
    return {
        "position": position,
        "at": line.at,
        "kind": split_subject(line.subject)[0],
        "id": own or (_gone_id(line) if deleted else None),
        "action": line.action,
        "deleted": deleted,
        "school_id": None if school is None else make_id(Kind.ORGANISATION, school),
    }
