"""Build the demonstration: places, classes, people, teaching, marks and accounts, at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from django.db import transaction

from demo.blueprint import SCHOOLS, SchoolPlan
from demo.cast import Cast, Member
from demo.classes import Planned, build_bundles, build_class_subjects, build_classes
from demo.last_year import build_last_year, finish_last_year
from demo.lists_before import build_lists_before
from demo.marks import build_marks
from demo.people import build_students
from demo.places import Places, build_places
from demo.school_life import tell_school_life
from demo.story import tell_story
from demo.supplements import complete_files
from demo.tables import table
from demo.teaching import build_teaching
from demo.transcripts import tell_transcripts
from khue.gradebook.api import recount_progress
from khue.ledger.api import Author, Change, Operation, append_changes

Say = Callable[[str], None]
# Codes of pupils that no synthetic school beside gives: those begin with its number, up to 675.
FIRST_CODE = 90_000_000


@dataclass(frozen=True)
class OpenSchool:
    """A school with its classes, subjects and staff, before its pupils come."""

    plan: SchoolPlan
    school: Any
    planned: Planned
    subjects: list[Any]
    staff: dict[str, list[Any]]


def is_built() -> bool:
    """Whether the province stands already."""
    return bool(table("organisations.Organisation").objects.filter(kind="ministry").exists())


@transaction.atomic
def build_demo(*, now: datetime, say: Say, seed: int = 1) -> list[Member]:
    """Build everything from a seed; all or nothing."""
    random = Random(seed)
    places = build_places()
    operation = Operation(Author(None, "Dữ liệu trình diễn"), now)
    opened = {plan.key: open_school(random, places, plan, now) for plan in SCHOOLS}
    cast = Cast(operation, places, {key: one.staff for key, one in opened.items()})
    cast.appoint()
    say("  Năm học trước ở Trường THCS Sao Khuê")
    last_year = build_last_year(random, opened["main"].school, places.sites["main"], now)
    cast.employ()
    finish_last_year(last_year)
    say("  Học bạ số của năm học trước")
    tell_transcripts(last_year, now)
    for number, one in enumerate(opened.values()):
        say(f"  {one.plan.name}")
        fill_school(random, one, FIRST_CODE + number * 10_000, now)
        _tell_school(operation, one)
    say("  Tài khoản và phân quyền")
    members = cast.enrol()
    complete_files(places.schools, now)
    say("  Sổ điểm học kì I")
    tell_story(members, places, now)
    say("  Điểm danh, sổ đầu bài, thông báo, cổng trường")
    tell_school_life(members, places, now)
    say("  Danh sách lớp năm học trước")
    build_lists_before(places, now, seed=seed)
    return members


def _tell_school(operation: Operation, one: OpenSchool) -> None:
    change = Change(
        subject=f"organisation:{one.school.pk}",
        action="create",
        label=one.plan.name,
        new=one.plan.name,
        reason="Dựng tỉnh trình diễn",
        school_id=one.school.pk,
        province_id=one.school.province_id,
    )
    append_changes(operation, [change])


def open_school(random: Random, places: Places, plan: SchoolPlan, now: datetime) -> OpenSchool:
    """The classes of a school with their subjects, its staff and who teaches what."""
    school = places.schools[plan.key]
    bundles = build_bundles(school) if "04" in plan.levels else []
    planned = build_classes(plan, school, places.sites[plan.key])
    subjects = build_class_subjects(planned, bundles)
    staff = build_teaching(random, school, [one for one, _ in planned], subjects, now)
    return OpenSchool(plan, school, planned, subjects, staff)


def fill_school(
    random: Random, one: OpenSchool, first_code: int, now: datetime, *, whole_year: bool = False
) -> None:
    """The pupils of a school and their marks."""
    build_students(random, one.school, one.planned, first_code, now)
    terms = (1, 2) if whole_year else (1,)
    pupils = students_by_class(one.school)
    build_marks(random, one.subjects, pupils, now, terms=terms, whole_term=whole_year)
    if "02" in one.plan.levels:
        recount_progress(now=now, school_id=one.school.pk)


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
    opened = open_school(random, places, plan, now)
    fill_school(random, opened, first_code, now, whole_year=whole_year)
    return opened.staff


def students_by_class(school: Any) -> dict[int, list[Any]]:
    """The enrolled students of each class of a school."""
    found: dict[int, list[Any]] = defaultdict(list)
    enrolments = table("records.Enrolment").objects.filter(school=school, status="studying")
    for enrolment in enrolments.select_related("student").order_by("pk"):
        found[enrolment.school_class_id].append(enrolment.student)
    return found
