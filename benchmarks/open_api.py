"""The open API: pages a second of one program, list by list, on a synthetic province.

`python -m benchmarks.open_api [--schools N] [--pages N]` starts a PostgreSQL of its own with
durable settings and the web server as production runs it, builds schools of the synthetic province
with a year of marks, registers a program of the department and reads list after list as a program
does: one kept connection, cursor by cursor. Medians. The peer is a list without a row: what the
door, the count of calls and the log of readings cost by themselves.
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
from statistics import median
from typing import Any
from urllib.parse import urlencode

import django

from benchmarks.__main__ import own_cluster, site, surroundings
from benchmarks.measures import Target, run_module
from kit.postgres import Cluster
from machinery.prepare import tell_step
from machinery.site import manage
from machinery.surroundings import ROOT

HOME = ROOT / "var" / "bench-open-api"
SCHOOLS, PAGES = 20, 60
EMPTY = "/api/v1/sites?limit=1&school={school}"
LISTS = {
    "students": "/api/v1/students?limit={limit}",
    "enrolments": "/api/v1/enrolments?limit={limit}",
    "marks": "/api/v1/marks?limit={limit}",
    "absences": "/api/v1/absences?limit={limit}",
    "changes": "/api/v1/changes?limit={limit}",
}
ONEROSTER = "/ims/oneroster/rostering/v1p2/users?limit=100"


@dataclass(frozen=True)
class Pages:
    """One list read to its end or to the number of pages: milliseconds of each, records in all."""

    milliseconds: list[float]
    records: int

    @property
    def middle(self) -> float:
        return median(self.milliseconds)


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


def _measured(cluster: Cluster, schools: int, pages: int) -> dict[str, float]:
    environment = surroundings(cluster.url(), HOME)
    owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
    build = ("synthesise", "--schools", str(schools))
    tell_step("Make the tables", lambda: manage(owner, "migrate", "--no-input"))
    tell_step("Load the lists of codes", lambda: manage(owner, "load_codes"))
    tell_step("Build the schools", lambda: manage(owner, *build))
    made = run_module("benchmarks.open_api", "register", environment=owner)
    with site(environment, HOME, cluster.pid or 0) as target:
        return _read(Reader(target, made), pages)


class Reader:
    """A program with its token on one kept connection."""

    def __init__(self, target: Target, made: dict[str, Any]) -> None:
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
        """A list, page after page."""
        times: list[float] = []
        records, cursor = 0, ""
        while len(times) < most:
            took, told = self.get(address + (f"&after={cursor}" if cursor else ""))
            times.append(took)
            records += len(told["items"])
            cursor = told.get("next") or (told["position"] if told.get("more") else "")
            if not cursor:
                break
        return Pages(times, records)


def _read(reader: Reader, most: int) -> dict[str, float]:
    school = reader.get("/api/v1/schools?limit=1")[1]["items"][0]["id"]
    empty = median(reader.get(EMPTY.format(school=school))[0] for _ in range(most))
    told = {"a list without a row": empty}
    print(f"\nThe open API, one program, medians; a list without a row: {empty:.1f} ms")
    print(f"{'list':<14}{'a page of':>10}{'ms':>9}{'pages/s':>9}{'records/s':>11}{'to peer':>9}")
    for name, address in LISTS.items():
        for limit in (100, 1000):
            found = reader.pages(address.format(limit=limit), most)
            told[f"{name} {limit}"] = found.middle
            _line(name, limit, found, empty)
    roster = [reader.get(ONEROSTER)[0] for _ in range(most)]
    told["oneroster users 100"] = median(roster)
    _line("OneRoster", 100, Pages(roster, 100 * most), empty)
    return told


def _line(name: str, limit: int, found: Pages, empty: float) -> None:
    seconds = sum(found.milliseconds) / 1000
    rates = f"{1000 / found.middle:>9.0f}{found.records / seconds:>11,.0f}"
    print(f"{name:<14}{limit:>10}{found.middle:>9.1f}{rates}{found.middle / empty:>9.1f}")


def register() -> dict[str, str]:
    """A program of the department with every scope, as fast as it likes."""
    from django.apps import apps
    from django.utils import timezone

    from khue.access.api import Actor, Granted, Role
    from khue.interchange.rules.registering import ClientFacts
    from khue.interchange.rules.scopes import SCOPES
    from khue.interchange.services.clients import register_client
    from kit.fences import EVERYTHING, scoped

    with scoped(EVERYTHING):
        table: Any = apps.get_model("organisations.Organisation")
        node = table.objects.filter(kind="department").order_by("id").last()
        held = Granted(Role.DEPARTMENT_OFFICER, node.path, node.pk)
        now = timezone.now()
        facts = ClientFacts(
            name="Phép đo",
            purpose="Đo tốc độ đọc",
            contact_name="Phép đo",
            contact_email="do@khue.example",
            contact_phone="",
            expires_on=timezone.localdate() + timedelta(days=30),
            calls_a_minute=6000,
        )
        made = register_client(
            actor=Actor(0, "Phép đo", (held,), second_factor=True),
            now=now,
            place=node.path,
            facts=facts,
            scopes=frozenset(SCOPES),
        )
    return {"client": str(made.client_id), "secret": made.secret}


if __name__ == "__main__":
    if sys.argv[1:2] == ["register"]:
        django.setup()
        print(json.dumps(register()))
    else:
        main()
