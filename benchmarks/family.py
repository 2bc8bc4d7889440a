"""The family's page with all its data: requests a second, times, statements and bytes.

`python -m benchmarks.family` starts a PostgreSQL of its own with durable settings and the web
server as production runs it (two processes of four threads). It builds a school of 1,280 pupils
with a year of marks, two weeks of attendance and diary for every class, and, for sixteen families,
notices, a request for leave, absences and the traces of new marks. The peer in the same run is the
sign-in page: what the house itself costs with a page that asks the database for nothing.
Every number is the median of the rounds; the last figure of a line is its processor time over the
peer's, which hardly moves with the load of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import django

from benchmarks.__main__ import build, own_cluster, rounds, site, surroundings
from benchmarks.measures import Round, Target, measure, run_module, settle
from benchmarks.weights import visits
from kit.postgres import Cluster
from machinery.prepare import tell_step
from machinery.surroundings import ROOT

HOME = ROOT / "var" / "bench-family"
FAMILIES, PAGES, ROUNDS = 16, 12, 3
PERIODS, NOTICES, DAYS_BACK = 5, 12, 14
Told = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    HOME.mkdir(parents=True, exist_ok=True)
    with own_cluster(HOME) as cluster, tempfile.TemporaryDirectory(dir=HOME) as place:
        told = _measured(cluster, Path(place), asked.rounds)
    _print(told)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))


def _measured(cluster: Cluster, folder: Path, wanted: int) -> Told:
    environment = surroundings(cluster.url(), folder)
    build(environment, cluster.url())
    families: list[Told] = []

    def fill() -> None:
        families.extend(run_module("benchmarks.family", "fill", environment=environment))

    tell_step("Fill two weeks and sixteen families", fill)
    settle(cluster.url())
    one = families[0]
    counted = run_module(
        "benchmarks.inside",
        "queries",
        environment=environment,
        given=[{"session": one["session"], "path": path} for path in _paths(one)],
    )
    with site(environment, folder, cluster.pid or 0) as target:
        return {
            "load": os.getloadavg()[0],
            "statements": dict(zip(_paths(one), counted, strict=True)),
            "bytes": _weighed(target, one),
            "rounds": _asked(target, families, wanted),
        }


def _paths(family: Mapping[str, Any]) -> list[str]:
    child = family["child"]
    return [f"/con/{child}/", f"/con/{child}/ket-qua/", f"/con/{child}/so-dau-bai/"]


def _weighed(target: Target, family: Mapping[str, Any]) -> list[int]:
    url = f"http://127.0.0.1:{target.port}"
    seen = visits(url, _paths(family)[0], family["session"], 2)
    return [sum(kinds.values()) for kinds in seen]


def _asked(target: Target, families: list[Told], wanted: int) -> dict[str, Told]:
    def asking(one: Told, path: str) -> Told:
        return {"session": one["session"], "requests": [("GET", path, "")] * PAGES}

    plans = {
        "family page, one parent": [asking(families[0], _paths(families[0])[0])],
        "family page, sixteen parents": [asking(one, _paths(one)[0]) for one in families],
        "peer: sign-in page, sixteen": [asking({"session": ""}, "/dang-nhap/") for _ in families],
    }
    return {
        name: _plain(rounds(wanted, partial(measure, target, plan))) for name, plan in plans.items()
    }


def _plain(found: Round) -> Told:
    return {name: getattr(found, name) for name in Round.__dataclass_fields__}


def _print(told: Told) -> None:
    print(f"\nThe family's page, load {told['load']:.1f}")
    *_, peer = told["rounds"].values()
    for name, one in told["rounds"].items():
        ratio = (one["web_cpu"] + one["database_cpu"]) / (peer["web_cpu"] + peer["database_cpu"])
        print(
            f"  {name:<30} {one['per_second']:>6.0f}/s  p50 {one['p50']:>5.0f} ms"
            f"  p99 {one['p99']:>5.0f} ms"
            f"  web {one['web_cpu']:>4.1f} ms  database {one['database_cpu']:>4.1f} ms"
            f"  {ratio:>4.1f} × the peer"
        )
    for path, count in told["statements"].items():
        print(f"  {path:<30} {count} statements")
    print("  bytes of a first and a second visit: {:,} and {:,}".format(*told["bytes"]))


def fill() -> list[Told]:
    """What stands at the school besides marks; the sessions of sixteen parents."""
    from django.utils import timezone

    from benchmarks.family_data import Filling
    from kit.fences import EVERYTHING, scoped

    now = timezone.now()
    with scoped(EVERYTHING):
        filling = Filling(now, _school_days(timezone.localdate()), PERIODS, NOTICES)
        filling.write_days()
        return filling.write_families(FAMILIES)


def _school_days(today: date) -> list[date]:
    days = [today - timedelta(days=back) for back in range(DAYS_BACK)]
    return [day for day in days if day.weekday() != 6]


if __name__ == "__main__":
    if sys.argv[1:] == ["fill"]:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        json.dump(fill(), sys.stdout)
    else:
        main()
