"""Who teaches what in the demonstration, and who leads which class."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from random import Random
from typing import Any

from demo.people import build_staff
from demo.tables import table, write

FROM = date(2026, 8, 1)
LAST_YEAR_DAYS = date(2025, 8, 1), date(2026, 8, 31)
# In a primary school these subjects have teachers of their own.
OF_SPECIALISTS = {
    "Ngoại ngữ 1",
    "Tin học và Công nghệ",
    "Giáo dục thể chất",
    "Nghệ thuật (Âm nhạc, Mĩ thuật)",
}
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
            _assignment(school, one, group[at * needed // len(taught)])
            for at, one in enumerate(taught)
        ]
    if not teachers:
        posts = [(TEACHER_KIND["01"], "Giáo viên mầm non")] * (2 * len(classes))
        teachers = build_staff(random, school, posts, now)
    made = write("timetable.TeachingAssignment", assignments)
    own = _own_teachers(made)
    homerooms = write("timetable.HomeroomAssignment", _homerooms(school, classes, teachers, own))
    return {"office": office, "teachers": teachers, "teaching": made, "homerooms": homerooms}


def _assignment(school: Any, class_subject: Any, staff: Any) -> dict[str, Any]:
    return {
        "school": school,
        "class_subject": class_subject,
        "staff": staff,
        "periods_per_week": round(class_subject.periods_term1 / 18),
        "starts_on": FROM,
    }


def _by_subject(class_subjects: list[Any]) -> Iterable[tuple[str, str, list[Any]]]:
    """Who needs one teacher or more: a subject of a level; in primary most subjects of a class."""
    grouped: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in class_subjects:
        level, name = one.school_class.level, one.subject.name
        whole_class = level == "02" and name not in OF_SPECIALISTS
        grouped[level, f"lớp {one.school_class.name}" if whole_class else name].append(one)
    return [(level, name, taught) for (level, name), taught in grouped.items()]


def _own_teachers(teaching: list[Any]) -> dict[int, Any]:
    """In primary whoever teaches most subjects of a class leads it; by class."""
    return {
        one.class_subject.school_class_id: one.staff
        for one in teaching
        if one.class_subject.school_class.level == "02"
        and one.class_subject.subject.name not in OF_SPECIALISTS
    }


def _homerooms(
    school: Any, classes: list[Any], teachers: list[Any], own: dict[int, Any]
) -> list[dict[str, Any]]:
    taken = {one.pk for one in own.values()}
    free = [one for one in teachers if one.pk not in taken]
    step = max(1, len(free) // max(1, len(classes)))
    return [
        {
            "school": school,
            "school_class": school_class,
            "staff": own.get(school_class.pk) or free[(at * step) % len(free)],
            "starts_on": FROM,
        }
        for at, school_class in enumerate(classes)
    ]


def build_teaching_of_last_year(school: Any, classes: list[Any], class_subjects: list[Any]) -> None:
    """Last year's classes had the teachers that the classes after them have now."""
    rows = table("timetable.TeachingAssignment").objects.filter(school=school, starts_on=FROM)
    teachers = {
        (one.class_subject.school_class.name, one.class_subject.subject_id): one.staff
        for one in rows.select_related("staff", "class_subject__school_class")
    }
    leaders = {
        one.school_class.name: one.staff
        for one in table("timetable.HomeroomAssignment")
        .objects.filter(school=school)
        .select_related("staff", "school_class")
    }
    days = {"starts_on": LAST_YEAR_DAYS[0], "ends_on": LAST_YEAR_DAYS[1]}
    write(
        "timetable.TeachingAssignment",
        [
            {**_assignment(school, one, teachers[_now(one.school_class), one.subject_id]), **days}
            for one in class_subjects
        ],
    )
    write(
        "timetable.HomeroomAssignment",
        [
            {"school": school, "school_class": one, "staff": leaders[_now(one)], **days}
            for one in classes
        ],
    )


def _now(school_class: Any) -> str:
    """The name of the class a year later; the last grade stays with its teachers."""
    grade = min(int(school_class.grades[0]) + 1, 9)
    return f"{grade}{school_class.name[-1]}"
