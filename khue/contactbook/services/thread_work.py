"""What every act on a conversation shares: refusals, the ledger line, one act for one intent."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection

from khue.access.api import Actor
from khue.contactbook.models import Thread
from khue.ledger.api import Author, Change, Operation


class TalkRefused(Exception):
    """A message or an act that cannot be done; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def operation_of(actor: Actor, now: datetime) -> Operation:
    return Operation(Author(actor.account_id, actor.name), now, uuid.uuid4())


def thread_change(row: Thread, action: str, label: str, reason: str = "") -> Change:
    """A line of the ledger; what was written is nobody else's to read, so it is not there."""
    return Change(
        subject=f"thread:{row.pk}",
        action=action,
        label=label[:200],
        reason=reason,
        school_id=row.school_id,
        province_id=row.province_id,
    )


def wait_for_intent(intent: uuid.UUID) -> None:
    """Of two requests with one intent the second waits until the first is written."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(intent)])
