"""What is measured: rounds of the page and of saves, with the time of the processors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg

from machinery.surroundings import ROOT

TERMS = (1, 2)
SLOTS = ["tx1", "tx2", "tx3", "tx4", "tx5", "tx6", "gk", "ck"]
Request = tuple[str, str, str]


class BenchmarkTrouble(Exception):
    """A measurement could not be taken; the text says why."""


def until(what: str, holds: Callable[[], bool], patience: float = 120.0) -> None:
    """Wait for something; BenchmarkTrouble where it does not come."""
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            raise BenchmarkTrouble(f"waited {patience:.0f} s in vain: {what}")
        time.sleep(0.2)


@dataclass(frozen=True)
class Round:
    """One round of requests: milliseconds at the middle and at the far end, requests a second.

    `web_cpu` and `database_cpu` are milliseconds of processor time for one request: they hardly
    move when something else keeps the machine busy. `client_share` is the load generator's part of
    one processor.
    """

    p50: float
    p99: float
    per_second: float
    web_cpu: float
    database_cpu: float
    client_share: float


@dataclass(frozen=True)
class Target:
    """Where the requests go, and the programs that answer them."""

    port: int
    web: int
    database: int


def run_module(module: str, *words: str, environment: Mapping[str, str], given: Any = None) -> Any:
    """Run a module of ours in its own process, hand it JSON and read JSON."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        check=False,
        cwd=ROOT,
        env=dict(environment),
        input=json.dumps(given),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-8:])
        raise BenchmarkTrouble(f"{module} {' '.join(words)} failed:\n{last}")
    return json.loads(done.stdout)


def measure(target: Target, people: list[dict[str, Any]]) -> Round:
    """Let these people ask at once and sum up; every answer must be 200."""
    plan = {"port": target.port, "people": people}
    before = processor_time(target.web), processor_time(target.database)
    taken = run_module("benchmarks.load", environment={"PATH": "/usr/bin:/bin"}, given=plan)
    after = processor_time(target.web), processor_time(target.database)
    if taken["troubles"]:
        raise BenchmarkTrouble("; ".join(sorted(set(taken["troubles"]))[:5]))
    times = taken["milliseconds"]
    cuts = quantiles(times, n=100, method="inclusive")
    web, database = (
        (ended - begun) * 1000 / len(times) for begun, ended in zip(before, after, strict=True)
    )
    per_second = len(times) / taken["seconds"]
    return Round(cuts[49], cuts[98], per_second, web, database, taken["own_share"])


def processor_time(leader: int) -> float:
    """The seconds of processor time that a program and its children have used so far."""
    total = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if leader in (int(file.parent.name), int(words[1])):
            total += sum(map(int, words[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def middle(rounds: list[Round]) -> Round:
    """The median of each number over the rounds."""
    names = [field.name for field in fields(Round)]
    return Round(*(median(getattr(one, name) for one in rounds) for name in names))


def page_path(book: int, term: int) -> str:
    return f"/so-diem/{book}/{term}/"


def reading(teacher: dict[str, Any], wanted: int) -> dict[str, Any]:
    """A teacher who opens her books one after another, each page as a browser asks for it."""
    pages = [page_path(book["id"], term) for book in teacher["books"] for term in TERMS]
    requests = [("GET", pages[at % len(pages)], "") for at in range(wanted)]
    return {"session": teacher["session"], "requests": requests}


def writing(teacher: dict[str, Any], wanted: int) -> dict[str, Any]:
    """A teacher who types one empty column after another: 45 cells in one save."""
    return _saves(teacher, _columns(teacher), wanted)


def typing(teacher: dict[str, Any], wanted: int) -> dict[str, Any]:
    """A teacher whose page saves each cell as she leaves it."""
    return _saves(teacher, _cells(teacher), wanted)


def pasting(teacher: dict[str, Any], wanted: int) -> dict[str, Any]:
    """A teacher who pastes whole sheets: 45 pupils × 8 columns in one save."""
    return _saves(teacher, _sheets(teacher), wanted)


def _saves(teacher: dict[str, Any], saves: Iterator[Request], wanted: int) -> dict[str, Any]:
    requests = list(islice(saves, wanted))
    if len(requests) < wanted:
        raise BenchmarkTrouble(f"{wanted} saves are wanted, the teacher has {len(requests)}")
    return {"session": teacher["session"], "requests": requests}


def _columns(teacher: dict[str, Any]) -> Iterator[Request]:
    for book, term in _terms(teacher):
        for slot in SLOTS:
            yield _save(book, term, [(one, slot) for one in book["pupils"]])


def _cells(teacher: dict[str, Any]) -> Iterator[Request]:
    for book, term in _terms(teacher):
        for one in book["pupils"]:
            yield _save(book, term, [(one, SLOTS[0])])


def _sheets(teacher: dict[str, Any]) -> Iterator[Request]:
    for book, term in _terms(teacher):
        yield _save(book, term, [(one, slot) for one in book["pupils"] for slot in SLOTS])


def _terms(teacher: dict[str, Any]) -> Iterator[tuple[dict[str, Any], int]]:
    return ((book, term) for book in teacher["books"] for term in TERMS)


def _save(book: dict[str, Any], term: int, cells: list[tuple[int, str]]) -> Request:
    changes = [
        {"student": one, "slot": slot, "base": None, "text": _mark(one, slot)}
        for one, slot in cells
    ]
    body = json.dumps({"operation": str(uuid.uuid4()), "changes": changes})
    return ("POST", page_path(book["id"], term) + "luu/", body)


def _mark(pupil: int, slot: str) -> str:
    tenths = 50 + (pupil * 7 + len(slot) * 13) % 50
    return f"{tenths // 10},{tenths % 10}"


def empty_books(database_url: str, books: list[int]) -> None:
    """Take all marks out of these books, so that each save of a round is a first entry."""
    nothing = ", ".join(f"{slot} = null" for slot in [*SLOTS, "average"])
    with psycopg.connect(database_url) as session:
        session.execute(
            f"update gradebook_markrow set {nothing} where class_subject_id = any(%s)", [books]
        )
    with psycopg.connect(database_url, autocommit=True) as session:
        session.execute("vacuum analyze gradebook_markrow")


def settle(database_url: str) -> None:
    """Let the planner know the tables, as autovacuum does in the minutes after a big load."""
    with psycopg.connect(database_url, autocommit=True) as session:
        session.execute("vacuum analyze")
