"""Measure results: `python -m benchmarks.results [--rounds N] [--json FILE]`.

A PostgreSQL of its own and the school of 1,280 pupils with two full terms of marks, as in
`python -m benchmarks`. Results of a class and of the school are computed and stored from nothing
and again where nothing changes; every result is recomputed from raw marks in one process and in
several; rules alone run on one core.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import django

from benchmarks.__main__ import HOME, build, own_cluster, surroundings
from benchmarks.measures import BenchmarkTrouble, run_module
from machinery.surroundings import ROOT

RULE_SECONDS = 1.0
# A class is refreshed while a teacher waits for her save; a school while a leader waits.
MOST_OF_CLASS, MOST_OF_SCHOOL = 250.0, 10_000.0


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of one run."""
    before = time.perf_counter()
    work()
    return (time.perf_counter() - before) * 1000


def middle_of(rounds: int, work: Callable[[], object], prepare: Callable[[], object]) -> float:
    """The middle of some rounds; what prepares a round is not counted."""
    taken = []
    for _ in range(rounds):
        prepare()
        taken.append(timed(work))
    return median(taken)


def per_second(rule: Callable[[Any], object], cases: Sequence[Any]) -> float:
    """Evaluations a second on one core, over real cases in turn."""
    count, begun = 0, time.perf_counter()
    while (passed := time.perf_counter() - begun) < RULE_SECONDS:
        for case in cases:
            rule(case)
        count += len(cases)
    return count / passed


def inside(rounds: int) -> dict[str, float]:
    """What needs the product itself; its imports wait until Django stands."""
    from kit.fences import EVERYTHING, scoped

    with scoped(EVERYTHING):
        return {**of_database(rounds), **of_rules()}


def of_database(rounds: int) -> dict[str, float]:
    """Results of a class of 45 and of the whole school, in milliseconds."""
    from django.utils import timezone

    from demo.tables import table
    from khue.gradebook.queries.result_inputs import classes_with_results
    from khue.gradebook.services.results import refresh_results

    classes = [one for found in classes_with_results().values() for one in found]
    now = timezone.now()

    def empty() -> None:
        table("gradebook.SubjectResult").objects.all().delete()
        table("gradebook.StudentResult").objects.all().delete()

    def school() -> None:
        for one in classes:
            refresh_results(class_id=one, now=now)

    def one_class() -> None:
        refresh_results(class_id=classes[0], now=now)

    def one_pupil() -> None:
        refresh_results(class_id=classes[0], now=now, student_ids=[pupil])

    pupil = (
        table("records.Enrolment")
        .objects.filter(school_class_id=classes[0])
        .values_list("student_id", flat=True)[0]
    )
    return {
        "class, from nothing": middle_of(rounds, one_class, empty),
        "class, nothing changes": middle_of(rounds, one_class, int),
        "one pupil, nothing changes": middle_of(rounds, one_pupil, int),
        "school, from nothing": middle_of(min(rounds, 3), school, empty),
        "school, nothing changes": middle_of(min(rounds, 3), school, int),
    }


def of_rules() -> dict[str, float]:
    """Evaluations a second of the rules, on the marks of the school."""
    from khue.gradebook.queries.result_inputs import (
        class_facts,
        classes_with_results,
        pupils_with_facts,
    )
    from khue.gradebook.rules.learning import learning_level
    from khue.gradebook.rules.policies import Settings
    from khue.gradebook.rules.pupil_years import pupil_year
    from khue.gradebook.rules.regimes import Regime
    from khue.gradebook.rules.tt22 import semester_average

    first = next(iter(classes_with_results().values()))[0]
    pupils = pupils_with_facts(class_facts(first))
    settings = Settings()
    scores = [
        [mark for one in pupil.subjects if not one.by_comment and (mark := one.year) is not None]
        for pupil in pupils
    ]
    rows = [(marks[:4], marks[4], marks[5]) for marks in scores if len(marks) > 5]
    return {
        "rule ĐTBmhk": per_second(lambda row: semester_average(*row), rows),
        "rule learning level": per_second(learning_level, scores),
        "rule whole year of a pupil": per_second(
            lambda pupil: pupil_year(
                pupil.subjects, pupil.given, regime=Regime.TT22, settings=settings
            ),
            pupils,
        ),
    }


def recompute(environment: Mapping[str, str], processes: int) -> tuple[float, str]:
    """`manage.py recompute --check`, with the start of the program; milliseconds, last line."""
    words = ["manage.py", "recompute", "--check", "--processes", str(processes)]
    said: list[str] = []

    def run() -> None:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=dict(environment),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BenchmarkTrouble(f"recompute --check: {(done.stdout + done.stderr)[-500:]}")
        said.append(done.stdout.strip().splitlines()[-1])

    return timed(run), said[0]


def run(rounds: int) -> dict[str, Any]:
    """Start everything, measure, stop everything."""
    HOME.mkdir(parents=True, exist_ok=True)
    with own_cluster() as cluster, tempfile.TemporaryDirectory(dir=HOME) as place:
        environment = surroundings(cluster.url(), Path(place))
        school = build(environment, cluster.url())
        measured = run_module("benchmarks.results", "inside", str(rounds), environment=environment)
        for processes in (1, os.cpu_count() or 1):
            checks = [recompute(environment, processes) for _ in range(rounds)]
            measured[f"recompute --check, {processes} processes"] = median(
                taken for taken, _ in checks
            )
            measured["checked"] = checks[0][1]
    return {**measured, "school": school["counts"]}


def tell(measured: Mapping[str, Any]) -> None:
    """Print the table; rules are a second, everything else is milliseconds."""
    for name, value in measured.items():
        if isinstance(value, float):
            unit = "a second" if name.startswith("rule") else "ms"
            print(f"  {name:<40}{value:>14,.1f} {unit}")
        else:
            print(f"  {name:<40}{value}")


def broken(measured: Mapping[str, Any]) -> list[str]:
    """What is beyond its limit."""
    limits = {"class, from nothing": MOST_OF_CLASS, "school, from nothing": MOST_OF_SCHOOL}
    return [
        f"{name}: {measured[name]:.0f} ms, at most {limit:.0f}"
        for name, limit in limits.items()
        if measured[name] > limit
    ]


def main() -> int:
    """Measure, print, keep; fail when a limit is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.results", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement")
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    wanted = parser.parse_args()
    try:
        measured = run(wanted.rounds)
    except (BenchmarkTrouble, subprocess.SubprocessError) as trouble:
        print(f"\n  {trouble}", file=sys.stderr)
        return 1
    tell(measured)
    if wanted.json:
        wanted.json.write_text(json.dumps(measured, indent=2, ensure_ascii=False))
    found = broken(measured)
    for sentence in found:
        print(f"\n  Beyond the limit: {sentence}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        json.dump(inside(int(sys.argv[2])), sys.stdout)
    else:
        sys.exit(main())
