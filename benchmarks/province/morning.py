"""A school morning of a whole province on one machine, by locust.

`python -m benchmarks.province.morning [--schools 675] [--seconds 60] [--most 4]` starts the web
server (two processes), the worker and the follower of the figures on the synthetic province and
lets teachers, homeroom teachers, parents, leaders and officers work at once: lists of absence,
marks, the family's page, figures, as often as `benchmarks.province.acts` reckons for the busiest
half hour of the whole province. Then it is made a quarter busier again and again, until the far
end (p99) is above a second or an answer is an error: what the machine holds. Every answer is looked
at, not only its status. Everything shares the machine: locust too. It fails when an answer of the
real morning was an error.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.__main__ import site
from benchmarks.measures import run_module
from benchmarks.province.acts import crowd, requests_a_second
from benchmarks.province.standing import WHOLE, Province, province
from benchmarks.province.weighing import weighing
from kit.processes import end
from machinery.prepare import tell_step
from machinery.site import start_follower, start_worker
from machinery.surroundings import ROOT

LOCUSTS = ROOT / "benchmarks" / "province" / "locusts.py"
CAST, SPAWN = 400, 40
STEP, STEP_SECONDS = 0.25, 20
SLOW = 1000.0
TOGETHER = "Aggregated"
Told = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=WHOLE)
    parser.add_argument("--seconds", type=int, default=60, help="of the real morning")
    parser.add_argument("--most", type=float, default=3.0, help="how many times as busy at most")
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    with province(asked.schools) as standing:
        steps = list(_mornings(standing, asked.seconds, asked.most))
    _print(asked.schools, steps)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(steps, indent=1))
    sys.exit(1 if _failures(steps[0]) else 0)


def _mornings(standing: Province, seconds: int, most: float) -> Iterator[Told]:
    """The real morning, then busier ones until one is too much."""
    people = run_module("benchmarks.province.people", str(CAST), environment=standing.owner)
    cast = standing.folder / "people.json"
    cast.write_text(json.dumps(people))
    folder, environment = standing.folder, standing.environment
    with ExitStack() as house:
        worker = start_worker(environment, folder / "worker.log")
        house.callback(end, worker)
        figures = start_follower(environment, folder / "figures.log")
        house.callback(end, figures)
        target = house.enter_context(site(environment, folder, standing.cluster.pid or 0))
        leaders = {"web": target.web, "worker": worker.pid, "figures": figures.pid}
        leaders["PostgreSQL"] = target.database
        factor, goal = 1.0, folder / "locust"
        while factor <= most:
            with weighing(leaders) as weighed:
                swarm(target.port, cast, goal, factor, seconds if factor == 1 else STEP_SECONDS)
            told = {"factor": factor, "load": os.getloadavg()[0], **asdict(weighed)}
            told["requests"] = list(_rows(goal.with_name("locust_stats.csv")))
            told["troubles"] = list(_troubles(goal.with_name("locust_failures.csv")))
            yield told
            if _too_much(told):
                return
            factor += STEP


def swarm(port: int, cast: Path, goal: Path, factor: float, seconds: int) -> None:
    """Let locust loose; its own tables stand beside `goal` afterwards.

    What came before everybody was there is not counted.
    """
    there = crowd(factor)
    people = sum(there.values())
    words = ["-f", str(LOCUSTS), "--headless", "-H", f"http://127.0.0.1:{port}"]
    words += ["-u", str(people), "-r", str(SPAWN), "-t", f"{seconds + people // SPAWN}s"]
    environment = {"PATH": "/usr/bin:/bin", "KHUE_CAST": str(cast), "HOME": str(goal.parent)}
    environment |= {"KHUE_CROWD": json.dumps(there)}
    command = [sys.executable, "-m", "locust", *words, "--csv", str(goal), "--reset-stats"]

    def run() -> None:
        with goal.with_suffix(".log").open("wb") as log:
            subprocess.run(
                [*command, "--only-summary"],
                check=False,
                env=environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )

    tell_step(f"{factor:.2f} × a real morning, {people} people at once", run)


def _failures(told: Told) -> int:
    return sum(one["failures"] for one in told["requests"] if one["name"] == TOGETHER)


def _far_end(told: Told) -> float:
    return float(max(one["p99"] for one in told["requests"] if one["name"] == TOGETHER))


def _too_much(told: Told) -> bool:
    return bool(_failures(told)) or _far_end(told) > SLOW


def _troubles(file: Path) -> Iterator[str]:
    with file.open(newline="") as table:
        for row in csv.DictReader(table):
            yield f"{row['Occurrences']} × {row['Name']}: {row['Error'][:160]}"


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


def _print(schools: int, steps: list[Told]) -> None:
    real = steps[0]
    print(f"\nA morning of the whole province on {schools} schools; load {real['load']:.1f}")
    print(
        "\n| | asked | a second | p50 | p99 | errors |\n| --- | ---: | ---: | ---: | ---: | ---: |"
    )
    for one in real["requests"]:
        print(
            f"| {one['name']} | {one['count']:,} | {one['per_second']:.1f} | {one['p50']:.0f} ms"
            f" | {one['p99']:.0f} ms | {one['failures']} |"
        )
    print("\n| | memory at most (Pss) | of a processor |\n| --- | ---: | ---: |")
    for name, most in real["peak"].items():
        share = real["processors"][name] / real["seconds"]
        print(f"| {name} | {most:,.0f} MB | {share:.2f} |")
    print("\n| times a real morning | asks | answered | p50 | p99 | errors | |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for one in steps:
        _print_step(one)


def _print_step(told: Told) -> None:
    whole = next(one for one in told["requests"] if one["name"] == TOGETHER)
    verdict = "too much" if _too_much(told) else "held"
    print(
        f"| {told['factor']:.2f} | {requests_a_second(told['factor']):.0f}/s"
        f" | {whole['per_second']:.0f}/s | {whole['p50']:.0f} ms | {whole['p99']:.0f} ms"
        f" | {whole['failures']} | {verdict} |"
    )
    for trouble in told["troubles"][:5]:
        print(f"      {trouble}")


if __name__ == "__main__":
    main()
