"""Chống dò và xếp hàng: how many wrong guesses are let through, and whose turn it is.

Both are kept in the memory of one process: the more processes serve, the more guesses there are in
all, which the limits take into account. Times are seconds, handed in by the caller.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

MOST_KEPT = 200_000


@dataclass
class Buckets:
    """For each key so many wrong guesses at once, and one more every so many seconds."""

    at_once: int
    seconds_each: float
    _full_at: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, key: str, now: float) -> float:
        """Seconds until a guess is let through; 0 when it is at once."""
        owed = self._full_at.get(key, now) - now
        return max(0.0, owed - (self.at_once - 1) * self.seconds_each)

    def take(self, key: str, now: float) -> None:
        """Note a wrong guess."""
        with self._lock:
            self._full_at[key] = max(self._full_at.get(key, now), now) + self.seconds_each
            if len(self._full_at) > MOST_KEPT:
                self._forget(now)

    def _forget(self, now: float) -> None:
        """Drop those that are full again; in an attack from everywhere the older half too."""
        kept = {key: full for key, full in self._full_at.items() if full > now}
        if len(kept) > MOST_KEPT // 2:
            kept = dict(sorted(kept.items(), key=lambda one: one[1])[-MOST_KEPT // 2 :])
        self._full_at = kept


@lru_cache(maxsize=65_536)
def network_of(address: str) -> str:
    """Who is counted together: one IPv4 address, or the /64 that a line of IPv6 is given."""
    try:
        read = ip_address(address)
    except ValueError:
        return "?"
    if isinstance(read, IPv6Address) and read.ipv4_mapped is None:
        return str(int(read) >> 64)
    return str(getattr(read, "ipv4_mapped", None) or read)


@dataclass
class Places:
    """So many at the same moment, and no more."""

    most: int
    _taken: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self) -> bool:
        """Whether there was a place; whoever got one leaves again."""
        with self._lock:
            free = self._taken < self.most
            self._taken += free
        return free

    def leave(self) -> None:
        with self._lock:
            self._taken -= 1


@dataclass
class Turnstile:
    """Lets so many through a second; whoever comes too early is given a turn of her own.

    A turn that was given is kept free: who came later comes later.
    """

    per_second: float
    at_once: int
    longest_wait: float = 120.0
    _next: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def turn(self, now: float) -> float | None:
        """The moment at which this person may enter: now or later; None when the line is full."""
        with self._lock:
            free = max(self._next, now - self.at_once / self.per_second)
            if free - now > self.longest_wait:
                return None
            self._next = free + 1 / self.per_second
            return max(free, now)
