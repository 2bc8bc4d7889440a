"""Who teaches what in the demonstration, and who leads which class."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from random import Random
from typing import Any

from demo.people import build_staff
from demo.tables import write

FROM = date(2026, 8, 1)
WEEKLY_NORM = {"02": 23, "03": 19, "04": 17, "05": 17}
TEACHER_KIND = {"01": "30", "02": "29", "03": "28", "04": "27", "05": "27"}
OFFICES = [
    ("01", "Hiệu trưởng"),
    ("02", "Phó hiệu trưởng"),
    ("34", "Nhân viên giáo vụ"),
    ("15", "Nhân viên kế toán"),
    ("11", "Nhân viên y tế"),
]


def build_teaching(
    random: Random, school: Any, classes: list[Any], class_subjects: list[Any], now: datetime
) -> dict[str, list[Any]]:
    """Staff, teaching and homeroom assignments of a school; staff by "office" and "teachers"."""
    office = build_staff(random, school, OFFICES, now)
    teachers: list[Any] = []
    assignments: list[dict[str, Any]] = []
    for level, name, taught in _by_subject(class_subjects):
        weekly = sum(one.periods_term1 / 18 for one in taught)
        needed = max(1, math.ceil(weekly / WEEKLY_NORM[level]))
        title = f"Giáo viên {name}"
        group = build_staff(random, school, [(TEACHER_KIND[level], title)] * needed, now)
        teachers += group
        assignments += [
            {
                "school": school,
                "class_subject": one,
                "staff": group[at * needed // len(taught)],
                "periods_per_week": round(one.periods_term1 / 18),
                "starts_on": FROM,
            }
            for at, one in enumerate(taught)
        ]
    if not teachers:
        posts = [(TEACHER_KIND["01"], "Giáo viên mầm non")] * (2 * len(classes))
        teachers = build_staff(random, school, posts, now)
    made = write("timetable.TeachingAssignment", assignments)
    homerooms = write("timetable.HomeroomAssignment", _homerooms(school, classes, teachers))
    return {"office": office, "teachers": teachers, "teaching": made, "homerooms": homerooms}


def _by_subject(class_subjects: list[Any]) -> Iterable[tuple[str, str, list[Any]]]:
    grouped: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in class_subjects:
        grouped[one.school_class.level, one.subject.name].append(one)
    return [(level, name, taught) for (level, name), taught in grouped.items()]


def _homerooms(school: Any, classes: list[Any], teachers: list[Any]) -> list[dict[str, Any]]:
    step = max(1, len(teachers) // max(1, len(classes)))
    return [
        {
            "school": school,
            "school_class": school_class,
            "staff": teachers[(at * step) % len(teachers)],
            "starts_on": FROM,
        }
        for at, school_class in enumerate(classes)
    ]
