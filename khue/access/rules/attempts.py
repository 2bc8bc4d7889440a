"""Giới hạn đăng nhập: how long a guesser waits, by login name and by address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Patience:
    """So many mistakes are free; each one after that doubles the wait, up to the longest."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    remembered: timedelta
    doubles_every: int = 1


# A class that signs in together shares one address, so an address is given more room.
BY_LOGIN = Patience(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=24))
BY_ADDRESS = Patience(60, timedelta(seconds=10), timedelta(minutes=15), timedelta(hours=1), 10)


def wait_left(failures: Sequence[datetime], patience: Patience, now: datetime) -> timedelta:
    """How long the next attempt must still wait, given the failures since the last success."""
    counted = sorted(at for at in failures if now - at < patience.remembered)
    beyond = len(counted) - patience.free
    if beyond < 0:
        return timedelta()
    doublings = min(beyond // patience.doubles_every, 20)
    wait: timedelta = min(patience.first_wait * 2**doublings, patience.longest_wait)
    left: timedelta = counted[-1] + wait - now
    return max(left, timedelta())


def describe_wait(wait: timedelta) -> str:
    """The wait in words, never shorter than it is: "45 giây", "2 phút"."""
    seconds = -(-wait // timedelta(seconds=1))
    return f"{seconds} giây" if seconds < 60 else f"{-(-seconds // 60)} phút"
