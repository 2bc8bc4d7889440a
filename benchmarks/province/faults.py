"""Faults under load: nothing acknowledged is lost, and the house comes back by itself.

`python -m benchmarks.province.faults [--schools 100]`: twenty teachers save without end while the
web server, the worker, the follower of the figures and PostgreSQL are killed (SIGKILL), all
connections are taken, and statements that read everything storm the database. What runs is started
again as systemd does (Restart=always). At the end every acknowledged save is looked for in the
ledger: exactly once each; and every stored figure is counted from scratch. It fails otherwise.
A full disk is proven in the tests (`khue/intake/tests/test_full_disk.py`).
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg

from benchmarks.measures import empty_books, run_module
from benchmarks.province.standing import Province, province
from benchmarks.province.writers import Log, cells_of, lost_or_doubled, writing
from kit.processes import end, free_port
from machinery.prepare import tell_step
from machinery.site import manage, start_follower, start_web, start_worker, wait_until_answers

WRITERS, CALM, STORM, SLOW = 20, 6.0, 6.0, 12
STARTED_AGAIN = 1.0
SLOW_STATEMENT = (
    "select count(*) from gradebook_markrow a, gradebook_markrow b where a.version >= 0"
)
Start = Callable[[], "subprocess.Popen[bytes]"]


@dataclass
class Kept:
    """A program that is started again a second after it died, as systemd does it."""

    name: str
    start: Start
    process: subprocess.Popen[bytes]
    over: threading.Event

    def watch(self) -> None:
        while not self.over.wait(0.1):
            if self.process.poll() is not None:
                time.sleep(STARTED_AGAIN)
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=100)
    with province(parser.parse_args().schools) as standing:
        sys.exit(1 if _suffered(standing) else 0)


def _suffered(standing: Province) -> bool:
    people = run_module("benchmarks.province.people", str(WRITERS), environment=standing.owner)
    cells = cells_of(people, WRITERS)
    empty_books(standing.url, [cell["book"] for _, cell in cells])
    port = free_port()
    with ExitStack() as house:
        web, worker, figures = _house(house, standing, port)
        faults: list[tuple[str, Callable[[], Any]]] = [
            ("the web server is killed", web.kill),
            ("the worker is killed", worker.kill),
            ("the follower of the figures is killed", figures.kill),
            ("PostgreSQL is killed", lambda: _kill_database(standing)),
            ("all connections are taken", lambda: _take_connections(standing.url)),
            ("statements that read everything storm", lambda: _storm(standing.url)),
        ]
        with writing(port, cells) as log:
            time.sleep(CALM)
            for name, fault in faults:
                _suffer(name, fault, log)
    return _judge(standing, log)


def _house(house: ExitStack, standing: Province, port: int) -> tuple[Kept, Kept, Kept]:
    folder, environment = standing.folder, standing.environment
    log = folder / "faults-web.log"
    web = house.enter_context(
        kept("web", lambda: start_web(environment, port, log, workers=2)),
    )
    wait_until_answers(web.process, port, log)
    worker = house.enter_context(
        kept("worker", lambda: start_worker(environment, folder / "faults-worker.log"))
    )
    figures = house.enter_context(
        kept("figures", lambda: start_follower(environment, folder / "faults-figures.log"))
    )
    return web, worker, figures


def _suffer(name: str, fault: Callable[[], Any], log: Log) -> None:
    begun, failures = time.monotonic(), log.failures
    fault()
    time.sleep(CALM)
    deadline = time.monotonic() + 60
    while log.acknowledged[-1][0] < time.monotonic() - 1 and time.monotonic() < deadline:
        time.sleep(0.2)
    silence = log.longest_silence(begun, time.monotonic())
    vain = log.failures - failures
    print(f"  {name:<42} {vain:>5} asked in vain, {silence:>5.1f} s of silence", flush=True)


def _kill_database(standing: Province) -> None:
    """The server at once, as by a power cut of its own; then started again."""
    assert standing.cluster.pid
    os.kill(standing.cluster.pid, signal.SIGKILL)
    standing.cluster.stop()
    time.sleep(STARTED_AGAIN)
    standing.cluster.start()


def _take_connections(url: str) -> None:
    """As many as the server gives, for a while."""
    with ExitStack() as held:
        with suppress(psycopg.OperationalError):
            while True:
                held.callback(psycopg.connect(url).close)
        time.sleep(STORM)


def _storm(url: str) -> None:
    sessions = [psycopg.connect(url, autocommit=True) for _ in range(SLOW)]
    threads = [threading.Thread(target=_slow, args=(one,), daemon=True) for one in sessions]
    for one in threads:
        one.start()
    time.sleep(STORM)
    for session in sessions:
        session.cancel_safe()
    for thread in threads:
        thread.join()
    for session in sessions:
        session.close()


def _slow(session: psycopg.Connection[Any]) -> None:
    try:
        session.execute(SLOW_STATEMENT)
    except psycopg.errors.QueryCanceled:
        return


def _judge(standing: Province, log: Log) -> bool:
    wrong = lost_or_doubled(standing.url, log)
    print(
        f"  {len(log.acknowledged):,} saves acknowledged, {log.failures:,} asked in vain,"
        f" {len(log.refused)} refused; {len(wrong)} not exactly once in the ledger"
    )
    for one, times in Counter([*map(str, wrong), *log.refused]).most_common(10):
        print(f"    {times} × {one}")
    tell_step(
        "Count all figures from scratch",
        lambda: manage(standing.owner, "recompute_figures", "--check"),
    )
    return bool(wrong or log.refused)


if __name__ == "__main__":
    main()
