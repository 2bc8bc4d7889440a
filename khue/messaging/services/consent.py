"""Đồng ý và từ chối nhận tin: told by the owner of a phone or mailbox, kept by a digest."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from khue.ledger.api import Change, Operation, append_changes
from khue.messaging.models import Address
from khue.messaging.services.sealing import digest_of_address

WORDS = {True: "đồng ý", False: "từ chối"}


def tell_consent(
    *, operation: Operation, now: datetime, channel: str, address: str, agreed: bool, kind: str = ""
) -> None:
    """Ghi đồng ý hoặc từ chối, for one kind of message or (kind "") for all; in force at once.

    Law: NĐ 91/2020/NĐ-CP
    """
    with transaction.atomic():
        row, _ = Address.objects.update_or_create(
            channel=channel,
            address_digest=digest_of_address(channel, address),
            kind=kind[:60],
            defaults={"agreed": agreed, "told_by": operation.author.name[:150], "told_at": now},
        )
        change = Change(
            subject=f"message_address:{row.pk}",
            action="consent",
            label=f"Nhận tin: {WORDS[agreed]}",
            new=agreed,
        )
        append_changes(operation, [change])
