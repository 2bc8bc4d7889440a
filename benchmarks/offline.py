"""Work without a line comes back: packs, a sync of 2,000 operations, 5,000 machines in ten minutes.

`python -m benchmarks.offline [--json FILE]` starts a PostgreSQL of its own with durable settings
and the web server as production runs it, builds the school of the other measurements and speaks
to it over HTTP as a machine does; a browser opens its page with no line. The line of a telephone
is arithmetic, said as such: the bytes that went over, at the rates of a 3G line, and one round
trip for each request.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import django

from benchmarks.__main__ import build, own_cluster, site, surroundings
from benchmarks.load import headers_of
from benchmarks.measures import (
    SLOTS,
    TERMS,
    BenchmarkTrouble,
    Target,
    empty_books,
    measure,
    processor_time,
    run_module,
)
from benchmarks.offline_start import cold_starts
from machinery.prepare import tell_step
from machinery.surroundings import ROOT

HOME = ROOT / "var" / "bench-offline"
OPERATIONS, AT_ONCE, CLASSES = 2_000, 400, 5
MACHINES, EACH, MINUTES = 5_000, 30, 10
SYNC, PREPARE = "/ngoai-tuyen/dong-bo/", "/ngoai-tuyen/may/chuan-bi/"
CHOICES, PACK = "/ngoai-tuyen/danh-muc.json", "/ngoai-tuyen/goi.json"
PASSWORD, STARTS = "muc-tim-giay-trang", 5
LINES = {"3G (1,6 Mbit/s down, 0,75 up, 150 ms)": (1_600_000, 750_000, 0.15)}
Told = dict[str, dict[str, float]]


@dataclass
class Line:
    """One kept connection of a signed-in teacher, and what went over it."""

    port: int
    session: str
    requests: int = 0
    sent: int = 0
    received: int = 0
    seconds: float = 0.0
    squeezed: bool = True
    open: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.open = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method: str, path: str, given: Any = None) -> Any:
        headers, body = headers_of(self.session), None
        if given is not None:
            body = json.dumps(given).encode()
            if self.squeezed:
                body, headers["Content-Encoding"] = gzip.compress(body, 6), "gzip"
        begun = time.perf_counter()
        self.open.request(method, path, body, headers)
        answer = self.open.getresponse()
        taken = answer.read()
        self.seconds += time.perf_counter() - begun
        self.requests, self.sent = self.requests + 1, self.sent + len(body or b"")
        self.received += len(taken)
        if answer.status != 200:
            raise BenchmarkTrouble(f"{method} {path}: {answer.status} {taken[:200]!r}")
        plain = answer.headers.get("Content-Encoding") != "gzip"
        return json.loads(taken if plain else gzip.decompress(taken))

    def on_a_line(self, down: int, up: int, trip: float) -> float:
        """Seconds on such a line: its bytes, its round trips, and the time of the server."""
        return self.sent * 8 / up + self.received * 8 / down + self.requests * trip + self.seconds

    def told(self) -> dict[str, float]:
        lines = {f"seconds on {name}": self.on_a_line(*one) for name, one in LINES.items()}
        return {
            "requests": self.requests,
            "kB up": self.sent / 1000,
            "kB down": self.received / 1000,
            "seconds here": self.seconds,
            **lines,
        }


def cells(teacher: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A mark for every cell of a teacher, book after book."""
    at = datetime.now(UTC).isoformat()
    for book in teacher["books"]:
        for term in TERMS:
            for pupil in book["pupils"]:
                for slot in SLOTS:
                    place = {"book": book["id"], "term": term, "strand": 0}
                    where = {**place, "student": pupil, "slot": slot}
                    value = f"{5 + pupil % 5},{len(slot)}"
                    yield {"kind": "mark", "place": where, "base": None, "value": value, "at": at}


