"""Results and rules, inside a process with the product's settings, and `recompute --check`.

Part of `make bench`. Results of a class and of the school are computed and stored from nothing and
again where nothing changes; every result is recomputed from raw marks in one process and in
several; rules alone run on one core.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import django

from benchmarks.measures import BenchmarkTrouble, processor_time, run_module
from benchmarks.timing import Cost, cost_of
from machinery.surroundings import ROOT

RULE_SECONDS = 1.0
SEVERAL = 10


def measure_results(
    environment: Mapping[str, str], database: int, rounds: int
) -> tuple[dict[str, Cost], dict[str, float]]:
    """What results cost, and how many rules a core evaluates in a second."""
    told = run_module("benchmarks.results", str(rounds), str(database), environment=environment)
    costs = {name: Cost(**cost) for name, cost in told["costs"].items()}
    return costs | check_everything(environment, database), told["rules"]


def inside(rounds: int, database: int) -> dict[str, Any]:
    """What needs the product itself; its imports wait until Django stands."""
    from kit.fences import EVERYTHING, scoped

    with scoped(EVERYTHING):
        costs = of_database(rounds, database)
        return {"costs": {name: asdict(one) for name, one in costs.items()}, "rules": of_rules()}


def of_database(rounds: int, database: int) -> dict[str, Cost]:
    """Results of a pupil, of a class of 45 and of the whole school."""
    from django.utils import timezone

    from demo.tables import table
    from khue.gradebook.queries.result_inputs import classes_with_results
    from khue.gradebook.services.results import refresh_results

    classes = [one for found in classes_with_results().values() for one in found]
    now, first = timezone.now(), classes[0]
    pupils = table("records.Enrolment").objects.filter(school_class_id=first)
    pupil = pupils.values_list("student_id", flat=True)[0]

    def empty() -> None:
        table("gradebook.SubjectResult").objects.all().delete()
        table("gradebook.StudentResult").objects.all().delete()

    def school() -> None:
        for one in classes:
            refresh_results(class_id=one, now=now)

    def one_class() -> None:
        refresh_results(class_id=first, now=now)

    def one_pupil() -> None:
        refresh_results(class_id=first, now=now, student_ids=[pupil])

    cost = partial(cost_of, rounds=rounds, database=database)
    once = partial(cost_of, rounds=min(rounds, 2), database=database, warm=False)
    return {
        "results of a class of 45, from nothing": cost(one_class, prepare=empty),
        "results of a class, nothing changes": cost(one_class, times=SEVERAL),
        "results of a pupil, nothing changes": cost(one_pupil, times=SEVERAL),
        "results of the school, from nothing": once(school, prepare=empty),
        "results of the school, nothing changes": once(school),
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
        "average of a term (ĐTBmhk)": per_second(lambda row: semester_average(*row), rows),
        "learning level (Điều 9)": per_second(learning_level, scores),
        "whole year of a pupil": per_second(
            lambda pupil: pupil_year(
                pupil.subjects, pupil.given, regime=Regime.TT22, settings=settings
            ),
            pupils,
        ),
    }


def per_second(rule: Callable[[Any], object], cases: Sequence[Any]) -> float:
    """Evaluations in a second of processor time, over real cases in turn."""
    count, begun = 0, time.process_time()
    while (passed := time.process_time() - begun) < RULE_SECONDS:
        for case in cases:
            rule(case)
        count += len(cases)
    return count / passed


def check_everything(environment: Mapping[str, str], database: int) -> dict[str, Cost]:
    """`manage.py recompute --check` in one process and in one for each core; once, it is long."""
    return dict(_check(environment, database, one) for one in sorted({1, os.cpu_count() or 1}))


def _check(environment: Mapping[str, str], database: int, processes: int) -> tuple[str, Cost]:
    """One check with the start of the program; it must find no difference."""
    words = ["manage.py", "recompute", "--check", "--processes", str(processes)]
    used, own, clock = processor_time(database), _of_children(), time.perf_counter()
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
    spent = (
        time.perf_counter() - clock,
        _of_children() - own,
        processor_time(database) - used,
    )
    rows = done.stdout.strip().splitlines()[-1].split()[0]
    name = f"recompute --check, {rows} rows, {processes} at once"
    return name, Cost(*(seconds * 1000 for seconds in spent))


def _of_children() -> float:
    """Seconds of processor time of the processes that we waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    json.dump(inside(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
