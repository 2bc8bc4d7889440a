"""Write an import of staff, and keep what is needed to take it back exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from khue.access.api import Actor
from khue.records.rules.facts import StaffFacts
from khue.records.services.bulk import NewStaff, create_staff_members
from khue.records.services.staff import PostingFacts, change_staff
from khue.records.services.writing import operation_of
from kit.row_history import RowEffect, Selection, effects_between, take_picture

STAFF_TABLE, POSTING_TABLE = "records_staff", "records_posting"
STAFF_TABLES = (STAFF_TABLE, POSTING_TABLE)


@dataclass(frozen=True)
class StaffPayload:
    """One row that writes: a new file with its post, or what changes in one."""

    row: int
    facts: StaffFacts
    kind: str
    contract: str
    title: str
    starts_on: date
    staff_id: int | None = None
    version: int = 0
    account_id: int | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


def write_staff(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    new: Sequence[StaffPayload],
    changed: Sequence[StaffPayload],
) -> list[RowEffect]:
    """Create and change the files of an import in the caller's transaction."""
    known = [row.staff_id for row in changed if row.staff_id]
    before = take_picture([Selection(STAFF_TABLE, "id", known)])
    operation = operation_of(actor, now)
    for row in changed:
        change_staff(
            actor=actor,
            now=now,
            staff_id=row.staff_id or 0,
            version=row.version,
            wanted=row.changes,
            operation=operation,
        )
    made = create_staff_members(
        actor=actor,
        now=now,
        school_id=school_id,
        rows=[_new(row) for row in new],
        operation=operation,
    )
    ids = [*known, *made]
    after = take_picture(
        [Selection(STAFF_TABLE, "id", ids), Selection(POSTING_TABLE, "staff_id", made)]
    )
    names = {key[1]: str(row["name"]) for key, row in after.items() if key[0] == STAFF_TABLE}

    def title(table: str, row: dict[str, Any]) -> str:
        return names.get(row["id"] if table == STAFF_TABLE else row["staff_id"], "")

    return effects_between(before, after, title)


def _new(row: StaffPayload) -> NewStaff:
    posting = PostingFacts(
        kind=row.kind, starts_on=row.starts_on, contract=row.contract, title=row.title
    )
    return NewStaff(facts=row.facts, posting=posting, row=row.row, account_id=row.account_id)
