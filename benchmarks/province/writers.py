"""Teachers who save without end, and remember what was acknowledged."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import psycopg

from benchmarks.load import headers_of

TERM, SLOT = 1, "tx1"
AGAIN = 0.2
Cell = dict[str, Any]
TWICE_OR_NEVER = """
select given.operation, count(entry.id)
from unnest(%s::uuid[]) as given (operation)
left join ledger_entry entry on entry.operation = given.operation
group by given.operation having count(entry.id) <> 1
"""


@dataclass
class Log:
    """What the server acknowledged, when, and how often it could not be asked."""

    acknowledged: list[tuple[float, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    failures: int = 0

    def longest_silence(self, begun: float, ended: float) -> float:
        """Seconds within this time in which nothing at all was acknowledged."""
        times = [begun, *(at for at, _ in self.acknowledged if begun <= at <= ended), ended]
        return max(after - before for before, after in pairwise(times))


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
            self.save(base, f"{tenths // 10},{tenths % 10}")
            base = tenths
            time.sleep(AGAIN / 4)

    def save(self, base: int | None, text: str) -> None:
        """Until it is acknowledged or the work is over; always under the same operation id."""
        operation = str(uuid.uuid4())
        change = {"student": self.cell["student"], "slot": SLOT, "base": base, "text": text}
        body = json.dumps({"operation": operation, "changes": [change]})
        while not self.stopped.is_set():
            status, told = self.post(body)
            if status == 200:
                self.log.acknowledged.append((time.monotonic(), operation))
                return
            if 400 <= status < 500 and status != 429:
                self.log.refused.append(f"{status} {told[:160]}")
                return
            self.log.failures += 1
            time.sleep(AGAIN)

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


def cells_of(people: dict[str, Any], wanted: int) -> list[tuple[str, Cell]]:
    """A cell for each writer, all of different pupils, with the session of its teacher."""
    found = [
        (teacher["session"], {"book": teacher["books"][0]["id"], "student": student})
        for teacher in people["teachers"]
        for student in teacher["books"][0]["pupils"][:2]
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


def lost_or_doubled(database_url: str, log: Log) -> list[tuple[str, int]]:
    """Acknowledged operations that do not stand in the ledger exactly once."""
    with psycopg.connect(database_url) as session:
        asked = [operation for _, operation in log.acknowledged]
        return session.execute(TWICE_OR_NEVER, [asked]).fetchall()
