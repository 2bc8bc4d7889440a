"""What every service of this context shares: refusals, the operation, a line in the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from khue.access.api import Actor
from khue.ledger.api import Author, Change, Operation, append_changes
from kit.refusal import Refusal


class OrganisationRefused(Exception):
    """Something a person must correct; `field` names the value, the text is the reason."""

    def __init__(self, key: str, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.key = key
        self.sentence = sentence
        self.field = field


def refuse(refusal: Refusal) -> OrganisationRefused:
    field = str(refusal.data.get("field", ""))
    return OrganisationRefused(refusal.key, refusal.sentence, field)


def operation_of(actor: Actor, now: datetime, given: Operation | None = None) -> Operation:
    """The bigger operation that this work belongs to, or one of its own."""
    return given or Operation(Author(actor.account_id or None, actor.name), now)


def one_at_a_time(school_id: int) -> None:
    """Whoever names classes of this school waits until the other has: then the check is true."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"classes:{school_id}"]
        )


def note(operation: Operation, *changes: Change) -> None:
    append_changes(operation, changes)


def differences(old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only the values that changed, as they were and as they are."""
    names = [name for name in new if old.get(name) != new[name]]
    return {name: old.get(name) for name in names}, {name: new[name] for name in names}
