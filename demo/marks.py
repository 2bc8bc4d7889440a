"""Marks as they stand in late November: most regular marks, most mid-terms, no finals yet."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from demo.blueprint import YEAR
from demo.tables import write
from khue.gradebook.rules.marks import FAILED, PASSED
from khue.gradebook.rules.tt22 import subject_semester

REGULAR = ["tx1", "tx2", "tx3", "tx4", "tx5", "tx6"]


def invent_mark(random: Random, ability: float) -> int:
    """A mark in tenths around a child's ability, mostly whole or half."""
    drawn = min(10.0, max(1.5, random.gauss(ability, 1.1)))
    return round(drawn * 2) * 5


def slots_of(class_subject: Any) -> list[str]:
    return [*REGULAR[: class_subject.regular_marks], "gk", "ck"]


def filled_slots(random: Random, class_subject: Any, *, whole_term: bool) -> list[str]:
    """The columns a teacher has entered so far."""
    slots = slots_of(class_subject)
    if whole_term:
        return slots
    progress = random.random()
    if progress < 0.12:
        return slots[:1]
    return slots[:-1] if progress > 0.35 else slots[: class_subject.regular_marks - 1]


def invent_row(
    random: Random, class_subject: Any, slots: list[str], ability: float
) -> dict[str, int | None]:
    comment = class_subject.form == "comment"
    values: dict[str, int | None] = {
        slot: (FAILED if random.random() < 0.02 else PASSED)
        if comment
        else invent_mark(random, ability)
        for slot in slots
    }
    regular = [values.get(slot) for slot in REGULAR[: class_subject.regular_marks]]
    average = subject_semester(regular, values.get("gk"), values.get("ck"), by_comment=comment)
    return {**values, "average": average}


def build_marks(
    random: Random,
    class_subjects: list[Any],
    students_of: dict[int, list[Any]],
    now: datetime,
    *,
    terms: tuple[int, ...] = (1,),
    whole_term: bool = False,
) -> None:
    """Marks of class subjects that are marked in secondary grades, with their progress counts."""
    rows: list[dict[str, Any]] = []
    progress: list[dict[str, Any]] = []
    for one in class_subjects:
        if one.school_class.level not in {"03", "04", "05"}:
            continue
        for term in terms:
            slots = filled_slots(random, one, whole_term=whole_term)
            students = students_of[one.school_class_id]
            rows += [_row(random, one, term, student, slots) for student in students]
            progress.append(_progress(one, term, len(students), len(slots), now))
        students = students_of[one.school_class_id]
        progress += [_progress(one, term, len(students), 0, now) for term in {1, 2} - set(terms)]
    write("gradebook.MarkRow", rows)
    write("gradebook.Progress", progress)


def _row(random: Random, one: Any, term: int, student: Any, slots: list[str]) -> dict[str, Any]:
    ability = 5.2 + (student.pk * 37 % 40) / 10
    return {
        "year": YEAR,
        "class_subject": one,
        "term": term,
        "student": student,
        "school_id": one.school_id,
        "province_id": student.province_id,
        **invent_row(random, one, slots, ability),
    }


def _progress(one: Any, term: int, students: int, slots: int, now: datetime) -> dict[str, Any]:
    return {
        "class_subject": one,
        "term": term,
        "school_id": one.school_id,
        "province_id": one.school_class.school.province_id,
        "year": YEAR,
        "due": students * len(slots_of(one)),
        "entered": students * slots,
        "changed_at": now,
    }
