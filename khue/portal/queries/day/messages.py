"""Gửi riêng cho tôi: signatures, notices and messages that wait for whoever signed in."""

from __future__ import annotations

from collections.abc import Iterator

from khue.access.api import Actor
from khue.portal.rules.due import Due, Urgency
from khue.signing.api import waiting_count


def letters_due(actor: Actor) -> Iterator[Due]:
    """What waits to be signed by this person."""
    waiting = waiting_count(actor)
    if waiting:
        yield Due(
            Urgency.WAITING,
            f"{waiting} bản chờ thầy cô ký số",
            "signing.inbox",
            note="Xem từng bản hoặc ký nhiều bản một lần",
            icon="pen",
            count=waiting,
        )
