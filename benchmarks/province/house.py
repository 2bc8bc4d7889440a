"""The house under faults: every program is started again after it died, as systemd does it."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kit.postgres import Cluster
from kit.postgres_programs import PostgresTrouble
from kit.processes import end, free_port
from machinery.site import start_follower, start_web, start_worker, wait_until_answers

STARTED_AGAIN = 1.0
Start = Callable[[], "subprocess.Popen[bytes]"]


@dataclass
class Kept:
    """A program that is started again a second after it died (Restart=always)."""

    name: str
    start: Start
    process: subprocess.Popen[bytes]
    over: threading.Event

    def watch(self) -> None:
        while not self.over.wait(0.1):
            if self.process.poll() is not None and not self.over.wait(STARTED_AGAIN):
                self.process = self.start()

    def kill(self) -> None:
        """Without warning, it and all it started."""
        os.killpg(self.process.pid, signal.SIGKILL)


@contextmanager
def kept(name: str, start: Start) -> Iterator[Kept]:
    one = Kept(name, start, start(), threading.Event())
    watcher = threading.Thread(target=one.watch, daemon=True)
    watcher.start()
    try:
        yield one
    finally:
        one.over.set()
        watcher.join()
        end(one.process)


@dataclass
class KeptDatabase:
    """PostgreSQL, started again until it stands: a full disk may refuse it many times."""

    cluster: Cluster
    over: threading.Event
    starts: int = 0
    """How often it was tried."""

    def watch(self) -> None:
        while not self.over.wait(0.1):
            if self.cluster.fell or self.cluster.pid is None:
                self._start_again()

    def _start_again(self) -> None:
        self.cluster.stop(at_once=True)
        if self.over.wait(STARTED_AGAIN):
            return
        self.starts += 1
        try:
            self.cluster.start()
        except PostgresTrouble:
            return

    def kill(self) -> None:
        """The server alone; its processes notice by themselves, as after a fault of its own."""
        assert self.cluster.pid
        os.kill(self.cluster.pid, signal.SIGKILL)


@contextmanager
def kept_database(cluster: Cluster) -> Iterator[KeptDatabase]:
    """The running server under a watch; it runs when this is left, whatever happened.

    A server dies with the thread that started it (kit.processes), so what the watch had started is
    started once more by the caller.
    """
    one = KeptDatabase(cluster, threading.Event())
    watcher = threading.Thread(target=one.watch, daemon=True)
    watcher.start()
    try:
        yield one
    finally:
        one.over.set()
        watcher.join()
        if one.starts:
            cluster.stop()
            cluster.start()


@dataclass(frozen=True)
class House:
    """Everything that runs, and where the web server answers."""

    port: int
    web: Kept
    worker: Kept
    figures: Kept
    database: KeptDatabase


@contextmanager
def running_house(cluster: Cluster, environment: dict[str, str], folder: Path) -> Iterator[House]:
    """Web server, worker, follower of the figures and PostgreSQL, each under a watch."""
    port = free_port()

    def part(name: str, start: Start) -> Kept:
        return house.enter_context(kept(name, start))

    with ExitStack() as house:
        log = folder / "faults-web.log"
        web = part("web", lambda: start_web(environment, port, log, workers=2))
        wait_until_answers(web.process, port, log)
        worker = part("worker", lambda: start_worker(environment, folder / "faults-worker.log"))
        figures = part(
            "figures", lambda: start_follower(environment, folder / "faults-figures.log")
        )
        database = house.enter_context(kept_database(cluster))
        yield House(port, web, worker, figures, database)
