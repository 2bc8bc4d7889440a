"""Việc theo giờ: the jobs of every minute and night are given out by a clock that anybody may set.

Once a second the worker looks whether another minute has begun, later or earlier than the one
before, and gives out what is due in it and what was missed since. No time that was remembered is
ever waited for. The queue gives out each job once for each minute, however many workers ask.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.periodic import PeriodicTask
from procrastinate.tasks import ConfigureTaskOptions

MINUTE = 60
LOOK_EVERY = 1.0
LATE = 600
"""Seconds that are caught up minute by minute after a worker, or its database, was away."""
AHEAD = 120
FORGET_TIMES_TO_COME = """
delete from procrastinate_periodic_defers where defer_timestamp > %(latest)s
"""
GIVEN = """
select task_name, periodic_id, max(defer_timestamp) as latest
from procrastinate_periodic_defers group by task_name, periodic_id
"""
Key = tuple[str, str]
Clock = Callable[[], float]
Periodic = PeriodicTask[Any, Any, Any]


class Minutes:
    """What a worker gave out and still has to; one for each start of a worker."""

    def __init__(self, app: App, *, clock: Clock = time.time) -> None:
        self._app, self._clock = app, clock
        self._minute: int | None = None
        self._given: dict[Key, int] = {}

    async def go_on(self) -> None:
        """For ever; trouble of the database ends it, and with it the worker, which begins anew."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Give out what is due if another minute has begun."""
        minute = int(self._clock() // MINUTE) * MINUTE
        if minute == self._minute:
            return
        await self._forget_times_to_come(minute)
        if self._minute is None:
            self._given = await self._given_before()
        for key, periodic in self._app.periodic_registry.periodic_tasks.items():
            for due in to_be_given(periodic, self._given.get(key), minute):
                await self._give(periodic, due)
            self._given[key] = last_due(periodic, minute)
        self._minute = minute

    async def _give(self, periodic: Periodic, due: int) -> None:
        """The database gives each of them out once; one that still waits is enough."""
        options: ConfigureTaskOptions = {
            **periodic.configure_kwargs,
            "task_kwargs": {"timestamp": due},
        }
        job = periodic.task.configure(**options).job
        try:
            await self._app.job_manager.defer_periodic_job(
                job=job, periodic_id=periodic.periodic_id, defer_timestamp=due
            )
        except AlreadyEnqueued:
            return

    async def _forget_times_to_come(self, minute: int) -> None:
        """What was given out while the clock was ahead shall be given out when its time comes."""
        await self._app.connector.execute_query_async(FORGET_TIMES_TO_COME, latest=minute + AHEAD)

    async def _given_before(self) -> dict[Key, int]:
        """What any worker gave out last, so that one that begins goes on from there."""
        rows = await self._app.connector.execute_query_all_async(GIVEN)
        return {(row["task_name"], row["periodic_id"]): row["latest"] for row in rows}


def to_be_given(periodic: Periodic, before: int | None, minute: int) -> list[int]:
    """The times of its schedule since the last one that was given out, oldest first.

    Of a long time without a worker only the last minutes, and of a night the last one. Just begun
    or after the clock was set back: the newest, unless it is long over; no night is repeated.
    """
    newest = last_due(periodic, minute)
    if before is None or newest < before:
        return [newest] if minute - newest <= LATE else []
    late = times_between(periodic, max(before, minute - LATE), minute)
    return late or ([newest] if newest > before else [])


def last_due(periodic: Periodic, minute: int) -> int:
    """The newest time of its schedule that is not after this minute, in seconds."""
    newest: float = periodic.croniter.get_prev(ret_type=float, start_time=minute + 1)
    return round(newest)


def times_between(periodic: Periodic, after: int, minute: int) -> list[int]:
    """The times of its schedule after the first moment, up to the second, in seconds."""
    found: list[int] = []
    while (due := round(periodic.croniter.get_next(ret_type=float, start_time=after))) <= minute:
        found.append(due)
        after = due
    return found
