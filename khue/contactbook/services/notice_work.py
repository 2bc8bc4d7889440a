"""What every act on notices shares: refusals, and who does it when."""

from __future__ import annotations

import uuid
from datetime import datetime

from khue.access.api import Actor
from khue.contactbook.models import Notice
from khue.ledger.api import Author, Change, Operation


class NoticeRefused(Exception):
    """An act that cannot be done; the sentence says why and what to do."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


def operation_of(actor: Actor, now: datetime) -> Operation:
    return Operation(Author(actor.account_id, actor.name), now, uuid.uuid4())


def change_of(
    notice: Notice, action: str, label: str, *, new: object = None, reason: str = ""
) -> Change:
    """An entry of the ledger about a notice; its words stay out of it."""
    return Change(
        subject=f"notice:{notice.pk}",
        action=action,
        label=label[:200],
        new=new,
        reason=reason,
        school_id=notice.school_id,
        province_id=notice.province_id,
    )
