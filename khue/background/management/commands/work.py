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

from khue.background.services.pulse import stopping
from khue.background.services.tasks import rescue_tasks
from khue.background.services.workers import connector, make_worker

log = logging.getLogger("khue.background")
PAUSE_SECONDS = 2.0


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
    worker_app = app.with_connector(connector())
    async with worker_app.open_async():
        worker = make_worker(worker_app, concurrency=concurrency, wait=wait)
        running = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
        await _until_stopped(running)


async def _until_stopped(running: asyncio.Task[None]) -> None:
    while not (running.done() or stopping.is_set()):
        await asyncio.wait([running], timeout=0.3)
    if not running.done():
        running.cancel()
    await asyncio.gather(running, return_exceptions=stopping.is_set())
