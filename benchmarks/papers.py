"""The printed book of a class of 45 with a full year of marks in every subject.

Part of `make bench`: reading what stands in it, then setting it; one process, one print after
another.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import django

from benchmarks.measures import run_module
from benchmarks.timing import Cost, cost_of


def measure_papers(environment: Mapping[str, str], database: int, rounds: int) -> dict[str, Cost]:
    """What printing the book of one class costs."""
    told = run_module("benchmarks.papers", str(rounds), str(database), environment=environment)
    return {name: Cost(**cost) for name, cost in told.items()}


def inside(rounds: int, database: int) -> dict[str, Any]:
    """Print one class again and again; the first print warms up."""
    from django.utils import timezone

    from khue.access.api import Actor, Granted, Role
    from khue.gradebook.queries.papers import class_book, open_class_paper
    from khue.gradebook.services.papers import TEMPLATES
    from khue.papers.api import render_pdf
    from khue.records.api import read_class_profiles
    from kit.fences import EVERYTHING, scoped

    now = timezone.now()
    class_id, path = _crowded_class()
    actor = Actor(1, "Đo tốc độ", (Granted(Role.PRINCIPAL, path),), second_factor=True)

    def assemble() -> Any:
        paper = open_class_paper(actor, class_id, now.date())
        profiles = read_class_profiles(
            actor=actor, now=now, class_id=class_id, student_ids=paper.student_ids
        )
        return class_book(paper, profiles)

    def set_pages(book: Any) -> bytes:
        return render_pdf(TEMPLATES / "class_book.typ", book, title="Sổ", at=now)

    with scoped(EVERYTHING):
        book = assemble()
        name = f"paper book of a class ({len(set_pages(book)) // 1024} KB)"
        costs = {
            f"{name}, reading": cost_of(assemble, rounds=rounds, database=database),
            f"{name}, setting": cost_of(lambda: set_pages(book), rounds=rounds, database=database),
        }
    return {name: asdict(one) for name, one in costs.items()}


def _crowded_class() -> tuple[int, str]:
    from django.db.models import Count

    from demo.tables import table
    from kit.fences import EVERYTHING, scoped

    with scoped(EVERYTHING):
        classes = table("records.Enrolment").objects.values("school_class_id")
        fullest = classes.annotate(pupils=Count("id")).order_by("-pupils", "school_class_id")[0]
        one = table("organisations.SchoolClass").objects.get(pk=fullest["school_class_id"])
        return one.pk, one.school.organisation.path


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    json.dump(inside(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
