"""Mã đăng nhập gửi qua tin nhắn: how long a code holds, and how often one may be asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

DIGITS = 6
LASTS = timedelta(minutes=5)
TRIES = 5
AGAIN_AFTER = timedelta(seconds=60)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_AN_HOUR, MOST_A_DAY = 5, 10
# Phones of one network often share one address, so an address is given more room.
MOST_FROM_ADDRESS = 120
CHOOSE_WITHIN = timedelta(minutes=5)


def wait_for_phone(asked: Sequence[datetime], now: datetime) -> timedelta:
    """How long until one more code may go to this phone."""
    waits = [
        _until_fewer(asked, 1, AGAIN_AFTER, now),
        _until_fewer(asked, MOST_AN_HOUR, HOUR, now),
        _until_fewer(asked, MOST_A_DAY, DAY, now),
    ]
    return max(waits)


def wait_for_address(asked: Sequence[datetime], now: datetime) -> timedelta:
    """How long until one more code may be asked for from this address."""
    return _until_fewer(asked, MOST_FROM_ADDRESS, HOUR, now)


def _until_fewer(
    asked: Sequence[datetime], most: int, within: timedelta, now: datetime
) -> timedelta:
    counted = sorted((at for at in asked if now - at < within), reverse=True)
    if len(counted) < most:
        return timedelta()
    return max(counted[most - 1] + within - now, timedelta())


def read_entry_code(typed: str) -> str:
    """The digits of a code as typed, with or without spaces."""
    return re.sub(r"\D", "", typed)[: DIGITS + 1]


def masked(phone: str) -> str:
    """0912 ••• 678: what the person at the page just typed, and no more on a screen."""
    return f"{phone[:4]} ••• {phone[-3:]}"
