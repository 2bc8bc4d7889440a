"""Điểm danh ghi trên máy: pupil by pupil, merged with what others wrote meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from khue.access.api import Actor
from khue.attendance.api import AttendanceRefused, MarkOutcome, PupilMark, mark_pupils
from khue.offline.services.marks import STATUS
from khue.offline.services.results import Counted, Result, refuse_all
from kit.dates import print_moment

Told = tuple[str, int | None, str]


def apply_attendance(*, actor: Actor, now: datetime, counted: Sequence[Counted]) -> list[Result]:
    """Write the marks of one session of a class; a session as a whole may be refused."""
    first = counted[0].operation
    try:
        marked = mark_pupils(
            actor=actor,
            now=now,
            class_id=first.place["class"],
            day=first.day,
            session=first.place["session"],
            period=first.place["period"],
            marks=[_mark(one) for one in counted],
        )
    except AttendanceRefused as refusal:
        return refuse_all([one.operation for one in counted], refusal.sentence)
    return [_result(one, out) for one, out in zip(counted, marked.outcomes, strict=True)]


def _mark(one: Counted) -> PupilMark:
    kind, minutes, note = _told(one.operation.value)
    return PupilMark(
        student_id=one.operation.place["student"],
        base=_told(one.operation.base),
        kind=kind,
        minutes=minutes,
        note=note,
        marked_at=one.at,
        operation=one.operation.id,
        reason=one.reason,
    )


def _told(given: Any) -> Told:
    if not isinstance(given, Mapping):
        return ("", None, "") if given is None else ("?", None, "")
    minutes = given.get("minutes")
    read = minutes if isinstance(minutes, int) and not isinstance(minutes, bool) else None
    return (str(given.get("kind") or ""), read, str(given.get("note") or ""))


def _result(one: Counted, outcome: MarkOutcome) -> Result:
    standing = outcome.standing
    return Result(
        one.operation.id,
        STATUS[outcome.status],
        outcome.sentence,
        {"kind": standing.kind, "minutes": standing.minutes, "note": standing.note},
        standing.told,
        outcome.author,
        print_moment(outcome.at) if outcome.at else "",
    )
