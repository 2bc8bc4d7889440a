"""Teachers who save without end, and remember what was acknowledged; then everything is counted."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import psycopg

from benchmarks.load import headers_of
from benchmarks.province.verdict import Verdict

TERM, SLOT = 1, "tx1"
AGAIN = 0.2
Cell = dict[str, Any]
# What the ledger tells of these saves, in its own order; and the mark that stands now.
TOLD = """
select operation::text, old, new from ledger_entry where operation = any(%s::uuid[]) order by id
"""
STANDS = """
select class_subject_id, student_id, tx1 from gradebook_markrow
where term = %s and class_subject_id = any(%s)
"""


@dataclass(frozen=True)
class Save:
    """One mark in tenths put in place of another, under its operation; when it was acknowledged."""

    at: float
    operation: str
    book: int
    student: int
    old: int | None
    new: int


@dataclass
class Log:
    """What the server acknowledged, when, and how often it could not be asked and what it said."""

    acknowledged: list[Save] = field(default_factory=list)
    doubtful: list[Save] = field(default_factory=list)
    """Under way when the work was over: may stand or not."""
    refused: list[str] = field(default_factory=list)
    failures: int = 0
    said: Counter[str] = field(default_factory=Counter)

    @property
    def last(self) -> float:
        return self.acknowledged[-1].at if self.acknowledged else 0.0

    def answered(self, begun: float) -> int:
        """How many were acknowledged since then."""
        return sum(one.at >= begun for one in list(self.acknowledged))

    def longest_silence(self, begun: float, ended: float) -> float:
        """Seconds within this time in which nothing at all was acknowledged."""
        times = [one.at for one in self.acknowledged if begun <= one.at <= ended]
        return max(after - before for before, after in pairwise([begun, *times, ended]))


class Writer(threading.Thread):
    """One teacher: a cell gets one mark after another; a failed save is sent again as it was."""

    def __init__(self, port: int, session: str, cell: Cell, log: Log) -> None:
        super().__init__(daemon=True)
        self.port, self.cell, self.log = port, cell, log
        self.headers = {**headers_of(session), "Accept-Encoding": "identity"}
        self.stopped = threading.Event()

    def run(self) -> None:
        base: int | None = None
        while not self.stopped.is_set():
            tenths = 40 + ((base or 40) - 39) % 60
            self.save(base, tenths)
            base = tenths
            time.sleep(AGAIN / 4)

    def save(self, base: int | None, tenths: int) -> None:
        """Until it is acknowledged or the work is over; always under the same operation id."""
        operation, text = str(uuid.uuid4()), f"{tenths // 10},{tenths % 10}"
        change = {"student": self.cell["student"], "slot": SLOT, "base": base, "text": text}
        body = json.dumps({"operation": operation, "changes": [change]})
        where = self.cell["book"], self.cell["student"]
        while not self.stopped.is_set():
            status, told = self.post(body)
            save = Save(time.monotonic(), operation, *where, base, tenths)
            if status == 200 and _stands(told, tenths):
                self.log.acknowledged.append(save)
                return
            if status == 200 or (400 <= status < 500 and status != 429):
                self.log.refused.append(f"{status} {told[:300]}")
                return
            self._failed(status, told)
            time.sleep(AGAIN)
        self.log.doubtful.append(save)

    def _failed(self, status: int, told: str) -> None:
        self.log.failures += 1
        self.log.said[f"{status} {_sentence(told)}"] += 1

    def post(self, body: str) -> tuple[int, str]:
        """The status of the answer and its text; 0 when there was none."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            path = f"/so-diem/{self.cell['book']}/{TERM}/luu/"
            line.request("POST", path, body.encode(), self.headers)
            answer = line.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException):
            return 0, ""
        else:
            return answer.status, told.decode(errors="replace")
        finally:
            line.close()


