"""Thử lại: how long to wait after trouble, and when to give up."""

from __future__ import annotations

from datetime import timedelta

MOST_ATTEMPTS = 6
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)
FOLLOW_EVERY = timedelta(minutes=5)
FARTHEST = timedelta(hours=2)
"""No wait is as long: a time further off was written by a clock that was ahead."""


def wait_after(attempt: int, asked: float | None = None) -> timedelta:
    """Double each time; never sooner than the gateway asks, never later than half an hour."""
    wanted = min(FIRST_WAIT * (1 << min(max(0, attempt - 1), 10)), LONGEST_WAIT)
    return max(wanted, timedelta(seconds=min(asked, 3600.0))) if asked else wanted


def gives_up(attempt: int) -> bool:
    return attempt >= MOST_ATTEMPTS
