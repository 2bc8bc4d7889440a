"""Run the worker that does the long jobs, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from khue.background.services.clock import ClockWatch
from khue.background.services.pulse import stopping
from khue.background.services.tasks import rescue_tasks

log = logging.getLogger("khue.background")
PAUSE_SECONDS = 2.0
GRACE_SECONDS = 20.0


class Command(BaseCommand):
    """`manage.py work`: a worker that outlives a restart of the database."""

    help = "Chạy tiến trình làm các việc nền (nhập tệp lớn, lịch hằng ngày)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="số việc làm cùng lúc")
        parser.add_argument(
            "--until-idle", action="store_true", help="làm hết việc đang chờ rồi thoát"
        )

    def handle(self, *args: Any, concurrency: int, until_idle: bool, **options: Any) -> None:
        _listen_for_the_end()
        while not stopping.is_set():
            try:
                rescue_tasks(now=timezone.now())
                connection.close()
                asyncio.run(_work(concurrency, wait=not until_idle))
                if until_idle:
                    return
            except (DatabaseError, ConnectorException, psycopg.Error, OSError) as trouble:
                log.warning("the worker lost the database and tries again: %s", trouble)
                connection.close()
            stopping.wait(PAUSE_SECONDS)


def _listen_for_the_end() -> None:
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stopping.set())


async def _work(concurrency: int, *, wait: bool) -> None:
    """Work on a copy of the app: what a task itself orders still goes through its own session."""
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        running = asyncio.create_task(
            worker_app.run_worker_async(
                concurrency=concurrency,
                wait=wait,
                install_signal_handlers=False,
                shutdown_graceful_timeout=GRACE_SECONDS,
                update_heartbeat_interval=5.0,
                fetch_job_polling_interval=2.0,
            )
        )
        await _until_stopped(running)


async def _until_stopped(running: asyncio.Task[None]) -> None:
    """Until told to stop, or the clock was set back.

    The queue remembers up to when it gave out the jobs of every minute: after the clock was set
    back it would give out none until that time came again, so the worker begins anew.
    """
    clock, set_back = ClockWatch(), False
    while not (running.done() or stopping.is_set() or set_back):
        await asyncio.wait([running], timeout=0.3)
        set_back = clock.was_set_back()
    if not running.done():
        running.cancel()
    if set_back:
        log.warning("the clock of the machine was set back: the worker begins anew")
    await asyncio.gather(running, return_exceptions=set_back or stopping.is_set())
