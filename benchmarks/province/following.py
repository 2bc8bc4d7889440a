"""How soon a change of one school stands on the department's page.

`python -m benchmarks.province.following [--schools 675] [--times 40] [--writers 0]` starts the web
server and the follower of the figures on the synthetic province and changes something again and
again: a mark is taken away and typed again, a class's attendance is saved with one absentee and
with two, a pupil's ethnic group is corrected and corrected back. Each time it takes how long after
the answer to the save the department's number was counted, and when a page of the department that
was asked for after that had come and showed it. `--writers` lets so many teachers save marks in
other classes meanwhile. It fails when a number is not counted in time at the far end (p95), when
a page shows another number, or when a number is never counted.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

import psycopg

from benchmarks.__main__ import site
from benchmarks.load import headers_of
from benchmarks.measures import BenchmarkTrouble, run_module
from benchmarks.province.corrections import Corrections, corrections
from benchmarks.province.standing import WHOLE, Province, province
from benchmarks.province.writers import cells_of, writing
from kit.numbers import print_integer
from kit.processes import end
from machinery.site import start_follower

GOAL = 1.0
CAST, CALM, PATIENCE, LOOK_AGAIN = 60, 3.0, 30.0, 0.005
COUNTED = """
select coalesce((counts ->> %(key)s)::int, 0), %(key)s = any(hidden) from statistics_figure
where kind = 'province' and theme = %(theme)s
  and year = (select max(year) from statistics_figure)
"""
WAITS = """
select exists (select from ledger_batch where position is null)
  or exists (select from statistics_touched)
  or (select position from statistics_follower) < (select max(position) from ledger_batch)
  or exists (select from statistics_follower where sweeping_from is not null)
"""
VERSION = re.compile(r'name="version" value="(\d+)"')
PUPIL = re.compile(r'name="k(\d+)"')
WITHHELD = "ẩn"
Session = psycopg.Connection[Any]


@dataclass(frozen=True)
class Change:
    """What is done again and again, which number of the department it moves, and where to look.

    `act` is told how often it was done and returns by how much the number moves.
    """

    name: str
    theme: str
    key: str
    page: str
    act: Callable[[int], int]


@dataclass
class Taken:
    """Seconds after the answer to each save."""

    counted: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Person:
    """Somebody at a browser."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.headers = port, {**headers_of(session), "Accept-Encoding": "identity"}

    def ask(self, method: str, path: str, body: str = "", kind: str = "") -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {**self.headers, **({"Content-Type": kind} if kind else {})}
            line.request(method, path, body.encode() or None, headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            line.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=WHOLE)
    parser.add_argument("--times", type=int, default=40, help="of each change")
    parser.add_argument("--writers", type=int, default=0, help="teachers who save meanwhile")
    asked = parser.parse_args()
    try:
        with province(asked.schools) as standing:
            taken = dict(_followed(standing, asked.times, asked.writers))
    except BenchmarkTrouble as trouble:
        sys.exit(f"\n  {trouble}")
    sys.exit(1 if any(_is_bad(one) for one in taken.values()) else 0)


