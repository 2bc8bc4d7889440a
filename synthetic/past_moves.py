"""Chuyển trường giữa năm học trước: who came from a neighbour between the terms of last year.

That year was laid as if they had always sat where they sat at its end, so the history of the
move is laid upon it: the stay at the school before, both registers, the answered request. The
marks of term I stand in the receiving books, as a move brings them along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from khue.gradebook.api import recount_progress
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.rules.calendar import plan_school_year
from synthetic.days import moment
from synthetic.moves import REASON, ROLE_HOLDERS, Move
from synthetic.plan import LAST_YEAR, PlannedClass, PlannedSchool, PlannedSeat

AUTHOR = Author(None, "Tỉnh tổng hợp")
LEFT_REASON = "Chuyển trường"
CAME_FROM_ANOTHER = "1"
CAME = """
update records_enrolment set starts_on = %(came)s, entry_kind = %(entry)s
where student_id = %(student)s and school_class_id = %(target_class)s
"""
STAYED = """
insert into records_enrolment (student_id, school_id, province_id, school_class_id, year, grade,
  status, entry_kind, starts_on, ends_on, leaving_reason, note)
select student_id, %(source)s, province_id, %(source_class)s, year, grade,
  'transferred_out', '4', %(first)s, %(left)s, '', ''
from records_enrolment where student_id = %(student)s and school_class_id = %(target_class)s
"""
NEXT_LINE = """
update records_registercounter set last_number = last_number + 1
where school_id = %(source)s returning last_number
"""
LEFT_LINE = """
insert into records_registerentry (school_id, student_id, number, entered_on, entered_class,
  from_school, left_on, left_reason, to_school)
values (%(source)s, %(student)s, %(number)s, %(first)s, %(source_room)s, '', %(left)s,
  %(left_reason)s, %(target_name)s)
"""
CAME_LINE = """
update records_registerentry set entered_on = %(came)s, from_school = %(source_name)s
where school_id = %(target)s and student_id = %(student)s
"""
ANSWERED = """
insert into records_transfer (student_id, student_name, from_school_id, to_school_id, grade, state,
  effective_on, reason, answer, requested_at, requested_by, answered_at, answered_by)
select id, name, %(source)s, %(target)s, %(grade)s, 'accepted', %(left)s, %(reason)s, '',
  %(asked_at)s, %(asked_by)s, %(answered_at)s, %(answered_by)s
from records_student where id = %(student)s
"""
NOT_YET_HERE = """
delete from attendance_absence
where student_id = %(student)s and school_class_id = %(target_class)s and day < %(came)s
"""


@dataclass(frozen=True, slots=True)
class PastMove:
    """A seat of last year, the class before it, and both schools."""

    seat: PlannedSeat
    room: PlannedClass
    source: PlannedSchool
    target: PlannedSchool


def past_move(move: Move, source: PlannedSchool, target: PlannedSchool) -> PastMove | None:
    """The other way round than this year: somebody of `source` sat in `target` until January."""
    seats = [
        seat
        for room in source.classes_of(LAST_YEAR)
        for seat in room.seats
        if seat.band.grade == move.grade and seat.is_here and seat.next == "up"
    ]
    rooms = [one for one in target.classes_of(LAST_YEAR) if one.grades == (move.grade,)]
    if not seats or not rooms:
        return None
    smallest = min(rooms, key=lambda one: (len(one.seats), one.id))
    return PastMove(seats[len(seats) // 2], smallest, target, source)


def tell_past_move(one: PastMove, now: datetime) -> None:
    """Lay the history of a move; the caller's transaction."""
    given = _given(one)
    for statement in (CAME, STAYED, CAME_LINE, ANSWERED, NOT_YET_HERE):
        _run(statement, given)
    given["number"] = _run(NEXT_LINE, given)
    _run(LEFT_LINE, given)
    for class_id in (one.seat.class_id, one.room.id):
        recount_progress(now=now, class_id=class_id)
    append_changes(Operation(AUTHOR, now), list(_told(one)))


def _given(one: PastMove) -> dict[str, Any]:
    terms = plan_school_year(LAST_YEAR).terms
    left, came = terms[0].ends_on, terms[1].starts_on
    return {
        **_places(one),
        "first": terms[0].starts_on,
        "left": left,
        "came": came,
        "entry": CAME_FROM_ANOTHER,
        "left_reason": LEFT_REASON,
        "reason": REASON,
        **_people(one, left),
    }


def _places(one: PastMove) -> dict[str, Any]:
    return {
        "student": one.seat.student_id,
        "grade": one.seat.band.grade,
        "source": one.source.id,
        "source_name": one.source.outline.name,
        "source_class": one.room.id,
        "source_room": one.room.name,
        "target": one.target.id,
        "target_name": one.target.outline.name,
        "target_class": one.seat.class_id,
    }


def _people(one: PastMove, day: date) -> dict[str, Any]:
    return {
        "asked_at": moment(day, 9),
        "asked_by": _principal(one.source.id),
        "answered_at": moment(day, 15),
        "answered_by": _principal(one.target.id),
    }


def _principal(school_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(ROLE_HOLDERS, [school_id, "principal"])
        return str(cursor.fetchone()[1])


def _run(statement: str, given: dict[str, Any]) -> int:
    """Run one statement; the first value of what it returns, if anything."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return int(cursor.fetchone()[0]) if cursor.description else 0


def _told(one: PastMove) -> Iterator[Change]:
    """A line for each of the two schools."""
    label = f"Chuyển trường năm học trước: {one.source.outline.name} đến {one.target.outline.name}"
    for school in (one.source, one.target):
        yield Change(
            subject=f"student:{one.seat.student_id}",
            action="import",
            label=label,
            new=one.target.outline.name,
            old=one.source.outline.name,
            reason=REASON,
            school_id=school.id,
            province_id=school.province_id,
        )
