"""Mã đăng nhập: a code that access wants on a phone goes out as an urgent SMS."""

from __future__ import annotations

from datetime import datetime, timedelta

from khue.ledger.api import Author, Operation
from khue.messaging.services.outbox import Outgoing, order_messages
from khue.messaging.services.providers import provider_of

LASTS = timedelta(minutes=5)
TEXT = "Khue: ma dang nhap la {code}, dung trong 5 phut. Khong dua ma nay cho bat ky ai."


def codes_have_a_way() -> bool:
    """Whether any provider brings SMS."""
    return provider_of("sms") is not None


def send_entry_code(*, intent: str, phone: str, code: str, now: datetime) -> None:
    """Order the message; by night too, and not after the code has expired."""
    letter = Outgoing(
        intent=intent,
        channel="sms",
        address=phone,
        text=TEXT.format(code=code),
        kind="entry_code",
        urgent=True,
        expires_at=now + LASTS,
    )
    operation = Operation(Author(None, "Hệ thống"), now)
    order_messages(operation=operation, now=now, title="Mã đăng nhập", outgoing=[letter])
