"""Marks as they stand in late November: most regular marks, most mid-terms, few finals yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any

from demo.blueprint import COMPLETE_BOOKS, COMPLETE_CLASSES, HOLES, LATE_BOOKS, STRANDED, YEAR
from demo.tables import write
from khue.gradebook.rules.marks import FAILED, PASSED
from khue.gradebook.rules.tt22 import subject_semester

REGULAR = ["tx1", "tx2", "tx3", "tx4", "tx5", "tx6"]
SPREAD = 0.9


def invent_mark(random: Random, ability: float, spread: float = SPREAD) -> int:
    """A mark in tenths around a child's ability, mostly whole or half."""
    drawn = min(10.0, max(1.5, random.gauss(ability, spread)))
    return round(drawn * 2) * 5


def slots_of(class_subject: Any) -> list[str]:
    return [*REGULAR[: class_subject.regular_marks], "gk", "ck"]


def filled_slots(random: Random, class_subject: Any, *, whole_term: bool) -> list[str]:
    """The columns a teacher has entered so far."""
    slots, progress = slots_of(class_subject), random.random()
    key = (class_subject.school_class.name, class_subject.subject.name)
    if whole_term or key in COMPLETE_BOOKS or key[0] in COMPLETE_CLASSES:
        return slots
    if key in STRANDED:
        return []
    if key in LATE_BOOKS or progress < 0.12:
        return slots[:1]
    told = key[0] == "8A" or progress > 0.35
    return slots[:-1] if told else slots[: class_subject.regular_marks - 1]


def invent_row(
    random: Random,
    class_subject: Any,
    slots: list[str],
    ability: float,
    *,
    spread: float = SPREAD,
    fails: bool | None = None,
) -> dict[str, int | None]:
    """The marks of one pupil in these columns; `fails`: whether a comment subject is not passed."""
    comment = class_subject.form == "comment"
    values: dict[str, int | None] = {
        slot: _invent_comment(random, fails=fails)
        if comment
        else invent_mark(random, ability, spread)
        for slot in slots
    }
    return {**values, "average": average_of(class_subject, values)}


def _invent_comment(random: Random, *, fails: bool | None) -> int:
    missed = random.random() < 0.02 if fails is None else fails
    return FAILED if missed else PASSED


def average_of(class_subject: Any, values: Mapping[str, int | None]) -> int | None:
    regular = [values.get(slot) for slot in REGULAR[: class_subject.regular_marks]]
    by_comment = class_subject.form == "comment"
    return subject_semester(regular, values.get("gk"), values.get("ck"), by_comment=by_comment)


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
        students = students_of[one.school_class_id]
        for term in (1, 2):
            made = []
            if term in terms:
                made = _book(random, one, term, students, whole_term=whole_term)
            rows += made
            progress.append(_progress(one, term, len(students), made, now))
    write("gradebook.MarkRow", [one for one in rows if _entered(one)])
    write("gradebook.Progress", progress)


def _book(
    random: Random, one: Any, term: int, students: list[Any], *, whole_term: bool
) -> list[dict[str, Any]]:
    slots = filled_slots(random, one, whole_term=whole_term)
    hole = HOLES.get((one.school_class.name, one.subject.name))
    return [
        _row(random, one, term, student, _without(slots, hole, place))
        for place, student in enumerate(students)
    ]


def _without(slots: list[str], hole: tuple[int, str] | None, place: int) -> list[str]:
    return [one for one in slots if (place, one) != hole]


def _entered(row: Mapping[str, Any]) -> int:
    return sum(row.get(slot) is not None for slot in [*REGULAR, "gk", "ck"])


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


def _progress(
    one: Any, term: int, students: int, rows: list[dict[str, Any]], now: datetime
) -> dict[str, Any]:
    return {
        "class_subject": one,
        "term": term,
        "school_id": one.school_id,
        "province_id": one.school_class.school.province_id,
        "year": YEAR,
        "due": students * len(slots_of(one)),
        "entered": sum(map(_entered, rows)),
        "changed_at": now,
    }
