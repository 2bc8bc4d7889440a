"""A bucket of tries for each address, in the memory of one process: so many at once, then slower.

Processes do not share it, so a site of four processes lets four times as many through; it stops
those who try codes by the thousand, not a class behind one address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

MOST_ADDRESSES = 50_000


@dataclass
class Patience:
    """`at_once` tries are free; after that one more every `every` seconds."""

    at_once: int
    every: float
    _held: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, address: str, *, now: float) -> float:
        """Take one try; the seconds to wait when none is left, else 0. `now` in seconds."""
        with self._lock:
            left, seen = self._held.get(address, (float(self.at_once), now))
            left = min(self.at_once, left + (now - seen) / self.every)
            if left < 1:
                return (1 - left) * self.every
            self._make_room()
            self._held[address] = (left - 1, now)
            return 0.0

    def forget(self) -> None:
        with self._lock:
            self._held.clear()

    def _make_room(self) -> None:
        """Forget the address that was seen first when there are too many."""
        if len(self._held) >= MOST_ADDRESSES:
            self._held.pop(next(iter(self._held)))
