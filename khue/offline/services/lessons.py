"""Dòng sổ ghi đầu bài ghi trên máy: one line of a class, with the version that was seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from khue.access.api import Actor
from khue.diary.api import DiaryRefused, LessonClash, LessonLine, lesson_at, write_lesson
from khue.offline.services.results import Counted, Result, Status, refused
from kit.dates import print_moment

FIELDS = ("title", "remark", "homework", "stands_in_for", "reason")


def apply_lesson(*, actor: Actor, now: datetime, counted: Counted) -> Result:
    """Write one line; whether it is ghi bù follows from when it was written on the machine."""
    operation = counted.operation
    value = operation.value if isinstance(operation.value, Mapping) else {}
    base = operation.base if isinstance(operation.base, int) else 0
    try:
        written = write_lesson(
            actor=actor,
            now=now,
            class_id=operation.place["class"],
            day=operation.day,
            session=operation.place["session"],
            period=operation.place["period"],
            class_subject_id=operation.place["subject"],
            base_version=int(base),
            noted_at=counted.at,
            operation_id=operation.id,
            **_values(value, counted.reason),
        )
    except LessonClash as clash:
        return _clash(counted, value, str(clash))
    except DiaryRefused as refusal:
        return refused(operation, str(refusal))
    # What said the same already was not written again, and the ledger has no word of it.
    status: Status = "already" if base and written.version == base else "applied"
    return Result(operation.id, status, value={"version": written.version})


def _values(value: Mapping[str, Any], told: str) -> dict[str, Any]:
    texts = {name: str(value.get(name) or "") for name in FIELDS}
    texts["reason"] = ". ".join(part for part in (texts["reason"], told) if part)
    number, rating = value.get("plan_number"), value.get("rating")
    rated = {str(key): str(one) for key, one in rating.items()} if isinstance(rating, dict) else {}
    whole = number if isinstance(number, int) and not isinstance(number, bool) else None
    return {**texts, "plan_number": whole, "rating": rated}


def _clash(counted: Counted, value: Mapping[str, Any], sentence: str) -> Result:
    """The line that stands there; when it says the same, there is nothing to decide."""
    place = counted.operation.place
    line = lesson_at(place["class"], counted.operation.day, place["session"], place["period"])
    if line is None:
        return Result(counted.operation.id, "conflict", sentence, value={"version": 0})
    status: Status = "already" if _same(line, place["subject"], value) else "conflict"
    return Result(
        counted.operation.id,
        status,
        "" if status == "already" else sentence,
        _shown(line),
        line.title,
        line.teacher_name,
        print_moment(line.written_at),
    )


def _same(line: LessonLine, subject: int, value: Mapping[str, Any]) -> bool:
    mine = [str(value.get(name) or "").strip() for name in ("title", "remark", "homework")]
    number = value.get("plan_number")
    return (
        line.class_subject_id == subject
        and [
            line.title,
            line.remark,
            line.homework,
        ]
        == mine
        and line.plan_number == number
    )


def _shown(line: LessonLine) -> dict[str, Any]:
    return {
        "version": line.version,
        "subject": line.class_subject_id,
        "title": line.title,
        "plan_number": line.plan_number,
        "remark": line.remark,
        "homework": line.homework,
        "rating": line.rating,
    }
