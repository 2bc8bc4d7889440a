"""A school morning of a whole province on one machine, by locust.

`python -m benchmarks.province.morning [--schools 675] [--people 120] [--seconds 120]` starts the
web server (two processes), the worker and the follower of the figures on the synthetic province,
and lets teachers, homeroom teachers, parents, leaders and officers work at once, mixed as a
morning is: lists of absence, marks, the family's page, figures. Everything shares the machine:
locust too. It fails when an answer was an error.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.__main__ import site
from benchmarks.measures import processor_time, run_module
from benchmarks.province.standing import WHOLE, Province, province
from kit.processes import end
from machinery.prepare import tell_step
from machinery.site import start_follower, start_worker
from machinery.surroundings import ROOT

LOCUSTS = ROOT / "benchmarks" / "province" / "locusts.py"
SPAWN = 20
Told = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=WHOLE)
    parser.add_argument("--people", type=int, default=120)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    with province(asked.schools) as standing:
        told = _morning(standing, asked.people, asked.seconds)
    _print(asked.schools, told)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))
    sys.exit(1 if any(one["failures"] for one in told["requests"]) else 0)


def _morning(standing: Province, wanted: int, seconds: int) -> Told:
    people = run_module("benchmarks.province.people", str(wanted), environment=standing.owner)
    cast = standing.folder / "people.json"
    cast.write_text(json.dumps(people))
    folder, environment = standing.folder, standing.environment
    with ExitStack() as house:
        worker = start_worker(environment, folder / "worker.log")
        house.callback(end, worker)
        figures = start_follower(environment, folder / "figures.log")
        house.callback(end, figures)
        target = house.enter_context(site(environment, folder, standing.cluster.pid or 0))
        parts = {
            "web": target.web,
            "worker": worker.pid,
            "figures": figures.pid,
            "database": target.database,
        }
        before = {name: processor_time(pid) for name, pid in parts.items()}
        begun = time.monotonic()
        swarm(target.port, cast, folder / "locust", wanted, seconds)
        lasted = time.monotonic() - begun
        return {
            "load": os.getloadavg()[0],
            "processors": {
                name: (processor_time(pid) - before[name]) / lasted for name, pid in parts.items()
            },
            "memory": {name: _memory(pid) for name, pid in parts.items()},
            "requests": list(_rows(folder / "locust_stats.csv")),
        }


def swarm(port: int, cast: Path, goal: Path, people: int, seconds: int) -> None:
    """Let locust loose; its own tables stand beside `goal` afterwards."""
    words = ["-f", str(LOCUSTS), "--headless", "-H", f"http://127.0.0.1:{port}"]
    words += ["-u", str(people), "-r", str(SPAWN), "-t", f"{seconds}s", "--csv", str(goal)]
    environment = {"PATH": "/usr/bin:/bin", "KHUE_CAST": str(cast), "HOME": str(goal.parent)}
    command = [sys.executable, "-m", "locust", *words, "--reset-stats", "--only-summary"]

    def run() -> None:
        with goal.with_suffix(".log").open("wb") as log:
            subprocess.run(command, check=False, env=environment, cwd=ROOT, stdout=log, stderr=log)

    tell_step(f"{people} people for {seconds} seconds", run)


def _memory(leader: int) -> float:
    """Megabytes of a program and its children that are theirs (Pss)."""
    total = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = file.read_text().rpartition(")")[2].split()
            if leader in (int(file.parent.name), int(words[1])):
                total += _pss(file.parent / "smaps_rollup")
        except OSError:
            continue
    return total / 1024


def _pss(file: Path) -> int:
    lines = (line.split() for line in file.read_text().splitlines())
    return next(int(words[1]) for words in lines if words[0] == "Pss:")


def _rows(file: Path) -> Iterator[Told]:
    with file.open(newline="") as table:
        for row in csv.DictReader(table):
            yield {
                "name": row["Name"],
                "count": int(row["Request Count"]),
                "failures": int(row["Failure Count"]),
                "per_second": float(row["Requests/s"]),
                "p50": float(row["50%"]),
                "p99": float(row["99%"]),
            }


def _print(schools: int, told: Told) -> None:
    print(f"\nA morning of {schools} schools; load of the machine {told['load']:.1f}")
    for one in told["requests"]:
        print(
            f"  {one['name']:<26} {one['count']:>7,}  {one['per_second']:>6.1f}/s"
            f"  p50 {one['p50']:>6.0f} ms  p99 {one['p99']:>6.0f} ms  errors {one['failures']}"
        )
    for what in ("processors", "memory"):
        unit = "MB" if what == "memory" else "of a processor"
        print("  " + ", ".join(f"{name} {one:.2f} {unit}" for name, one in told[what].items()))


if __name__ == "__main__":
    main()
