"""A disk that is full under load, first for rows, then for the log of PostgreSQL.

The province of one school is copied onto a small file system of its own, and teachers save there.
Without room for rows PostgreSQL goes on and refuses; without room for its log it stops, and is
started again and again until there is room. Nothing else is done by hand.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

import psycopg

from benchmarks.measures import BenchmarkTrouble, empty_books, run_module
from benchmarks.province.disks import Disk, small_disk
from benchmarks.province.house import House, running_house
from benchmarks.province.standing import TUNED, province, wrong_figures
from benchmarks.province.verdict import Verdict
from benchmarks.province.writers import Cell, Log, cells_of, count_saves, writing
from kit.postgres import Cluster
from machinery.prepare import tell_step

WRITERS, CALM, FULL = 8, 3.0, 6.0
ROOM_MB = 160
NO_ROOM, AWAY = "Máy chủ đã hết chỗ lưu", "Máy chủ dữ liệu đang tạm ngắt"
LONGEST_LOG = 2_000
WRITE_LOG = "select pg_logical_emit_message(false, 'full', repeat('x', 1000000))"


@dataclass(frozen=True)
class Suffering:
    """The house on the small disk, and who works in it."""

    cluster: Cluster
    disk: Disk
    house: House
    log: Log


def suffer_full_disk() -> int:
    """Let both happen; return how much was wrong afterwards, or could not be counted."""
    verdict = Verdict()
    with _school_on_a_small_disk() as (cluster, disk, environment, cells):
        with running_house(cluster, environment, cluster.home.parent) as house:
            with writing(house.port, cells) as log:
                time.sleep(CALM)
                here = Suffering(cluster, disk, house, log)
                for name, sentence, act in _fillings(here):
                    verdict.attempt(name, partial(_full, name, sentence, here, act))
                    disk.make_room()
            time.sleep(1)
        verdict.attempt("saves", lambda: count_saves(cluster.url(), log, verdict))
        owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
        verdict.count("every stored figure, counted from scratch", wrong_figures(owner))
    return verdict.tell("A full disk")


def _fillings(here: Suffering) -> list[tuple[str, str, Callable[[], None]]]:
    return [
        ("the disk is full for rows", NO_ROOM, lambda: None),
        ("the disk is full for its log", AWAY, partial(_fill_log, here)),
    ]


@contextmanager
def _school_on_a_small_disk() -> Iterator[
    tuple[Cluster, Disk, dict[str, str], list[tuple[str, Cell]]]
]:
    with province(1) as standing:
        asked = ("benchmarks.province.people", str(WRITERS))
        cells = cells_of(run_module(*asked, environment=standing.owner), WRITERS)
        empty_books(standing.url, [cell["book"] for _, cell in cells])
        made, environment = standing.cluster, standing.environment
        rows = made.data
    used = sum(file.stat().st_size for file in rows.rglob("*") if file.is_file()) // 1_000_000
    with small_disk(used + ROOM_MB) as disk:
        home = disk.folder / "postgres"
        home.mkdir(mode=0o755)
        shutil.copy2(made.home / "password", home / "password")
        subprocess.run(["cp", "-a", str(rows), str(home / "data")], check=True)
        cluster = Cluster(home, settings=TUNED | {"max_wal_size": "96MB", "min_wal_size": "32MB"})
        tell_step(f"Start PostgreSQL on a disk of {used + ROOM_MB} MB", cluster.start)
        try:
            yield cluster, disk, {**environment, "DATABASE_URL": cluster.url()}, cells
        finally:
            disk.make_room()
            cluster.stop(at_once=True)


def _full(name: str, sentence: str, here: Suffering, act: Callable[[], None]) -> None:
    """No room for some seconds; then room, and wait until saves come again."""
    log, begun, starts = here.log, time.monotonic(), here.house.database.starts
    failures, told = log.failures, _told(log, sentence)
    here.disk.fill()
    act()
    _stay_full(here.disk)
    refused = _told(log, sentence) - told
    here.disk.make_room()
    free = time.monotonic()
    while log.last < free and time.monotonic() < free + 60:
        time.sleep(0.1)
    print(
        f"| {name}; {log.last - free:.1f} s after there was room again;"
        f" {refused} told “{sentence}”; PostgreSQL started"
        f" {here.house.database.starts - starts} times"
        f" | {log.longest_silence(begun, time.monotonic()):.1f} s"
        f" | {log.failures - failures} | {log.answered(begun)} |",
        flush=True,
    )
    if log.last < free or not refused:
        raise BenchmarkTrouble(f"{name}: nothing was told, or saves do not come again: {log.said}")


def _told(log: Log, sentence: str) -> int:
    """How often the server said why."""
    return sum(times for said, times in list(log.said.items()) if sentence in said)


def _stay_full(disk: Disk) -> None:
    """What is freed meanwhile is taken at once."""
    deadline = time.monotonic() + FULL
    while time.monotonic() < deadline:
        disk.fill()
        time.sleep(0.2)


def _fill_log(here: Suffering) -> None:
    """Write into the log until PostgreSQL stops."""
    starts, url = here.house.database.starts, here.cluster.url()
    with suppress(psycopg.OperationalError), psycopg.connect(url, autocommit=True) as session:
        for _ in range(LONGEST_LOG):
            session.execute(WRITE_LOG)
    deadline = time.monotonic() + CALM
    while here.house.database.starts == starts and time.monotonic() < deadline:
        time.sleep(0.1)