def _followed(standing: Province, times: int, writers: int) -> Iterator[tuple[str, Taken]]:
    people = run_module("benchmarks.province.people", str(CAST), environment=standing.owner)
    with ExitStack() as house:
        figures = start_follower(standing.environment, standing.folder / "figures.log")
        house.callback(end, figures)
        folder, leader = standing.folder, standing.cluster.pid or 0
        port = house.enter_context(site(standing.environment, folder, leader)).port
        mending = house.enter_context(corrections(standing.owner))
        watch = house.enter_context(psycopg.connect(standing.url, autocommit=True))
        _until_counted(watch)
        cells = cells_of({"teachers": people["teachers"][:-1]}, writers)
        house.enter_context(writing(port, cells) if writers else nullcontext())
        time.sleep(CALM)
        officer, place = Person(port, people["officers"][0]["session"]), people["officers"][0]
        print(f"\n{standing.made.schools} schools, {writers} others save meanwhile")
        print("| | times | counted p50 | p95 | most | on the page p50 | p95 | most | wrong |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
        for change in _changes(port, people, f"/so-lieu/{place['place']}/", mending):
            taken = _take(change, times, watch, officer)
            _print(change.name, taken)
            yield change.name, taken


def _changes(
    port: int, people: dict[str, Any], page: str, mending: Corrections
) -> Iterator[Change]:
    teacher, homeroom = people["teachers"][-1], people["homerooms"][-1]
    mark = MarkOnAndOff(Person(port, teacher["session"]), teacher["books"][0])
    yield Change("a mark", "entry", "entered.1", f"{page}?ky=1", mark.act)
    list_of = Absentees(Person(port, homeroom["session"]), homeroom["class"])
    yield Change("attendance of a class", "attendance", "absent", page, list_of.act)
    tab = f"{page}?muc=quy-mo"
    yield Change("a pupil's ethnic group", "enrolment", mending.key, tab, mending.act)


class MarkOnAndOff:
    """Takes a mark of term 1 away and types it again; at the end it stands as before."""

    def __init__(self, teacher: Person, book: dict[str, Any]) -> None:
        self.teacher, self.book = teacher, book["id"]
        self.pupil, self.mark = next(
            (pupil, mark)
            for pupil, mark in zip(book["pupils"], book["marks"], strict=True)
            if mark is not None
        )

    def act(self, turn: int) -> int:
        away = turn % 2 == 0
        text = "" if away else f"{self.mark // 10},{self.mark % 10}"
        base = self.mark if away else None
        change = {"student": self.pupil, "slot": "tx1", "base": base, "text": text}
        body = json.dumps({"operation": str(uuid.uuid4()), "changes": [change]})
        path = f"/so-diem/{self.book}/1/luu/"
        status, told = self.teacher.ask("POST", path, body, "application/json")
        if status != 200 or json.loads(told)["cells"][0]["status"] != "saved":
            raise BenchmarkTrouble(f"the mark was not saved: {status} {told[:200]}")
        return -1 if away else 1


class Absentees:
    """Saves the list of a class with two absent, then with one."""

    def __init__(self, homeroom: Person, school_class: int) -> None:
        self.homeroom, self.path = homeroom, f"/diem-danh/lop/{school_class}/"
        self.save(1)

    def save(self, absent: int) -> None:
        _, shown = self.homeroom.ask("GET", self.path)
        version, pupils = VERSION.search(shown), list(dict.fromkeys(PUPIL.findall(shown)))
        if not version or len(pupils) < absent:
            raise BenchmarkTrouble(f"{self.path} shows no list")
        sent = {"version": version[1], "reason": "Đo tốc độ"}
        sent |= {f"k{one}": "k" for one in pupils[:absent]}
        kind = "application/x-www-form-urlencoded"
        status, told = self.homeroom.ask("POST", self.path, urlencode(sent), kind)
        if status != 302:
            raise BenchmarkTrouble(f"the list was not saved: {status} {told[:200]}")

    def act(self, turn: int) -> int:
        more = turn % 2 == 0
        self.save(2 if more else 1)
        return 1 if more else -1


def _take(change: Change, times: int, watch: Session, officer: Person) -> Taken:
    taken = Taken()
    time.sleep(CALM)
    for turn in range(times - times % 2):
        wanted = _counted(watch, change)[0] + change.act(turn)
        saved = time.monotonic()
        if not _comes(watch, change, wanted):
            taken.wrong.append(f"{wanted} was not counted in {PATIENCE:.0f} s")
            break
        taken.counted.append(time.monotonic() - saved)
        status, shown = officer.ask("GET", change.page)
        taken.shown.append(time.monotonic() - saved)
        told = WITHHELD if _counted(watch, change)[1] else print_integer(wanted)
        if status != 200 or told not in shown:
            taken.wrong.append(f"{status}: the page does not show {told}")
    return taken


def _comes(watch: Session, change: Change, wanted: int) -> bool:
    """Whether the department's number becomes this one."""
    deadline = time.monotonic() + PATIENCE
    while _counted(watch, change)[0] != wanted:
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_AGAIN)
    return True


def _counted(watch: Session, change: Change) -> tuple[int, bool]:
    """The number that stands, and whether pages withhold it."""
    row = watch.execute(COUNTED, {"key": change.key, "theme": change.theme}).fetchone()
    return (int(row[0]), bool(row[1])) if row else (0, False)


def _until_counted(watch: Session) -> None:
    """The follower is where the ledger is, and has reckoned what it keeps."""
    deadline = time.monotonic() + 600
    while (row := watch.execute(WAITS).fetchone()) and row[0]:
        if time.monotonic() > deadline:
            raise BenchmarkTrouble("the follower does not come to the end of the ledger")
        time.sleep(0.5)
    time.sleep(3 * CALM)


def _far(times: list[float]) -> tuple[float, float, float]:
    """The middle, the far end and the most."""
    if len(times) < 2:
        return (PATIENCE,) * 3
    cuts = quantiles(times, n=20, method="inclusive")
    return cuts[9], cuts[18], max(times)


def _is_bad(taken: Taken) -> bool:
    return bool(taken.wrong) or _far(taken.counted)[1] > GOAL


def _print(name: str, taken: Taken) -> None:
    numbers = [*_far(taken.counted), *_far(taken.shown)]
    told = " | ".join(f"{one * 1000:,.0f} ms" for one in numbers)
    print(f"| {name} | {len(taken.counted)} | {told} | {len(taken.wrong)} |", flush=True)
    for line in taken.wrong[:5]:
        print(f"    {line}")


if __name__ == "__main__":
    main()
