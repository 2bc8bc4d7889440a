"""Chuyển trường: pupils who move between schools in this year, by the product's own acts.

Asked for by one school, received by another, with their marks brought along: the history that a
move leaves is the product's, so these few go through the doors and not below them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from khue.access.api import Actor, actor_of_account
from khue.gradebook.api import recount_progress
from khue.gradebook.services.bringing import bring_marks
from khue.records.api import accept_transfer, request_transfer
from kit.dates import vietnam_day
from synthetic.plan import YEAR, Outline, PlannedClass, PlannedSchool, PlannedSeat, Province

# The grades in which a pupil moves; schools that have one are paired, neighbour with neighbour.
GRADES = ("03", "07", "11")
REASON = "Bố mẹ chuyển nơi làm việc"
ROLE_HOLDERS = """
select account.id, account.name from access_grant held
join access_account account on account.id = held.account_id
where held.school_id = %s and held.role = %s and held.ended_at is null
order by held.id limit 1
"""
FORGET_DAY = "delete from attendance_absence where student_id = %s and day >= %s"


@dataclass(frozen=True, slots=True)
class Move:
    """A pupil of one school who goes to another, in a grade that both have."""

    grade: str
    source: Outline
    target: Outline


def planned_moves(province: Province) -> list[Move]:
    """Who moves from where to where; known before anything is written."""
    return [move for grade in GRADES for move in _pairs(province, grade)]


def _pairs(province: Province, grade: str) -> Iterator[Move]:
    having = [one for one in province.schools if one.pupils.get(grade, 0) >= 12]
    for source, target in zip(having[::2], having[1::2], strict=False):
        yield Move(grade, source, target)


def move_pupil(move: Move, source: PlannedSchool, target: PlannedSchool, now: datetime) -> None:
    """Let a pupil move on the day before `now`, with the marks of the term."""
    seat, room = seat_that_moves(source, move.grade), smallest_class(target, move.grade)
    sender, receiver = acting(source.id, now), acting(target.id, now)
    on = vietnam_day(now)
    transfer = request_transfer(
        actor=sender,
        now=now - timedelta(hours=3),
        student_id=seat.student_id,
        to_school_id=target.id,
        effective_on=on,
        reason=REASON,
    )
    accept_transfer(actor=receiver, now=now, transfer_id=transfer, class_id=room.id, on=on)
    _settle(seat, room, receiver, now)


def _settle(seat: PlannedSeat, room: PlannedClass, receiver: Actor, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET_DAY, [seat.student_id, vietnam_day(now)])
    if room.level != "02":
        bring_marks(actor=receiver, now=now, class_id=room.id, student_id=seat.student_id)
    for class_id in (seat.class_id, room.id):
        recount_progress(now=now, class_id=class_id)


def seats_of_grade(school: PlannedSchool, grade: str) -> list[PlannedSeat]:
    seats = [
        seat
        for one in school.classes_of(YEAR)
        for seat in one.seats
        if seat.band.grade == grade and seat.is_here
    ]
    return sorted(seats, key=lambda seat: seat.id)


def seat_that_moves(school: PlannedSchool, grade: str) -> PlannedSeat:
    """The last of the grade, so that no fault meets the pupil who moves."""
    return seats_of_grade(school, grade)[-1]


def smallest_class(school: PlannedSchool, grade: str) -> PlannedClass:
    having = [one for one in school.classes_of(YEAR) if one.grades == (grade,)]
    return min(having, key=lambda one: (len(one.seats), one.id))


def acting(school_id: int, now: datetime, roles: Sequence[str] = ("principal",)) -> Actor:
    """Whoever holds a role at a school, as the gate knows them."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE_HOLDERS, [school_id, roles[0]])
        account_id, name = cursor.fetchone()
    return actor_of_account(account_id, name, vietnam_day(now))
