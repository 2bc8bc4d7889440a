"""Việc theo giờ: the jobs of every minute and night are given out by a clock that anybody may set.

Once a second the worker looks whether another minute has begun, later or earlier than the one
before, and gives out what is due in it. What it remembers of earlier minutes only tells it what it
gave out already; no time that was remembered is ever waited for. The queue gives out each job once
for each minute, however many workers ask.
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
"""How long after its time a job of the night is still given out by a worker that just began."""
AHEAD = 120
FORGET_TIMES_TO_COME = """
delete from procrastinate_periodic_defers where defer_timestamp > %(latest)s
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
        for key, periodic in self._app.periodic_registry.periodic_tasks.items():
            due = last_due(periodic, minute)
            if self._is_to_be_given(key, due, minute):
                await self._give(periodic, due)
            self._given[key] = due
        self._minute = minute

    def _is_to_be_given(self, key: Key, due: int, minute: int) -> bool:
        """New, and either of just now or missed: a clock set back repeats no night."""
        before = self._given.get(key)
        missed = before is not None and due > before
        return due != before and (missed or minute - due <= LATE)

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


def last_due(periodic: Periodic, minute: int) -> int:
    """The newest time of its schedule that is not after this minute, in seconds."""
    newest: float = periodic.croniter.get_prev(ret_type=float, start_time=minute + 1)
    return round(newest)
