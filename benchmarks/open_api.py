"""The open API: pages a second, against one school and against the province, list by list.

`python -m benchmarks.open_api [--schools N] [--pages N] [--json FILE]` starts a PostgreSQL of its
own with durable settings and the web server as production runs it, builds schools of the synthetic
province with a year of marks, registers a program of the department and one of a school, and reads
list after list as a program does: one kept connection, cursor by cursor. Told are the middle and
the far end of the milliseconds, records a second, and the processor time of web server and
database for a page. The peer is a list without a row: what the door, the count of calls and the
log of readings cost by themselves.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

import django

from benchmarks.__main__ import own_cluster, site, surroundings
from benchmarks.measures import Target, processor_time, run_module
from kit.postgres import Cluster
from machinery.prepare import tell_step
from machinery.site import manage
from machinery.surroundings import ROOT

HOME = ROOT / "var" / "bench-open-api"
SCHOOLS, PAGES = 3, 40
EMPTY = "/api/v1/sites?limit=1&school={school}"
LISTS = {
    "students": "/api/v1/students?limit={limit}",
    "enrolments": "/api/v1/enrolments?limit={limit}",
    "marks": "/api/v1/marks?limit={limit}",
    "absences": "/api/v1/absences?limit={limit}",
    "changes": "/api/v1/changes?limit={limit}",
}
ROSTERING, GRADEBOOK = "/ims/oneroster/rostering/v1p2", "/ims/oneroster/gradebook/v1p2"
ONEROSTER = {
    "users": f"{ROSTERING}/users?limit=100",
    "users sorted": f"{ROSTERING}/students?limit=100&sort=familyName",
    "users filtered": f"{ROSTERING}/users?limit=100&filter=givenName%3D%27Lan%27",
    "enrollments": f"{ROSTERING}/enrollments?limit=100",
    "results": f"{GRADEBOOK}/results?limit=100",
}


@dataclass(frozen=True)
class Pages:
    """A list read page by page: milliseconds of each, records in all, processor time of a page."""

    milliseconds: list[float]
    records: int
    web: float
    database: float

    @property
    def middle(self) -> float:
        return median(self.milliseconds)

    @property
    def far(self) -> float:
        times = self.milliseconds * 2 if len(self.milliseconds) == 1 else self.milliseconds
        return quantiles(times, n=100, method="inclusive")[98]

    def told(self) -> dict[str, float]:
        seconds = sum(self.milliseconds) / 1000
        times = {"p50": self.middle, "p99": self.far, "web": self.web, "database": self.database}
        return {**times, "records a second": self.records / seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=SCHOOLS)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    with own_cluster(HOME) as cluster:
        told = _measured(cluster, asked.schools, asked.pages)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))


def _measured(cluster: Cluster, schools: int, pages: int) -> dict[str, dict[str, float]]:
    environment = surroundings(cluster.url(), HOME)
    owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
    build = ("synthesise", "--schools", str(schools))
    tell_step("Make the tables", lambda: manage(owner, "migrate", "--no-input"))
    tell_step("Load the lists of codes", lambda: manage(owner, "load_codes"))
    tell_step("Build the schools", lambda: manage(owner, *build))
    made = run_module("benchmarks.open_api", "register", environment=owner)
    told: dict[str, dict[str, float]] = {}
    with site(environment, HOME, cluster.pid or 0) as target:
        for place, known in made.items():
            told |= _read(Reader(target, known), place, pages)
    return told


class Reader:
    """A program with its token on one kept connection."""

    def __init__(self, target: Target, made: dict[str, Any]) -> None:
        self.target = target
        self.line = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
        plain = f"{made['client']}:{made['secret']}".encode()
        headers = {
            "Authorization": "Basic " + base64.b64encode(plain).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-Proto": "https",
        }
        body = urlencode({"grant_type": "client_credentials"})
        self.line.request("POST", "/oauth2/token", body, headers)
        token = json.loads(self.line.getresponse().read())["access_token"]
        self.headers = {"Authorization": f"Bearer {token}", "X-Forwarded-Proto": "https"}

    def get(self, address: str) -> tuple[float, dict[str, Any]]:
        """How many milliseconds an answer took, and what it was."""
        begun = time.perf_counter()
        self.line.request("GET", address, headers=self.headers)
        answer = self.line.getresponse()
        content = answer.read()
        took = (time.perf_counter() - begun) * 1000
        if answer.status != 200:
            raise SystemExit(f"{address}: {answer.status} {content[:200]!r}")
        return took, json.loads(content)

    def pages(self, address: str, most: int) -> Pages:
        """A list, page after page: by cursor, by position, or by offset."""
        times: list[float] = []
        records, cursor = 0, ""
        before = processor_time(self.target.web), processor_time(self.target.database)
        while len(times) < most:
            took, told = self.get(address + cursor)
            times.append(took)
            found = told.get("items", next(iter(told.values())))
            records += len(found)
            cursor = self._next(told, records) if found else ""
            if not cursor:
                break
        after = processor_time(self.target.web), processor_time(self.target.database)
        web, database = (
            (ended - begun) * 1000 / len(times) for begun, ended in zip(before, after, strict=True)
        )
        return Pages(times, records, web, database)

    def _next(self, told: dict[str, Any], records: int) -> str:
        if "items" not in told:
            return f"&offset={records}"
        after = told.get("next") or (told["position"] if told.get("more") else "")
        return f"&after={after}" if after else ""


def _read(reader: Reader, place: str, most: int) -> dict[str, dict[str, float]]:
    school = reader.get("/api/v1/schools?limit=1")[1]["items"][0]["id"]
    peer = EMPTY.format(school=school)
    reader.pages(peer, 5)
    empty = median(reader.get(peer)[0] for _ in range(most))
    print(f"\nThe open API, one program of {place}; a list without a row: {empty:.1f} ms")
    heads = ("p50", "p99", "web", "database")
    print(f"{'list':<18}{'a page of':>10}" + "".join(f"{one:>10}" for one in heads), end="")
    print(f"{'pages/s':>9}{'records/s':>11}{'to peer':>9}")
    asked = {(name, size): way for name, way in LISTS.items() for size in (100, 1000)}
    asked |= {(f"OneRoster {name}", 100): way for name, way in ONEROSTER.items()}
    told = {f"{place}: a list without a row": {"p50": empty}}
    for (name, limit), way in asked.items():
        found = reader.pages(way.format(limit=limit), most)
        told[f"{place}: {name} {limit}"] = found.told()
        _line(name, limit, found, empty)
    return told


def _line(name: str, limit: int, found: Pages, empty: float) -> None:
    told = found.told()
    times = "".join(f"{told[one]:>10.1f}" for one in ("p50", "p99", "web", "database"))
    rates = f"{1000 / found.middle:>9.0f}{told['records a second']:>11,.0f}"
    print(f"{name:<18}{limit:>10}{times}{rates}{found.middle / empty:>9.1f}")


def register() -> dict[str, dict[str, str]]:
    """A program of the department and one of a school, with every scope, as fast as they like."""
    from django.apps import apps
    from django.db.models import Count

    from khue.access.api import Actor, Granted, Role
    from kit.fences import EVERYTHING, scoped

    with scoped(EVERYTHING):
        table: Any = apps.get_model("organisations.Organisation")
        node = table.objects.filter(kind="department").order_by("id").last()
        held = Granted(Role.DEPARTMENT_OFFICER, node.path, node.pk)
        actor = Actor(0, "Phép đo", (held,), second_factor=True)
        enrolments: Any = apps.get_model("records.Enrolment")
        largest = enrolments.objects.values("school_id").annotate(n=Count("id")).order_by("-n")[0]
        school = largest["school_id"]
        return {
            "the province": _register(actor, node.path),
            "a school": _register(actor, node.path, school),
        }


def _register(actor: Any, place: str, *schools: int) -> dict[str, str]:
    from django.utils import timezone

    from khue.interchange.rules.registering import ClientFacts
    from khue.interchange.rules.scopes import SCOPES
    from khue.interchange.services.clients import register_client

    facts = ClientFacts(
        name=f"Phép đo {len(schools)}",
        purpose="Đo tốc độ đọc",
        contact_name="Phép đo",
        contact_email="do@khue.example",
        contact_phone="",
        expires_on=timezone.localdate() + timedelta(days=30),
        calls_a_minute=6000,
    )
    made = register_client(
        actor=actor,
        now=timezone.now(),
        place=place,
        facts=facts,
        scopes=frozenset(SCOPES),
        places=schools,
    )
    return {"client": str(made.client_id), "secret": made.secret}


if __name__ == "__main__":
    if sys.argv[1:2] == ["register"]:
        django.setup()
        print(json.dumps(register()))
    else:
        main()
