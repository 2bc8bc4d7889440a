"""Giới hạn: how long a token lives, how often a program may ask, how much it gets at once."""

from __future__ import annotations

from datetime import datetime, timedelta

TOKEN_LASTS = timedelta(minutes=15)
TOKENS_A_MINUTE = 30
CALLS_A_MINUTE = 600
LEAST_CALLS, MOST_CALLS = 10, 6000
PAGE_SIZE, LARGEST_PAGE = 100, 1000
LARGEST_FIGURES = 100
LONGEST_CONNECTION = timedelta(days=366)
EXPORT_KEPT = timedelta(days=3)


def minute_of(now: datetime) -> int:
    """The minute in which calls are counted together."""
    return int(now.timestamp()) // 60


def seconds_left(now: datetime) -> int:
    """How long until the next minute begins: at least one second."""
    return 60 - int(now.timestamp()) % 60
