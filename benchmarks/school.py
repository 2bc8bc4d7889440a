"""The school that is measured: 1,280 pupils in 32 classes, two terms of marks, eight teachers."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from random import Random
from typing import Any

from demo.accounts import Accounts, build_staff_accounts
from demo.blueprint import ClassPlan, SchoolPlan
from demo.build import build_school
from demo.places import build_places
from demo.tables import table
from khue.access.api import Role, child_place, open_session
from khue.ledger.api import Author, Operation
from khue.organisations.api import load_codes

TEACHERS = 8
CROWDED = 45
SLOTS = 8


def build(now: datetime) -> dict[str, Any]:
    """The school with its staff, marks, sessions and one family; how to reach them."""
    load_codes(now=now)
    plan = plan_of_school()
    places = build_places([plan])
    widen_books()
    staff = build_school(Random(7), places, plan, 9_000_000, now, whole_year=True)
    accounts = Accounts(Operation(Author(None, "Đo tốc độ"), now))
    positions = build_staff_accounts(accounts, places, {plan.key: staff})
    family = add_family(accounts, places.schools[plan.key])
    ids = accounts.write()
    account_of = {staff_id: ids[at] for staff_id, at in positions.items()}
    return {
        "teachers": [teacher(books, account_of, now) for books in busiest(staff["teaching"])],
        "family": {"session": sign_in(ids[family[0]], now), "child": family[1]},
        "counts": counts(),
    }


def plan_of_school() -> SchoolPlan:
    """Lower secondary, eight classes a grade: four of 45 and four of 35."""
    classes = tuple(
        ClassPlan(f"{grade:02d}", "03", tuple(f"{grade}{letter}" for letter in letters), size)
        for grade in range(6, 10)
        for letters, size in [("ABCD", CROWDED), ("EGHI", 80 - CROWDED)]
    )
    levels, commune = ("03",), 0
    return SchoolPlan(
        "bench",
        "20009301",
        "Trường THCS Đo Tốc Độ",
        commune,
        "07",
        levels,
        "07",
        "XA",
        classes,
    )


def widen_books() -> None:
    """Six regular marks, the most that a book can hold, so that a page has eight columns."""
    rows = table("organisations.CurriculumSubject").objects.filter(level="thcs", form="score")
    rows.update(regular_marks=SLOTS - 2)


def busiest(teaching: list[Any]) -> list[list[Any]]:
    """The books of those who teach most marked books of crowded classes."""
    plan = plan_of_school()
    crowded = {name for one in plan.classes if one.size == CROWDED for name in one.names}
    books: dict[int, list[Any]] = defaultdict(list)
    wanted = table("timetable.TeachingAssignment").objects.filter(
        pk__in=[one.pk for one in teaching],
        class_subject__form="score",
        class_subject__school_class__name__in=crowded,
    )
    for one in wanted.select_related("class_subject").order_by("staff_id", "pk"):
        books[one.staff_id].append(one)
    return sorted(books.values(), key=len, reverse=True)[:TEACHERS]


def teacher(assignments: list[Any], account_of: dict[int, int], now: datetime) -> dict[str, Any]:
    """A signed-in teacher with her books and the pupils of each."""
    return {
        "session": sign_in(account_of[assignments[0].staff_id], now),
        "books": [
            {"id": one.class_subject_id, "pupils": pupils_of(one.class_subject.school_class_id)}
            for one in assignments
        ],
    }


def pupils_of(class_id: int) -> list[int]:

    enrolments = table("records.Enrolment").objects.filter(school_class_id=class_id)
    return list(enrolments.order_by("student_id").values_list("student_id", flat=True))


def sign_in(account_id: int, now: datetime) -> str:

    return open_session(account_id=account_id, now=now, second_factor=True)


def add_family(accounts: Any, school: Any) -> tuple[int, int]:
    """A parent with one child in a crowded class; the position of the account, the child."""
    link = (
        table("records.Guardianship")
        .objects.select_related("guardian", "student")
        .filter(relation="mother")
        .order_by("pk")[0]
    )
    at = accounts.add("0912999999", link.guardian.name, "guardian", school, link.guardian)
    where = {"school_id": school.pk, "province_id": school.province_id}
    place = child_place(link.student_id)
    accounts.grant(at, Role.GUARDIAN, place, link.student.name, source="family", **where)
    return at, int(link.student_id)


def counts() -> dict[str, int]:
    labels = ["records.Student", "organisations.SchoolClass", "gradebook.MarkRow"]
    return {label: table(label).objects.count() for label in labels}
