"""Faults under load: nothing acknowledged is lost, and the house comes back by itself.

`python -m benchmarks.province.faults [--schools 100] [--without clock disk]`: twenty teachers save
without end and an office imports a long list, while the web server, the worker at its work, the
follower of the figures and PostgreSQL are killed (SIGKILL), all connections are taken, statements
that read everything storm the database, and the clock of every program is set two hours on and
back; then, on a small disk, the disk is full for rows and full for the log of PostgreSQL. What
died is started again as systemd does (Restart=always); nothing else is done by hand.

At the end it counts: every acknowledged save stands in the ledger exactly once and in its order,
the last one stands in the book, the list was taken in exactly once, every stored figure equals the
one counted from scratch. It fails otherwise. The clock needs the package faketime, the disk root.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.measures import BenchmarkTrouble, empty_books, run_module
from benchmarks.province.clocks import Clock, settable_clock
from benchmarks.province.full_disk import suffer_full_disk
from benchmarks.province.house import House, running_house
from benchmarks.province.newcomers import Newcomers, newcomers
from benchmarks.province.offices import Office
from benchmarks.province.standing import Province, province, wrong_figures
from benchmarks.province.verdict import Verdict
from benchmarks.province.writers import Log, cells_of, count_saves, writing
from machinery.prepare import tell_step
from machinery.site import manage

WRITERS, CALM, STORM, SLOW = 20, 4.0, 4.0, 12
JUMP, AFTER_A_JUMP = 7200, 4.0
LONG_AWAY, NEAR = 15 * 3600, 60.0
SEAL_PATIENCE = 80.0
SLOW_STATEMENT = (
    "select count(*) from gradebook_markrow a, gradebook_markrow b where a.version >= 0"
)
Fault = tuple[str, Callable[[], Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=100)
    parser.add_argument("--without", nargs="*", choices=["clock", "disk"], default=[])
    asked = parser.parse_args()
    bad = 0
    try:
        bad += _suffered(asked.schools, with_clock="clock" not in asked.without)
        if "disk" not in asked.without:
            bad += suffer_full_disk()
    except BenchmarkTrouble as trouble:
        sys.exit(f"\n  {trouble}")
    sys.exit(1 if bad else 0)


def _suffered(schools: int, *, with_clock: bool) -> int:
    """Let everything happen; return how much was wrong afterwards, or could not be counted."""
    verdict = Verdict()
    with ExitStack() as stack:
        clock = stack.enter_context(settable_clock()) if with_clock else None
        standing = stack.enter_context(province(schools, around=clock.around if clock else None))
        people = run_module("benchmarks.province.people", str(WRITERS), environment=standing.owner)
        cells = cells_of(people, WRITERS)
        empty_books(standing.url, [cell["book"] for _, cell in cells])
        folder = standing.folder
        with running_house(standing.cluster, standing.environment, folder) as house:
            log, guests = _under_load(standing, house, cells, clock, verdict)
            if clock:
                session = cells[0][0]
                verdict.attempt("sessions", lambda: _sessions(clock, house, session, verdict))
        _judge(standing, log, guests, verdict)
    return verdict.tell(f"Faults on {schools} schools")


def _under_load(
    standing: Province,
    house: House,
    cells: list[tuple[str, Any]],
    clock: Clock | None,
    verdict: Verdict,
) -> tuple[Log, Newcomers]:
    with (
        tempfile.TemporaryDirectory() as place,
        newcomers(standing, house, Path(place)) as guests,
        writing(house.port, cells) as log,
    ):
        time.sleep(CALM)
        print("\n| | silence | asked in vain | acknowledged |\n| --- | ---: | ---: | ---: |")
        for name, fault in _faults(standing, house, guests):
            verdict.attempt(name, partial(_suffer, name, fault, log))
        sealed = partial(_is_sealed_again, standing.url, verdict)
        verdict.attempt("sealing after PostgreSQL was killed", sealed)
        if clock:
            verdict.attempt("the clock", lambda: _set_the_clock(clock, standing.url, log))
            clock.set(0)
            verdict.attempt("sealing after the clock was set", sealed)
    return log, guests


def _faults(standing: Province, house: House, guests: Newcomers) -> list[Fault]:
    return [
        ("the web server is killed", house.web.kill),
        ("the worker is killed at its work", lambda: guests.when_at_work(house.worker.kill)),
        ("the follower of the figures is killed", house.figures.kill),
        ("PostgreSQL is killed", house.database.kill),
        ("all connections are taken", lambda: _take_connections(standing.url)),
        ("statements that read everything storm", lambda: _storm(standing.url)),
    ]


def _suffer(name: str, fault: Callable[[], Any], log: Log) -> None:
    begun, failures = time.monotonic(), log.failures
    fault()
    _until_saves_come(log, CALM)
    silence = log.longest_silence(begun, time.monotonic())
    vain = log.failures - failures
    print(f"| {name} | {silence:.1f} s | {vain} | {log.answered(begun)} |", flush=True)


def _until_saves_come(log: Log, calm: float) -> None:
    """Some calm, and then as long as nothing is acknowledged, at most a minute."""
    time.sleep(calm)
    deadline = time.monotonic() + 60
    while log.last < time.monotonic() - 1 and time.monotonic() < deadline:
        time.sleep(0.2)


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
    with suppress(psycopg.errors.QueryCanceled):
        session.execute(SLOW_STATEMENT)


def _set_the_clock(clock: Clock, url: str, log: Log) -> None:
    """Two hours on, back, two hours behind, back; what is written must show it."""
    for name, off in [("on", JUMP), ("back", 0), ("behind", -JUMP), ("forward again", 0)]:
        _suffer(f"the clock is set, two hours {name}", partial(clock.set, off), log)
        if abs(_written_at(url) - time.time() - off) > NEAR:
            raise BenchmarkTrouble("what is written does not show the clock that was set")


def _is_sealed_again(url: str, verdict: Verdict) -> None:
    """The jobs of every minute go on: what is written meanwhile comes under a seal."""
    seals, begun = _seals(url), time.monotonic()
    while _seals(url) == seals:
        if time.monotonic() > begun + SEAL_PATIENCE:
            raise BenchmarkTrouble(f"no seal in {SEAL_PATIENCE:.0f} s")
        time.sleep(0.5)
    told = f"the ledger is sealed again after {time.monotonic() - begun:.0f} s"
    print(f"  {told}", flush=True)
    verdict.count(told, [])


def _written_at(url: str) -> float:
    """When the newest entry of the ledger says that it was written."""
    with psycopg.connect(url) as session:
        row = session.execute("select at from ledger_entry order by id desc limit 1").fetchone()
    assert row
    return float(row[0].timestamp())


def _sessions(clock: Clock, house: House, session: str, verdict: Verdict) -> None:
    """After a long idle time the sign-in is asked for; a wrong clock ends no session for good."""
    found = []
    for off in (LONG_AWAY, 0):
        clock.set(off)
        found.append(Office(house.port, session, 0).ask("GET", "/")[0])
    told = f"a session 15 hours later: {found[0]}; when the clock is right again: {found[1]}"
    verdict.count(told, [] if found == [302, 200] else ["sessions do not keep to the clock"])


def _seals(url: str) -> int:
    with psycopg.connect(url) as session:
        row = session.execute("select count(*) from ledger_seal").fetchone()
    return int(row[0]) if row else 0


def _judge(standing: Province, log: Log, guests: Newcomers, verdict: Verdict) -> None:
    """Count everything, also after a part of the proof stopped early."""
    verdict.attempt("saves", lambda: count_saves(standing.url, log, verdict))
    told = f"{guests.rows} pupils imported in {guests.attempts} attempts, taken back afterwards"
    verdict.count(told, guests.wrong)
    verdict.attempt("the ledger", lambda: _count_seals(standing, verdict))
    verdict.count("every stored figure, counted from scratch", wrong_figures(standing.owner))


def _count_seals(standing: Province, verdict: Verdict) -> None:
    """Seal what is left, then recompute every seal of the ledger, those of a wrong clock too."""
    told: list[str] = []
    tell_step("Seal what is left", lambda: manage(standing.owner, "ledger", "seal"))
    tell_step("Audit the ledger", lambda: told.append(manage(standing.owner, "ledger", "audit")))
    verdict.count(f"ledger audit: {' '.join(told[0].split()[:10])}", [])


if __name__ == "__main__":
    main()
