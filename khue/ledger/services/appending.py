"""Append to the ledger; the caller's transaction carries the entry."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from khue.ledger.models import Entry, SensitiveRead


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
    """

    subject: str
    action: str
    label: str = ""
    old: Any = None
    new: Any = None
    reason: str = ""
    school_id: int | None = None
    province_id: int | None = None


@dataclass(frozen=True)
class Operation:
    """One act of a person; all its changes share the operation id."""

    author: Author
    at: datetime
    id: uuid.UUID = field(default_factory=uuid.uuid4)


class OutsideTransaction(Exception):
    """A change was appended outside the transaction of its write."""


def append_changes(operation: Operation, changes: Iterable[Change]) -> int:
    """Append the changes in the running transaction; return how many."""
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction
    entries = [_entry(operation, change) for change in changes]
    _append(Entry, entries)
    return len(entries)


def _append(table: type[Model], rows: Sequence[Model]) -> None:
    """Insert without reading back: the fence lets everyone append, but not read what lies outside.

    "Ignore conflicts" is how Django leaves RETURNING away; a fresh row conflicts with none.
    """
    table._default_manager.bulk_create(rows, ignore_conflicts=True)


def _entry(operation: Operation, change: Change) -> Entry:
    return Entry(
        operation=operation.id,
        at=operation.at,
        account_id=operation.author.account_id,
        actor_name=operation.author.name,
        province_id=change.province_id,
        school_id=change.school_id,
        subject=change.subject,
        action=change.action,
        label=change.label,
        old=change.old,
        new=change.new,
        reason=change.reason,
    )


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
    read = SensitiveRead(
        at=at,
        account_id=author.account_id or 0,
        actor_name=author.name,
        subject=subject,
        fields=fields,
        school_id=school_id,
        province_id=province_id,
    )
    _append(SensitiveRead, [read])
