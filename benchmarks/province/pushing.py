"""The sector push of a whole province: every school checked, approved and sent, one worker.

`python -m benchmarks.province.pushing [--schools 675]` makes a province with its people on a server
of its own (no marks: the report of the year's start tells none), checks every school and approves
it, and lets one worker send everything to a stand-in of the gateway in a process of its own. Then
everything is ordered again: classes and pupils name themselves by the codes that came back. A third
order finds nothing new. It fails when the gateway holds another number of records than ours, or
when a record is neither held nor kept back for a fault that is told.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import django

from benchmarks.__main__ import surroundings
from benchmarks.measures import run_module, settle
from benchmarks.province.standing import HOME, TUNED, WHOLE
from benchmarks.province.weighing import weighing
from benchmarks.sector import PACKAGES_A_MINUTE
from kit.postgres import Cluster
from machinery.prepare import tell_step
from machinery.site import manage
from machinery.surroundings import ROOT

ACCOUNT, PASSWORD = "so-thu", "mat-khau-truyen"
COUNTS = """
select (select count(*) from sector_sentrecord where held_version > 0),
  (select count(*) from sector_sentrecord where held_version = 0),
  (select count(distinct (part, local_id)) from sector_faultrow where blocks),
  (select coalesce(sum(records), 0) from sector_kindstate),
  (select coalesce(sum(faulty), 0) from sector_kindstate),
  (select count(*) from sector_receipt where answered_at is not null),
  (select count(*) from sector_outgoing where state = 'waiting'),
  (select count(*) from sector_kindstate where status in (0, 1))
