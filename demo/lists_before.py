"""Danh sách lớp năm học trước: who sat where last year, taken over without the books.

Schools that began with this year brought their lists along: everybody who is in a higher grade sat
a grade below, and the eldest of last year have left. Classes that stand already stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random
from typing import Any

from demo.blueprint import LAST_YEAR, SCHOOLS, YEAR, ClassPlan, SchoolPlan
from demo.classes import Planned, build_classes_of
from demo.people import build_students
from demo.places import Places
from demo.tables import table, write
from khue.organisations.rules.calendar import plan_school_year
from synthetic.kinds import BANDS

# Codes of pupils that left before the story begins: ten thousand above those of the schools.
FIRST_CODE = 90_100_000
FIRST_DAY, LAST_DAY = date(2025, 9, 8), plan_school_year(LAST_YEAR).ends_on
COMPLETED = "Hoàn thành chương trình"
_BANDS = {(one.grade, one.age_group): one for one in BANDS.values()}
_ORDER = {one: position for position, one in enumerate(_BANDS)}


@dataclass(frozen=True)
class Before:
    """A class of last year: its plan with one name, and this year's class it became, if any."""

    plan: ClassPlan
    became: str = ""


def build_lists_before(places: Places, now: datetime, *, seed: int = 1) -> None:
    """Last year's classes of every school with those who sat in them."""
    random = Random(seed)
    for number, plan in enumerate(SCHOOLS):
        school = places.schools[plan.key]
        classes = _classes_before(plan, school, places.sites[plan.key])
        _seat_who_stayed(school, [one for one in classes if one[1].became])
        left: Planned = [(room, one.plan) for room, one in classes if not one.became]
        _seat_who_left(random, school, left, FIRST_CODE + number * 1_000, now)
        _in_order(school)


def _in_order(school: Any) -> None:
    """Grade by grade, the classes that stood before among them."""
    rooms = list(table("organisations.SchoolClass").objects.filter(school=school, year=LAST_YEAR))
    rooms.sort(key=lambda one: (_ORDER[one.grades[0], one.age_group], one.name_key))
    for position, room in enumerate(rooms):
        room.position = position
    table("organisations.SchoolClass").objects.bulk_update(rooms, ["position"])


def _classes_before(plan: SchoolPlan, school: Any, sites: list[Any]) -> list[tuple[Any, Before]]:
    standing = table("organisations.SchoolClass").objects.filter(school=school, year=LAST_YEAR)
    kept = set(standing.values_list("name", flat=True))
    wanted = [one for one in _planned(plan.classes) if one.plan.names[0] not in kept]
    rooms = build_classes_of([one.plan for one in wanted], school, sites, LAST_YEAR, len(kept))
    return [(room, one) for (room, _), one in zip(rooms, wanted, strict=True)]


def _planned(plans: Sequence[ClassPlan]) -> Iterator[Before]:
    """Each class of a grade a year ago, and the eldest who have nobody above them now."""
    single = {_band(one): one for one in plans if not one.merged}
    went_on = {BANDS[band].before for band in single}
    for band, plan in single.items():
        below = single.get(BANDS[band].before)
        for name, became in zip(below.names, plan.names, strict=False) if below else ():
            assert below is not None
            yield Before(replace(below, names=(name,)), became)
        if band not in went_on:
            yield from (Before(replace(plan, names=(name,))) for name in plan.names)


def _band(plan: ClassPlan) -> str:
    return _BANDS[plan.grade, plan.age_group].key


def _seat_who_stayed(school: Any, classes: Sequence[tuple[Any, Before]]) -> None:
    """Whoever of this year's classes has no seat of last year gets one a grade below."""
    seats = table("records.Enrolment").objects
    known = seats.filter(school=school, year=LAST_YEAR).values("student_id")
    for room, one in classes:
        now = seats.filter(school=school, year=YEAR, school_class__name=one.became)
        ids = now.filter(status="studying").exclude(student_id__in=known)
        rows = [
            _seat(school, room, student_id)
            for student_id in ids.order_by("pk").values_list("student_id", flat=True)
        ]
        write("records.Enrolment", rows)
        _entered_then(school, room, [row["student_id"] for row in rows])


def _seat(school: Any, room: Any, student_id: int) -> dict[str, Any]:
    return {
        "student_id": student_id,
        "school": school,
        "province_id": school.province_id,
        "school_class": room,
        "year": LAST_YEAR,
        "grade": room.grades[0],
        "status": "completed",
        "entry_kind": "4",
        "starts_on": FIRST_DAY,
        "ends_on": LAST_DAY,
    }


def _entered_then(school: Any, room: Any, ids: list[int]) -> None:
    lines = table("records.RegisterEntry").objects.filter(school=school, student_id__in=ids)
    lines.update(entered_on=FIRST_DAY, entered_class=room.name)


def _seat_who_left(
    random: Random, school: Any, classes: Planned, first_code: int, now: datetime
) -> None:
    people = build_students(
        random, school, classes, first_code, now, year=LAST_YEAR, started=FIRST_DAY
    )
    gone = {"student__in": people, "school": school}
    table("records.Enrolment").objects.filter(**gone).update(status="completed", ends_on=LAST_DAY)
    lines = table("records.RegisterEntry").objects.filter(**gone)
    lines.update(left_on=LAST_DAY, left_reason=COMPLETED)
