"""Keep the figures within a second of what is written, until told to stop."""

from __future__ import annotations

import gc
import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone

from khue.statistics.services.following import follow, follow_to_the_end
from khue.statistics.services.hiding import warm_up
from kit.fences import EVERYTHING, scoped

log = logging.getLogger("khue.statistics")
POLL_SECONDS = 0.05
PAUSE_SECONDS = 2.0


class Command(BaseCommand):
    """`manage.py follow_figures`: outlives a restart of the database; several may run at once."""

    help = "Cập nhật số liệu ngay sau mỗi thay đổi (chạy suốt cùng tiến trình nền)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--until-idle", action="store_true", help="cập nhật hết rồi thoát, không chạy suốt"
        )

    def handle(self, *args: Any, until_idle: bool, **options: Any) -> None:
        if until_idle:
            self.stdout.write(f"{follow_to_the_end(now=timezone.now())} bước")
            return
        stopping = threading.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stopping.set())
        prepared = False
        while not stopping.is_set():
            pause = pause_after_a_step()
            if pause == POLL_SECONDS and not prepared:
                prepared = prepare()
            stopping.wait(pause)


def prepare() -> bool:
    """Before the first change comes: what every change of a pupil's file reckons with.

    It stays for good, so the collector of garbage need not walk through it at every change: that
    took longer than to count.
    """
    try:
        with scoped(EVERYTHING):
            warm_up()
    except DatabaseError as trouble:
        log.warning("the follower of figures begins cold: %s", trouble)
        connection.close()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    return True


def pause_after_a_step() -> float:
    """Take a step; how long to wait for the next: not at all while work waits."""
    try:
        return POLL_SECONDS if follow(now=timezone.now()) is None else 0.0
    except DatabaseError as trouble:
        log.warning("the follower of figures tries again: %s", trouble)
        connection.close()
        return PAUSE_SECONDS