def week(pack: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The days behind, as a machine that was away brings them: everybody away in every session of
    every class, each list said to be complete, a line of the diary for every subject and day."""
    absent = {"kind": "k", "minutes": None, "note": ""}
    for room in pack["classes"]:
        pupils = [one["id"] for one in room["pupils"] if not one["to"]]
        for day, session in _sessions(room, pack["today"]):
            at = f"{day}T07:30:00+07:00"
            place = {"class": room["id"], "day": day, "session": session, "period": 0}
            for pupil in (*pupils, 0):
                value = absent if pupil else None
                yield _act("attendance", {**place, "student": pupil}, None, value, at)
            for period, subject in enumerate(_taught(pack, room["id"]), start=1):
                line = {**place, "period": period, "subject": subject}
                yield _act("lesson", line, 0, {"title": "Luyện tập", "homework": "Bài 3"}, at)


def _act(kind: str, place: dict[str, Any], base: Any, value: Any, at: str) -> dict[str, Any]:
    return {"kind": kind, "place": place, "base": base, "value": value, "at": at}


def _sessions(room: dict[str, Any], today: str) -> Iterator[tuple[str, str]]:
    for one in room["days"]:
        if one["day"] <= today:
            yield from ((one["day"], session) for session in one["sessions"])


def _taught(pack: dict[str, Any], class_id: int) -> list[int]:
    return [one["id"] for one in pack["diary"]["subjects"] if one["class"] == class_id]


def body_of(account: int, device: str, operations: list[dict[str, Any]]) -> dict[str, Any]:
    numbered = [
        {"id": str(uuid.uuid4()), "seq": at, **one} for at, one in enumerate(operations, start=1)
    ]
    return {
        "schema": 1,
        "account": account,
        "device": device,
        "device_now": datetime.now(UTC).isoformat(),
        "operations": numbered,
    }


def prepared(line: Line) -> tuple[int, str]:
    """A machine of this teacher: her account, its id."""
    device = str(uuid.uuid4())
    answer = line.ask("POST", PREPARE, {"device": device, "name": "Máy đo"})
    return int(answer["account"]), device


def take_along(line: Line) -> dict[str, Any]:
    """Five classes: the choices, then one pack."""
    choices = line.ask("GET", CHOICES)
    classes = [one["id"] for one in choices["classes"]][:CLASSES]
    books = [one["id"] for one in choices["books"] if one["class"] in classes]
    asked = f"so={','.join(map(str, books))}&lop={','.join(map(str, classes))}"
    made: dict[str, Any] = line.ask("GET", f"{PACK}?{asked}")
    return made


def packs(line: Line, made: dict[str, Any]) -> dict[str, float]:
    plain = len(json.dumps(made, ensure_ascii=False).encode())
    counts = {"classes": len(made["classes"]), "grids": len(made["books"])}
    return {**counts, "kB unpacked": plain / 1000, **line.told()}


def long_sync(
    target: Target, teacher: dict[str, Any], waiting: list[dict[str, Any]], *, squeezed: bool
) -> dict[str, float]:
    """One machine that was away for long brings all of this."""
    account, device = prepared(Line(target.port, teacher["session"]))
    line = Line(target.port, teacher["session"], squeezed=squeezed)
    before = processor_time(target.web), processor_time(target.database)
    applied = 0
    for first in range(0, len(waiting), AT_ONCE):
        sent = body_of(account, device, waiting[first : first + AT_ONCE])
        answers = line.ask("POST", SYNC, sent)["answers"]
        applied += sum(one["status"] == "applied" for one in answers)
    if applied != len(waiting):
        raise BenchmarkTrouble(f"{applied} of {len(waiting)} were applied")
    after = processor_time(target.web), processor_time(target.database)
    web, database = (
        (ended - begun) * 1000 / len(waiting) for begun, ended in zip(before, after, strict=True)
    )
    each = {"web ms an operation": web, "database ms an operation": database}
    return {"operations": len(waiting), **line.told(), **each}


def come_back(target: Target, teachers: list[dict[str, Any]], each: int) -> dict[str, float]:
    """Many machines at once, each with 30 operations; what the whole province needs."""
    people = [_returning(target, one, each) for one in teachers]
    taken = measure(target, people)
    need = MACHINES * (taken.web_cpu + taken.database_cpu) / 1000
    processors = os.cpu_count() or 1
    return {
        "machines measured": each * len(teachers),
        "p50 ms": taken.p50,
        "p99 ms": taken.p99,
        "machines a second": taken.per_second,
        "web ms a machine": taken.web_cpu,
        "database ms a machine": taken.database_cpu,
        f"processor seconds of {MACHINES} machines": need,
        f"share of {processors} processors in {MINUTES} minutes": need
        / (MINUTES * 60 * processors),
    }


def _returning(target: Target, teacher: dict[str, Any], each: int) -> dict[str, Any]:
    line, marks = Line(target.port, teacher["session"]), cells(teacher)
    requests = []
    for _ in range(each):
        body = body_of(*prepared(line), list(islice(marks, EACH)))
        requests.append(("POST", SYNC, json.dumps(body)))
    return {"session": teacher["session"], "requests": requests}


def start_cold(
    target: Target, teacher: dict[str, Any], environment: dict[str, str]
) -> dict[str, float]:
    account = Line(target.port, teacher["session"]).ask("GET", CHOICES)["account"]
    owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
    run_module("benchmarks.offline", "password", str(account), environment=owner)
    address = f"http://127.0.0.1:{target.port}"
    return cold_starts(address, teacher["session"], PASSWORD, STARTS)


def give_password(account: int) -> None:
    """The password that opens a machine; a process of its own, as the owner of the tables."""
    django.setup()
    from django.apps import apps
    from django.contrib.auth.hashers import make_password

    from kit.fences import EVERYTHING, scoped

    rows: Any = apps.get_model("access.Account")
    with scoped(EVERYTHING):
        rows.objects.filter(pk=account).update(password=make_password(PASSWORD))
    print("null")


def run(each: int) -> Told:
    HOME.mkdir(parents=True, exist_ok=True)
    with own_cluster() as cluster, tempfile.TemporaryDirectory(dir=HOME) as place:
        folder, database_url = Path(place), cluster.url()
        environment = surroundings(database_url, folder)
        school = build(environment, database_url)
        teachers = school["teachers"]
        books = [book["id"] for one in teachers for book in one["books"]]
        told: Told = {}
        with site(environment, folder, cluster.pid or 0) as target:
            line = Line(target.port, teachers[0]["session"])
            pack = take_along(line)
            told[f"{CLASSES} classes taken along"] = packs(line, pack)
            marks = list(islice(cells(teachers[0]), OPERATIONS))
            for name, squeezed in [("plain", False), ("squeezed", True)]:
                empty_books(database_url, books)
                step = f"a sync of {OPERATIONS} marks, {name}"
                told[step] = long_sync(target, teachers[0], marks, squeezed=squeezed)
            days = list(islice(week(pack), OPERATIONS))
            told["a sync of a week of attendance and diary"] = long_sync(
                target, teachers[0], days, squeezed=True
            )
            empty_books(database_url, books)
            told["a closed browser opens with no line"] = start_cold(
                target, teachers[0], environment
            )
            come_back(target, teachers, 2)
            empty_books(database_url, books)
            told[f"machines with {EACH} marks come back"] = come_back(target, teachers, each)
    return told


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.offline", description=__doc__)
    parser.add_argument("--each", type=int, default=40, help="machines of each of eight teachers")
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    asked = parser.parse_args()
    told: Told = {}
    try:
        tell_step("Measure work without a line", lambda: told.update(run(asked.each)))
    except BenchmarkTrouble as trouble:
        print(f"\n  {trouble}", file=sys.stderr)
        return 1
    print(f"\nload of the machine: {os.getloadavg()[0]:.1f}; processors: {os.cpu_count()}")
    for name, one in told.items():
        print(f"  {name}")
        for key, value in one.items():
            print(f"    {key:<48} {value:>10,.2f}")
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["password"]:
        give_password(int(sys.argv[2]))
    else:
        sys.exit(main())
