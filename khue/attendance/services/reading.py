"""Đọc đơn xin nghỉ học: the reasons speak of health, so each look of a teacher is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from khue.access.api import Actor
from khue.attendance.queries.notes import NoteLine, notes_to_answer
from khue.ledger.api import Author, log_sensitive_reads
from khue.organisations.api import class_summaries
from kit.dates import vietnam_day

READ = "lý do xin nghỉ"


@transaction.atomic
def read_notes(*, actor: Actor, now: datetime, answered: bool = False) -> list[NoteLine]:
    """The requests that this person answers for, with their reasons; the look is noted."""
    lines = notes_to_answer(actor, vietnam_day(now), answered=answered)
    _note_reads(Author(actor.account_id, actor.name), now, lines)
    return lines


def _note_reads(author: Author, now: datetime, lines: Sequence[NoteLine]) -> None:
    cards = class_summaries([one.class_id for one in lines])
    by_class = attrgetter("class_id")
    for class_id, found in groupby(sorted(lines, key=by_class), key=by_class):
        log_sensitive_reads(
            author,
            now,
            subjects=[f"excuse:{one.id}" for one in found],
            fields=READ,
            school_id=cards[class_id].school_id,
            province_id=cards[class_id].province_id,
        )
