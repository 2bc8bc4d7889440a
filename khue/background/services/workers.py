"""The worker of the queue, with what it takes to outlive its database and a clock that is set."""

from __future__ import annotations

from typing import Any

from django.db import close_old_connections
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.job_context import JobContext
from procrastinate.middleware import SyncCallNext
from procrastinate.worker import Worker
from psycopg import AsyncConnection

from khue.background.services.minutes import Minutes
from kit.silence import AsyncSession, names_several

GRACE_SECONDS = 20.0


class TimelyWorker(Worker):
    """Gives out the jobs of every minute itself, through the sessions of the queue.

    The queue's own way keeps a session in a thread that is never renewed, so that after a restart
    of the database nothing was given out any more, and it waits for times that it remembers.
    """

    async def _periodic_deferrer(self) -> None:
        await Minutes(self.app).go_on()


def with_living_sessions(call_next: SyncCallNext, context: JobContext, worker: Worker) -> Any:
    """A job does not begin with a session that was cut since the last one in its thread."""
    close_old_connections()
    return call_next()


def connector() -> PsycopgConnector:
    """The sessions of the queue; where the address names several servers they ask one that hangs.

    As the product's own do (kit.silence).
    """
    params = connector_params()
    kind = AsyncSession if names_several(params.get("host", ""), params) else AsyncConnection
    return PsycopgConnector(kwargs=params, connection_class=kind)


def make_worker(app: App, *, concurrency: int, wait: bool) -> TimelyWorker:
    """A worker of an opened app; who runs it handles the signals."""
    return TimelyWorker(
        app=app,
        concurrency=concurrency,
        wait=wait,
        install_signal_handlers=False,
        shutdown_graceful_timeout=GRACE_SECONDS,
        update_heartbeat_interval=5.0,
        fetch_job_polling_interval=2.0,
        task_middleware=[with_living_sessions],
    )
