"""What every act of the diary shares: its refusal, its lock, its entry in the ledger."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import connection

from khue.access.api import Actor
from khue.ledger.api import Author, Operation


class DiaryRefused(Exception):
    """The diary says no; the text tells what happened, why and what to do."""


class LessonClash(DiaryRefused):
    """Somebody else wrote the same period in between; nothing was written."""


def operation_of(actor: Actor, now: datetime, operation_id: uuid.UUID | None = None) -> Operation:
    return Operation(Author(actor.account_id, actor.name), now, operation_id or uuid.uuid4())


def lock_week(class_id: int, monday: date) -> None:
    """One act at a time on a week of a class, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [class_id, monday.toordinal()])
