"""Gửi kết quả học kì cho gia đình: each family its own child's, once, by the chosen ways."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.contactbook.api import family_policy, post_to_family
from khue.gradebook.queries.family_texts import SendingClass, TextLine, sending_classes, series_of
from khue.gradebook.rules.slots import SPOKEN_TERMS
from khue.ledger.api import Author, Operation
from kit.dates import vietnam_day

KIND = "results"
PAID = ("sms", "zns")


@dataclass(frozen=True, slots=True)
class ResultsSent:
    """How many classes and families were sent to, and which classes were not."""

    classes: int
    pupils: int
    left_out: tuple[str, ...]


@transaction.atomic
def send_results(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    year: int,
    term: int,
    class_ids: Sequence[int],
    by_sms: bool,
    diacritics: bool,
) -> ResultsSent:
    """Gửi kết quả học kì of approved classes; who has read exactly this gets nothing again.

    Raises OutsidePlace for a class that is not the actor's, OrderRefused beyond the budget.
    """
    rows = sending_classes(actor, school_id, year, term, now, diacritics=diacritics, only=class_ids)
    if set(class_ids) - {one.id for one in rows}:
        raise OutsidePlace(school_id)
    ready = [one for one in rows if not one.why_not]
    operation = Operation(Author(actor.account_id, actor.name), now, uuid.uuid4())
    for one in ready:
        _send_class(operation, now, one, term, by_sms=by_sms, diacritics=diacritics)
    left_out = tuple(one.name for one in rows if one.why_not)
    return ResultsSent(len(ready), sum(len(one.due) for one in ready), left_out)


def _send_class(
    operation: Operation,
    now: datetime,
    one: SendingClass,
    term: int,
    *,
    by_sms: bool,
    diacritics: bool,
) -> None:
    policy = family_policy(one.school_id, vietnam_day(now))
    free = tuple(channel for channel in policy.channels if channel not in PAID)
    due = one.due
    post_to_family(
        operation=operation,
        now=now,
        key=series_of(one.id, term) + _digest(due),
        kind=KIND,
        title=f"Kết quả {SPOKEN_TERMS[term]} năm học {one.year}-{one.year + 1}",
        texts={line.student_id: line.text for line in due},
        short_texts={line.student_id: line.short for line in due},
        school_id=one.school_id,
        province_id=one.province_id,
        channels=(*free, "sms") if by_sms else free,
        diacritics=diacritics,
    )


def _digest(due: Sequence[TextLine]) -> str:
    """The same results to the same families are the same posting."""
    told = "\n".join(f"{one.student_id} {one.text}" for one in due)
    return hashlib.sha256(told.encode()).hexdigest()[:32]
