"""A long list of newcomers that an office imports while the house suffers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.measures import BenchmarkTrouble, run_module
from benchmarks.province.house import House
from benchmarks.province.offices import APPLIED, Office
from benchmarks.province.standing import Province

ROWS = 620
TASK = """
select task.state, task.attempts from intake_run run
join background_task task on task.public_id = run.task_id
where run.public_id::text = %s and run.state in ('applying', 'applied')
"""
LEFT_BEHIND = """
select '/lan-nhap/' || public_id || '/' from intake_run
where school_id = %s and kind = 'hoc-sinh' and file_name = %s and state = 'applied'
"""
FILE = "hoc-sinh.xlsx"
COUNTS = """
select (select count(*) from records_enrolment where school_id = %(school)s),
  (select count(*) from ledger_entry entry
   join intake_run run on entry.subject = 'import:' || run.id
   where run.public_id::text = %(run)s and entry.action = 'apply_import')
"""


class Newcomers:
    """One import from the upload to the end, and what came of it."""

    def __init__(self, standing: Province, port: int, sheet: dict[str, Any]) -> None:
        self.url, self.sheet, self.rows = standing.url, sheet, int(sheet["rows"])
        self.office = Office(port, sheet["session"], sheet["school"])
        self.attempts = 0
        self.wrong: list[str] = []
        self._address = ""
        self._before = 0

    def clear(self) -> None:
        """Take back what a proof that was stopped left behind."""
        with psycopg.connect(self.url) as session:
            left = session.execute(LEFT_BEHIND, [self.sheet["school"], FILE]).fetchall()
        for row in left:
            self.office.undo(row[0])
        self._before = self._counted()[0]

    def when_at_work(self, act: Callable[[], None]) -> None:
        """Upload, look, press the button; do this as soon as the worker writes the list."""
        content = Path(self.sheet["file"]).read_bytes()
        self._address = self.office.upload(FILE, content, self.sheet["year"])
        self.office.apply(self._address)
        deadline = time.monotonic() + 60
        while self._task()[0] != "running":
            if time.monotonic() > deadline:
                raise BenchmarkTrouble("the worker did not take the list up")
            time.sleep(0.02)
        act()

    def wait(self) -> None:
        """Until the list is taken in, by whatever worker; then count."""
        if not self._address:
            raise BenchmarkTrouble("it never began")
        self.office.wait_for(self._address, APPLIED)
        state, self.attempts = self._task()
        pupils, told = self._counted()
        if (state, pupils - self._before, told) != ("done", self.rows, 1):
            self.wrong.append(
                f"the import is {state}: {pupils - self._before} of {self.rows} pupils,"
                f" told {told} times"
            )

    def undo(self) -> None:
        """Take the list back, as the office may; nobody of it may stay."""
        self.office.undo(self._address)
        if self._counted()[0] != self._before:
            self.wrong.append("the import was undone, and somebody stayed")

    def _run(self) -> str:
        return self._address.strip("/").rpartition("/")[2]

    def _task(self) -> tuple[str, int]:
        with suppress(psycopg.OperationalError), psycopg.connect(self.url) as session:
            row = session.execute(TASK, [self._run()]).fetchone()
            return (str(row[0]), int(row[1])) if row else ("", 0)
        return "", 0

    def _counted(self) -> tuple[int, int]:
        with psycopg.connect(self.url) as session:
            asked = {"school": self.sheet["school"], "run": self._run()}
            row = session.execute(COUNTS, asked).fetchone()
        assert row
        return int(row[0]), int(row[1])


@contextmanager
def newcomers(standing: Province, house: House, folder: Path) -> Iterator[Newcomers]:
    """The list and who imports it; taken back at the end, so that the province stays as it was."""
    words = ("benchmarks.province.workbooks", "guests", str(folder), str(ROWS))
    made = run_module(*words, environment=standing.owner)
    guests = Newcomers(standing, house.port, made[0])
    guests.clear()
    yield guests
    try:
        guests.wait()
        guests.undo()
    except BenchmarkTrouble as trouble:
        guests.wrong.append(f"the import came to no end: {trouble}")