def _stands(told: str, tenths: int) -> bool:
    """Whether the answer says that this mark stands now."""
    cell = json.loads(told)["cells"][0]
    return cell["status"] in ("saved", "same") and cell["value"] == tenths


def _sentence(told: str) -> str:
    try:
        return str(json.loads(told)["error"])
    except (ValueError, KeyError, TypeError):
        return told[:60]


def cells_of(people: dict[str, Any], wanted: int) -> list[tuple[str, Cell]]:
    """A cell for each writer, all of different pupils, with the session of its teacher."""
    found = [
        (teacher["session"], {"book": teacher["books"][0]["id"], "student": student})
        for at in range(8)
        for teacher in people["teachers"]
        for student in teacher["books"][0]["pupils"][at : at + 1]
    ]
    return found[:wanted]


@contextmanager
def writing(port: int, cells: list[tuple[str, Cell]]) -> Iterator[Log]:
    """All of them at work."""
    log = Log()
    writers = [Writer(port, session, cell, log) for session, cell in cells]
    for one in writers:
        one.start()
    try:
        yield log
    finally:
        for one in writers:
            one.stopped.set()
        for one in writers:
            one.join(15)


def count_saves(database_url: str, log: Log, verdict: Verdict) -> None:
    """Look for every acknowledged save, and say how many there were."""
    cells = len({(one.book, one.student) for one in log.acknowledged})
    told = (
        f"{len(log.acknowledged):,} saves acknowledged in {cells} cells, looked for in ledger and"
        f" book ({log.failures:,} asked in vain, {len(log.doubtful)} under way at the end)"
    )
    verdict.count(told, [*wrong_in_the_books(database_url, log), *log.refused])


def wrong_in_the_books(database_url: str, log: Log) -> list[str]:
    """What does not stand as it was acknowledged: every save once, in order, the last one last.

    For each cell the ledger must tell its acknowledged saves once each in the order in which they
    were acknowledged, each old value must be the new one of the entry before, and the mark that
    stands must be that of the last entry.
    """
    with psycopg.connect(database_url) as session:
        asked = [one.operation for one in [*log.acknowledged, *log.doubtful]]
        entries = session.execute(TOLD, [asked]).fetchall()
        books = list({one.book for one in log.acknowledged})
        rows = session.execute(STANDS, [TERM, books]).fetchall()
    stands = {(book, student): mark for book, student, mark in rows}
    return list(_compared(log, entries, stands))


def _compared(
    log: Log, entries: list[tuple[str, Any, Any]], stands: dict[tuple[int, int], int | None]
) -> Iterator[str]:
    saves = {one.operation: one for one in [*log.acknowledged, *log.doubtful]}
    told: dict[tuple[int, int], list[tuple[str, Any, Any]]] = defaultdict(list)
    for entry in entries:
        told[saves[entry[0]].book, saves[entry[0]].student].append(entry)
    wanted: dict[tuple[int, int], list[Save]] = defaultdict(list)
    for save in log.acknowledged:
        wanted[save.book, save.student].append(save)
    for cell, acknowledged in wanted.items():
        yield from _wrong_in_cell(cell, acknowledged, told[cell], stands.get(cell), log.doubtful)


def _wrong_in_cell(
    cell: tuple[int, int],
    acknowledged: list[Save],
    told: list[tuple[str, Any, Any]],
    mark: int | None,
    doubtful: list[Save],
) -> Iterator[str]:
    open_ones = {one.operation for one in doubtful}
    order = [operation for operation, _, _ in told if operation not in open_ones]
    if order != [one.operation for one in acknowledged]:
        yield f"{cell}: {len(acknowledged)} saves acknowledged, {len(order)} told, or out of order"
    if any(after[1] != before[2] for before, after in pairwise(told)):
        yield f"{cell}: an old value in the ledger is not the new one before it"
    if told and (mark is None or told[-1][2] != f"{mark // 10},{mark % 10}"):
        yield f"{cell}: the mark that stands ({mark}) is not the last one told"
