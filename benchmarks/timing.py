"""What a piece of work inside a process costs: by the clock, and of the processors."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks.measures import processor_time


@dataclass(frozen=True)
class Cost:
    """Milliseconds of one run in the middle: by the clock, of this process, of the database.

    The system counts the database's processor time in hundredths of a second, so that of short
    work is the mean of many runs.
    """

    clock: float
    own: float
    database: float


def cost_of(
    work: Callable[[], object],
    *,
    rounds: int,
    database: int,
    prepare: Callable[[], object] = int,
    times: int = 1,
    warm: bool = True,
) -> Cost:
    """The middle of some rounds; what prepares a round is not counted.

    `times`: how often the work runs in a round. `warm`: whether a first round does not count.
    `database`: the number of the server's process.
    """
    taken = [_round(work, database, prepare, times) for _ in range(rounds + warm)][warm:]
    return Cost(*(median(one) / times for one in zip(*taken, strict=True)))


def _round(
    work: Callable[[], object], database: int, prepare: Callable[[], object], times: int
) -> tuple[float, float, float]:
    prepare()
    used, clock, own = processor_time(database), time.perf_counter(), time.process_time()
    for _ in range(times):
        work()
    return (
        (time.perf_counter() - clock) * 1000,
        (time.process_time() - own) * 1000,
        (processor_time(database) - used) * 1000,
    )
