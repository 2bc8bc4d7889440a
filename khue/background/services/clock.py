"""Đồng hồ máy chủ: notice that it was set back while a worker runs."""

from __future__ import annotations

import time
from collections.abc import Callable

NOTICED_SECONDS = 30.0
Seconds = Callable[[], float]


class ClockWatch:
    """Compares the clock of the machine with one that nobody can set."""

    def __init__(self, *, clock: Seconds = time.time, steady: Seconds = time.monotonic) -> None:
        self._clock, self._steady = clock, steady
        self._ahead = clock() - steady()

    def was_set_back(self) -> bool:
        """Whether it was set back by more than half a minute since the last question."""
        before, self._ahead = self._ahead, self._clock() - self._steady()
        return self._ahead < before - NOTICED_SECONDS
