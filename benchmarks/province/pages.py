"""What the pages of the authorities cost on the synthetic province, page by page.

`python -m benchmarks.province.pages [--schools 675] [--rounds 20]` opens each page of figures and
of the work lists inside one process, warm, as the officer of the department, of the ministry, of a
commune and as a principal. Told for each: the processor time of Python and of PostgreSQL, which
hardly move with the neighbours, both together, the wall clock, statements, kilobytes as they are
and as they go over the line. The goal is 100 ms for a page of 675 schools.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import django

from benchmarks.measures import run_module
from benchmarks.province.standing import WHOLE, province
from machinery.surroundings import ROOT

PLACES = """
select distinct on (place.kind) place.kind, place.id, place.path, held.account_id
from organisations_organisation place
join access_grant held on held.place = place.path and held.ended_at is null
  and held.role in ('department_officer', 'commune_officer', 'principal')
order by place.kind, place.id
"""
MINISTRY = "select id, path, name from organisations_organisation where kind = 'ministry'"
FAULTY = """
select school_id from oversight_faultcount order by total desc, school_id limit 1
"""
LOGIN = "bo.do-trang"
Told = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """One page: milliseconds in the middle, and what it takes along."""

    name: str
    clock: float
    python: float
    database: float
    statements: int
    kilobytes: float
    squeezed: float

    @property
    def server(self) -> float:
        """What the page costs: the processor time of both."""
        return self.python + self.database


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=WHOLE)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    with province(asked.schools) as standing:
        people = run_module("benchmarks.province.pages", "people", environment=standing.owner)
        words = ("measure", str(asked.rounds))
        told = run_module(
            "benchmarks.province.pages", *words, environment=standing.environment, given=people
        )
    tell(told)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))


def tell(told: Told) -> None:
    print(f"load {told['load']:.1f}; milliseconds in the middle of {told['rounds']}")
    for one in (Measured(**page) for page in told["pages"]):
        print(
            f"  {one.name:<52} {one.server:>6.1f}  Python {one.python:>6.1f}"
            f"  database {one.database:>6.1f}  clock {one.clock:>6.1f}"
            f"  {one.statements:>3} statements  {one.kilobytes:>6.1f} kB  {one.squeezed:>5.1f} kB"
        )


def people() -> Told:
    """A session for each of the four, and the place of each."""
    from benchmarks.province.people import rows, session_of

    found = {kind: (place, account) for kind, place, _, account in rows(PLACES)}
    found["ministry"] = _ministry_officer()
    faulty = rows(FAULTY)
    school = {"school_with_faults": faulty[0][0] if faulty else found["school"][0]}
    sessions = {
        kind: {"place": place, "session": session_of(account)}
        for kind, (place, account) in found.items()
    }
    return {**sessions, **school}


def _ministry_officer() -> tuple[int, int]:
    """The synthetic province has nobody at the ministry: one is made for this."""
    from django.apps import apps
    from django.utils import timezone

    from benchmarks.province.people import rows

    place, path, name = rows(MINISTRY)[0]
    accounts, now = apps.get_model("access.Account").objects, timezone.now()
    account, _ = accounts.get_or_create(
        login=LOGIN, defaults={"name": "Nông Thị Đo", "kind": "officer", "created_at": now}
    )
    apps.get_model("access.Grant").objects.get_or_create(
        account=account,
        role="ministry_officer",
        place=path,
        defaults={"place_name": name, "valid_from": now.date(), "granted_at": now},
    )
    return place, account.pk


def pages(people: Told) -> Iterator[tuple[str, str, str]]:
    """(whose, what it is called, the address)."""
    at = {kind: f"/so-lieu/{people[kind]['place']}/" for kind in ("department", "ministry",
          "commune", "school")}  # fmt: skip
    whole = f"{at['department']}?theo=truong"
    yield "department", "figures, communes", at["department"]
    yield "department", "figures, 675 schools", whole
    yield "department", "figures, 675 schools, sorted", f"{whole}&sort=-c1"
    yield "department", "figures, 675 schools, searched", f"{whole}&q=trung+hoc"
    yield "department", "figures, 675 schools, primary", f"{whole}&cap=02"
    yield "department", "figures, 675 schools, last year", f"{whole}&nam={_last_year()}"
    for tab in ("quy-mo", "nhap-diem", "hoc-tap", "len-lop", "chuyen-can", "so", "tin-nhan"):
        yield "department", f"figures, 675 schools, {tab}", f"{whole}&muc={tab}"
    yield "department", "form 01-MN", f"{at['department']}bieu/01-mn/"
    yield "department", "form 02-TH", f"{at['department']}bieu/02-th/"
    yield "department", "work of the schools", "/viec/"
    for work in ("nhap-diem", "so", "hoc-ba", "diem-danh", "dong-bo", "loi"):
        yield "department", f"work list, all schools, {work}", _list(work)
    yield "department", "work list, searched", _list("nhap-diem") + "&q=mam+non"
    yield "department", "deadlines", "/viec/han/"
    yield "department", "faults of one school", f"/loi-du-lieu/{people['school_with_faults']}/"
    yield "ministry", "figures of the ministry", at["ministry"]
    yield "ministry", "figures of the ministry, 675 schools", f"{at['ministry']}?theo=truong"
    yield "commune", "figures of a commune", at["commune"]
    yield "commune", "work of its schools", "/viec/"
    yield "school", "figures of a school", at["school"]
    yield "school", "faults of the own school", f"/loi-du-lieu/{people['school']['place']}/"


def _list(work: str) -> str:
    return f"/viec/muc/{work}/?xem=tat-ca"


def _last_year() -> int:
    from django.utils import timezone

    from khue.organisations.api import school_year_of

    return school_year_of(timezone.localdate()) - 1


def measure(people: Told, rounds: int, wanted: str = "") -> Told:
    """Each page whose name holds the wanted text."""
    asked = [one for one in pages(people) if wanted in f"{one[0]}: {one[1]}"]
    found = [
        _page(people[who]["session"], f"{who}: {name}", path, rounds) for who, name, path in asked
    ]
    return {"load": os.getloadavg()[0], "rounds": rounds, "pages": [asdict(one) for one in found]}


def _page(session: str, name: str, path: str, rounds: int) -> Measured:
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.cookies["khue_session"] = session
    taken = [_once(client, path) for _ in range(rounds + 6)][6:]
    content = client.get(path).content
    clock, python, database = (median(one[at] for one in taken) for at in range(3))
    squeezed = len(gzip.compress(content, 6)) / 1000
    return Measured(name, clock, python, database, int(taken[0][3]), len(content) / 1000, squeezed)


def _once(client: Any, path: str) -> tuple[float, float, float, int]:
    """One request: the clock, processor time of Python and of the database, statements."""
    from django.db import connection

    statements = 0

    def note(execute: Any, *rest: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*rest)

    held = connection.connection.info.backend_pid if connection.connection else 0
    before, clock, own = _on_processor(held), time.perf_counter(), time.process_time()
    with connection.execute_wrapper(note):
        answer = client.get(path)
    own, clock = time.process_time() - own, time.perf_counter() - clock
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    return clock * 1000, own * 1000, _on_processor(held) - before, statements


def _on_processor(number: int) -> float:
    """Milliseconds that a process was on a processor so far; to the nanosecond, by Linux."""
    try:
        words = Path(f"/proc/{number}/schedstat").read_text().split()
    except OSError:
        return 0.0
    return int(words[0]) / 1e6


if __name__ == "__main__":
    if sys.argv[1:2] in (["people"], ["measure"]):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        from kit.fences import EVERYTHING, scoped

        if sys.argv[1] == "people":
            with scoped(EVERYTHING):
                json.dump(people(), sys.stdout)
        else:
            json.dump(measure(json.load(sys.stdin), int(sys.argv[2]), *sys.argv[3:]), sys.stdout)
    else:
        main()
