"""Build the demonstration: places, classes, people, teaching, marks and accounts, at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from django.db import transaction

from demo.blueprint import SCHOOLS, SchoolPlan
from demo.cast import Member, build_accounts
from demo.classes import build_bundles, build_class_subjects, build_classes
from demo.marks import build_marks
from demo.people import build_students
from demo.places import Places, build_places
from demo.story import tell_story
from demo.tables import table
from demo.teaching import build_teaching
from khue.ledger.api import Author, Change, Operation, append_changes

Say = Callable[[str], None]
FIRST_CODE = 1_000_000


def is_built() -> bool:
    """Whether the province stands already."""
    return bool(table("organisations.Organisation").objects.filter(kind="ministry").exists())


@transaction.atomic
def build_demo(*, now: datetime, say: Say, seed: int = 1) -> list[Member]:
    """Build everything from a seed; all or nothing."""
    random = Random(seed)
    places = build_places()
    operation = Operation(Author(None, "Dữ liệu trình diễn"), now)
    staff = {}
    for number, plan in enumerate(SCHOOLS):
        say(f"  {plan.name}")
        staff[plan.key] = build_school(random, places, plan, FIRST_CODE + number * 10_000, now)
        school = places.schools[plan.key]
        change = Change(
            subject=f"organisation:{school.pk}",
            action="create",
            label=plan.name,
            new=plan.name,
            reason="Dựng tỉnh trình diễn",
            school_id=school.pk,
            province_id=school.province_id,
        )
        append_changes(operation, [change])
    say("  Tài khoản và phân quyền")
    members = build_accounts(operation, places, staff)
    tell_story(members, places, now)
    return members


def build_school(
    random: Random,
    places: Places,
    plan: SchoolPlan,
    first_code: int,
    now: datetime,
    *,
    whole_year: bool = False,
) -> dict[str, list[Any]]:
    """One school with its classes, people and marks; return its staff."""
    school = places.schools[plan.key]
    bundles = build_bundles(school) if "04" in plan.levels else []
    planned = build_classes(plan, school, places.sites[plan.key])
    subjects = build_class_subjects(planned, bundles)
    build_students(random, school, planned, first_code, now)
    staff = build_teaching(random, school, [one for one, _ in planned], subjects, now)
    terms = (1, 2) if whole_year else (1,)
    pupils = students_by_class(school)
    build_marks(random, subjects, pupils, now, terms=terms, whole_term=whole_year)
    return staff


def students_by_class(school: Any) -> dict[int, list[Any]]:
    """The enrolled students of each class of a school."""
    found: dict[int, list[Any]] = defaultdict(list)
    enrolments = table("records.Enrolment").objects.filter(school=school, status="studying")
    for enrolment in enrolments.select_related("student"):
        found[enrolment.school_class_id].append(enrolment.student)
    return found