"""
NAMES = ("held", "not held", "told", "records", "faulty", "packages", "waiting", "under way")
STEPS = ("check", "first push", "push again", "push again, nothing new")
Told = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=WHOLE)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    with _stand_in() as (gateway, port), _province(asked.schools) as (cluster, environment):
        told = _measured(cluster, environment, gateway, port)
    _print(asked.schools, told)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))
    sys.exit(1 if told["wrong"] else 0)


@contextmanager
def _stand_in() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The gateway: active schools are all; it says its port, and at the end what it holds."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.province.pushing", "gateway"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.terminate()


@contextmanager
def _province(schools: int) -> Iterator[tuple[Cluster, dict[str, str]]]:
    """Schools with classes, staff and pupils on a server of its own, gone afterwards."""
    folder = HOME / f"pushing-{schools}"
    cluster = Cluster(folder / "postgres", settings=TUNED)
    cluster.remove()
    folder.mkdir(parents=True, exist_ok=True)
    tell_step("Start PostgreSQL", cluster.start)
    try:
        environment = {**surroundings(cluster.url(), folder), "KHUE_DEMO": "1"}
        owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
        tell_step("Make the tables", lambda: manage(owner, "migrate", "--no-input"))
        tell_step("Load the lists of codes", lambda: manage(owner, "load_codes"))
        words = ("synthesise", "--skeleton", "--no-figures", "--schools", str(schools))
        tell_step(f"Lay out {schools} schools", lambda: manage(owner, *words))
        settle(cluster.url())
        yield cluster, environment
    finally:
        cluster.stop(at_once=True)
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _measured(
    cluster: Cluster, environment: dict[str, str], gateway: subprocess.Popen[str], port: int
) -> Told:
    address = {
        "url": f"http://127.0.0.1:{port}",
        "account": ACCOUNT,
        "password": PASSWORD,
        "per_minute": 60_000,
    }
    told: Told = {}
    leaders = {"gateway": gateway.pid, "PostgreSQL": cluster.pid or 0}
    with weighing(leaders) as weighed:
        for step in STEPS:
            asked = {**environment, "KHUE_SECTOR": json.dumps({"20": address})}
            do = lambda: told.update({step: _inside(step, asked)})  # noqa: B023, E731
            tell_step(step.capitalize(), do)
    told["gateway"] = _held_there(gateway)
    last, first = told[STEPS[-1]], told["first push"]
    told["wrong"] = (
        last["held"] != told["gateway"]
        or last["waiting"] + last["under way"] + last["not held"] > 0
        or last["packages"] != told["push again"]["packages"]
        or first["records"] - first["faulty"] != first["held"]
    )
    return {**told, **asdict(weighed)}


def _inside(step: str, environment: dict[str, str]) -> Told:
    module = "benchmarks.province.pushing"
    told: Told = run_module(module, step, environment=environment)
    return told


def _held_there(gateway: subprocess.Popen[str]) -> int:
    assert gateway.stdin
    assert gateway.stdout
    gateway.stdin.write("\n")
    gateway.stdin.flush()
    return int(gateway.stdout.readline())


def _print(schools: int, told: Told) -> None:
    first, last = told["first push"], told[STEPS[-1]]
    print(
        f"\n{schools} schools: {last['held']:,} records held by the gateway in"
        f" {last['packages']:,} packages, {last['faulty']:,} kept back for a fault:"
        f" {'WRONG' if told['wrong'] else 'every record held once or told'}"
    )
    for step in STEPS:
        one = told[step]
        print(
            f"  {step:<26}{one['seconds']:>8.1f} s, worker {one['processor']:>6,.0f} s"
            f" of processor, at most {one['memory']:,.0f} MB"
        )
    print(f"  records a second           {first['held'] / first['seconds']:>7,.0f}")
    print(
        f"  {PACKAGES_A_MINUTE} packages a minute allow the first push in no less than"
        f" {first['packages'] * 60 / PACKAGES_A_MINUTE:,.0f} s"
    )
    for name, most in told["peak"].items():
        used = told["processors"][name]
        print(f"  {name}: at most {most:,.0f} MB, {used:,.0f} s of processor in all")


class Everybody(set[str]):
    """Every school is active."""

    def __contains__(self, school: object) -> bool:
        return True


def gateway() -> None:
    from khue.sector.tests.gateway import receiving_gateway

    with receiving_gateway() as one:
        one.active, one.forgetful = Everybody(), True
        print(one.port, flush=True)
        sys.stdin.readline()
        print(len(one.held), flush=True)
        sys.stdin.read()


def inside(step: str) -> Told:
    """One step for every school of the province, with its seconds and what stands after it."""
    from benchmarks.sector import SchoolWalk
    from demo.tables import table

    schools = table("organisations.School").objects.order_by("organisation_id")
    walks = [SchoolWalk(*one) for one in schools.values_list("organisation_id", "province_id")]
    begun, worked = time.perf_counter(), time.process_time()
    _STEPS[step](walks)
    return {
        "seconds": time.perf_counter() - begun,
        "processor": time.process_time() - worked,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **_counts(),
    }


def _check(walks: list[Any]) -> None:
    walks[0].open_window()
    for one in walks:
        one.check()


def _first(walks: list[Any]) -> None:
    for one in walks:
        one.approve()
    _send()


def _again(walks: list[Any]) -> None:
    for one in walks:
        one.order_again()
    _send()


def _send() -> None:
    """As the worker does: a turn of fifty seconds, and the next while something is under way."""
    from khue.sector.services.pushing import push_due

    while push_due(seconds=50):
        continue


_STEPS: dict[str, Callable[[list[Any]], None]] = dict(
    zip(STEPS, (_check, _first, _again, _again), strict=True)
)


def _counts() -> Told:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return dict(zip(NAMES, cursor.fetchone(), strict=True))


if __name__ == "__main__":
    if sys.argv[1:2] == ["gateway"]:
        gateway()
    elif sys.argv[1:2] and sys.argv[1] in _STEPS:
        django.setup()
        from kit.fences import EVERYTHING, scoped

        with scoped(EVERYTHING):
            print(json.dumps(inside(sys.argv[1])))
    else:
        main()
