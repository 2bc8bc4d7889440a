"""What every act of this context shares."""

from __future__ import annotations

from datetime import datetime

from khue.access.api import Actor
from khue.ledger.api import Author, Change, Operation, append_changes


class OversightRefused(Exception):
    """An act that cannot be done; the sentence says why and what to do."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


def tell_ledger(
    actor: Actor, now: datetime, subject: str, action: str, label: str, new: object, path: str
) -> None:
    """One line of history about a place."""
    ids = [int(one) for one in path.strip("/").split("/")]
    province = ids[1] if len(ids) > 1 else None
    operation = Operation(Author(actor.account_id, actor.name), now)
    change = Change(
        subject=subject, action=action, label=label[:200], new=new, province_id=province
    )
    append_changes(operation, [change])
