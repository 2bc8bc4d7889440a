"""Append to the ledger; the caller's transaction carries the entry."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from khue.ledger.models import SensitiveRead
from kit.statements import kept_write


@dataclass(frozen=True)
class Author:
    """Who acts: the account and the name as it is shown; no account for the platform itself."""

    account_id: int | None
    name: str


@dataclass(frozen=True)
class Change:
    """One change of one record; sensitive values are given sealed or left out.

    subject: `kind:id`. action: a verb of the context ("enter", "change", "transfer").
    label: what a person calls it ("Điểm thường xuyên 2, Toán, học kì I").
    operation: where the change is an act of its own among others that came together.
    """

    subject: str
    action: str
    label: str = ""
    old: Any = None
    new: Any = None
    reason: str = ""
    school_id: int | None = None
    province_id: int | None = None
    operation: uuid.UUID | None = None


@dataclass(frozen=True)
class Operation:
    """One act of a person; all its changes share the operation id."""

    author: Author
    at: datetime
    id: uuid.UUID = field(default_factory=uuid.uuid4)


class OutsideTransaction(Exception):
    """A change was appended outside the transaction of its write."""


# One statement for all changes of an operation, sent as one text so that its plan is kept. It
# reads nothing back: the fence lets everyone append, but not read what lies outside.
APPEND = """
with given as materialized (
  select * from json_to_recordset(%(changes)s::json) as given (province_id bigint,
    school_id bigint, subject text, action text, label text, old jsonb, new jsonb, reason text,
    operation uuid)
), batch as materialized (
  select nextval('ledger_batch_id_seq') as id
), noted as (
  insert into ledger_batch (id, at, schools, provinces, kinds, entries)
  select (select id from batch), %(at)s::timestamptz,
    coalesce(array_agg(distinct school_id) filter (where school_id is not null), '{}'),
    coalesce(array_agg(distinct province_id) filter (where province_id is not null), '{}'),
    array_agg(distinct split_part(subject, ':', 1)), count(*)
  from given
)
insert into ledger_entry (operation, at, account_id, actor_name, province_id, school_id, subject,
  action, label, old, new, reason, batch)
select coalesce(given.operation, %(operation)s::uuid), %(at)s::timestamptz, %(account)s::bigint,
  %(name)s, given.province_id, given.school_id, given.subject, given.action, given.label,
  given.old, given.new, given.reason, (select id from batch)
from given
"""


def append_changes(operation: Operation, changes: Iterable[Change]) -> int:
    """Append the changes in the running transaction; return how many."""
    if not connection.in_atomic_block:
        raise OutsideTransaction
    rows = [_row(change) for change in changes]
    author = operation.author
    if rows:
        written = {
            "operation": operation.id,
            "at": operation.at,
            "account": author.account_id,
            "name": author.name,
            "changes": json.dumps(rows),
        }
        kept_write(APPEND, written)
    return len(rows)


def _row(change: Change) -> dict[str, Any]:
    return {**vars(change), "operation": str(change.operation) if change.operation else None}


def _append(table: type[Model], rows: Sequence[Model]) -> None:
    """Insert without reading back, as above.

    "Ignore conflicts" is how Django leaves RETURNING away; a fresh row conflicts with none.
    """
    table._default_manager.bulk_create(rows, ignore_conflicts=True)


def log_sensitive_read(
    author: Author,
    at: datetime,
    *,
    subject: str,
    fields: str,
    school_id: int | None = None,
    province_id: int | None = None,
) -> None:
    """Note that a person read sensitive fields of a record."""
    log_sensitive_reads(
        author,
        at,
        subjects=[subject],
        fields=fields,
        school_id=school_id,
        province_id=province_id,
    )


def log_sensitive_reads(
    author: Author,
    at: datetime,
    *,
    subjects: Iterable[str],
    fields: str,
    school_id: int | None = None,
    province_id: int | None = None,
) -> None:
    """Note that a person read the same sensitive fields of several records."""
    reads = [
        SensitiveRead(
            at=at,
            account_id=author.account_id or 0,
            actor_name=author.name,
            subject=subject,
            fields=fields,
            school_id=school_id,
            province_id=province_id,
        )
        for subject in subjects
    ]
    _append(SensitiveRead, reads)
