"""Kết chuyển năm học: the seats of many students end with the year, new ones begin with the next.

Who is promoted or stays down is decided above; here the seats are given up, taken, and, while
nothing else happened since, put back exactly as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from khue.access.api import Actor
from khue.ledger.api import Change, Operation, append_changes
from khue.organisations.api import ClassCard, SchoolCard
from khue.records.models import Enrolment, RegisterEntry, Student
from khue.records.queries.places import open_school
from khue.records.queries.rolls import newest_enrolments
from khue.records.rules.enrolment import Status
from khue.records.services.enrolment import MANAGE, class_of_school
from khue.records.services.writing import operation_of, promised, student_change
from kit.dates import print_date

COMPLETED_SCHOOL = "Hoàn thành chương trình"
ENDED = (Status.COMPLETED, Status.RETAINED)


@dataclass(frozen=True, slots=True)
class YearMove:
    """A student of a class: promoted or retained, to a class of the next year or out of school."""

    student_id: int
    from_class_id: int
    to_class_id: int | None
    retained: bool = False


@dataclass(frozen=True, slots=True)
class YearMoved:
    """What was done, so that it can be taken back."""

    student_id: int
    old_seat: int
    old_status: str
    old_ends_on: date | None
    new_seat: int | None = None
    register_line: int | None = None


@dataclass(frozen=True, slots=True)
class YearTurned:
    """Who was moved, and who could not be: a sentence by student."""

    moved: list[YearMoved]
    refused: Mapping[int, str]


@dataclass(slots=True)
class _Turn:
    school: SchoolCard
    operation: Operation
    last_day: date
    first_day: date
    students: dict[int, Student]
    seats: dict[int, Enrolment]
    targets: dict[int, ClassCard]


def turn_year(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    last_day: date,
    first_day: date,
    moves: Sequence[YearMove],
) -> YearTurned:
    """Kết chuyển: all moves or none; a student who is elsewhere by now is left alone."""
    with transaction.atomic():
        school = open_school(actor, MANAGE, school_id)
        turn = _open_turn(school, operation_of(actor, now), last_day, first_day, moves)
        refused = {one.student_id: why for one in moves if (why := _why_not(turn, one)) is not None}
        going = [one for one in moves if one.student_id not in refused]
        moved = _move_all(turn, going)
    return YearTurned(moved, refused)


def _open_turn(
    school: SchoolCard,
    operation: Operation,
    last_day: date,
    first_day: date,
    moves: Sequence[YearMove],
) -> _Turn:
    ids = sorted({one.student_id for one in moves})
    classes = {one.to_class_id for one in moves if one.to_class_id}
    return _Turn(
        school,
        operation,
        last_day,
        first_day,
        hold_students(school.id, ids),
        newest_enrolments(ids),
        {one: class_of_school(one, school.id, first_day) for one in sorted(classes)},
    )


def hold_students(school_id: int, ids: Iterable[int]) -> dict[int, Student]:
    """The files that this school keeps, held until the transaction ends."""
    rows = Student.objects.select_for_update(of=("self",)).filter(
        id__in=list(ids), home_school_id=school_id, merged_into__isnull=True
    )
    return {row.pk: row for row in rows.order_by("id")}


def _why_not(turn: _Turn, move: YearMove) -> str | None:
    """Why a student cannot be moved from this class; None when he can."""
    seat = turn.seats.get(move.student_id)
    if move.student_id not in turn.students or seat is None:
        return "Hồ sơ của em không còn ở trường."
    if seat.school_class_id != move.from_class_id:
        return f"Em đã có tên ở lớp {seat.school_class.name}."
    if seat.ends_on is None and seat.status != Status.STUDYING:
        return f"Em đang ở trạng thái “{Status(seat.status).name_vi}”."
    if seat.ends_on is not None and seat.status not in ENDED:
        return f"Em đã rời lớp: {Status(seat.status).name_vi.lower()}."
    return _why_not_days(turn, move, seat)


def _why_not_days(turn: _Turn, move: YearMove, seat: Enrolment) -> str | None:
    last_day = seat.ends_on or turn.last_day
    if last_day < seat.starts_on:
        return f"Em vào lớp ngày {print_date(seat.starts_on)}, sau ngày kết thúc năm học."
    if move.to_class_id and turn.first_day <= last_day:
        return f"Năm học cũ của em kết thúc ngày {print_date(last_day)}, sau ngày vào lớp mới."
    return None


def _move_all(turn: _Turn, moves: Sequence[YearMove]) -> list[YearMoved]:
    before = {one.student_id: turn.seats[one.student_id] for one in moves}
    old = {one: (seat.pk, seat.status, seat.ends_on) for one, seat in before.items()}
    for move in moves:
        seat = before[move.student_id]
        seat.status = Status.RETAINED if move.retained else Status.COMPLETED
        seat.ends_on = seat.ends_on or turn.last_day
    Enrolment.objects.bulk_update(list(before.values()), ["status", "ends_on"], batch_size=1000)
    taken, lines = _take_seats(turn, moves), _close_lines(turn, moves)
    append_changes(turn.operation, [_told(turn, move) for move in moves])
    return [
        YearMoved(one, *old[one], new_seat=taken.get(one), register_line=lines.get(one))
        for one in (move.student_id for move in moves)
    ]


def _take_seats(turn: _Turn, moves: Sequence[YearMove]) -> dict[int, int]:
    rows = [_seat(turn, move) for move in moves if move.to_class_id]
    with promised():
        Enrolment.objects.bulk_create(rows, batch_size=1000)
    return {row.student_id: row.pk for row in rows}


def _seat(turn: _Turn, move: YearMove) -> Enrolment:
    target = turn.targets[move.to_class_id or 0]
    return Enrolment(
        student_id=move.student_id,
        school_id=target.school_id,
        province_id=target.province_id,
        school_class_id=target.id,
        year=target.year,
        grade=target.grade,
        status=Status.STUDYING,
        starts_on=turn.first_day,
    )


def _close_lines(turn: _Turn, moves: Sequence[YearMove]) -> dict[int, int]:
    """Sổ đăng bộ of those who leave after the last grade."""
    leaving = [one.student_id for one in moves if one.to_class_id is None]
    rows = RegisterEntry.objects.filter(
        school_id=turn.school.id, student_id__in=leaving, left_on__isnull=True
    )
    found = list(rows)
    for row in found:
        row.left_on, row.left_reason = max(turn.last_day, row.entered_on), COMPLETED_SCHOOL
    RegisterEntry.objects.bulk_update(found, ["left_on", "left_reason"], batch_size=1000)
    return {row.student_id: row.pk for row in found}


def _told(turn: _Turn, move: YearMove) -> Change:
    student, seat = turn.students[move.student_id], turn.seats[move.student_id]
    ends = "Lưu ban" if move.retained else "Hoàn thành năm học"
    target = turn.targets.get(move.to_class_id or 0)
    begins = f"vào lớp {target.name} từ {print_date(turn.first_day)}" if target else "ra trường"
    label = f"Kết chuyển: {ends.lower()} lớp {seat.school_class.name}, {begins}"
    return student_change(student, "turn_year", label=label)


def turn_year_back(
    *, actor: Actor, now: datetime, school_id: int, moved: Sequence[YearMoved]
) -> Mapping[int, str]:
    """Hoàn tác kết chuyển: seats as they were; a sentence by student where it cannot be."""
    with transaction.atomic():
        school = open_school(actor, MANAGE, school_id)
        ids = [one.student_id for one in moved]
        students, refused = hold_students(school.id, ids), why_not_back(school_id, moved)
        back = [one for one in moved if one.student_id not in refused]
        _put_back(back)
        told = [
            student_change(students[one.student_id], "turn_year_back", label=BACK) for one in back
        ]
        append_changes(operation_of(actor, now), told)
    return refused


BACK = "Hoàn tác kết chuyển năm học"


def why_not_back(school_id: int, moved: Sequence[YearMoved]) -> dict[int, str]:
    """Whom something that happened since keeps where he is, and why."""
    ids = [one.student_id for one in moved]
    here = set(
        Student.objects.filter(
            id__in=ids, home_school_id=school_id, merged_into__isnull=True
        ).values_list("id", flat=True)
    )
    newest = newest_enrolments(here)
    return {
        one.student_id: why
        for one in moved
        if (why := _changed_since(one, newest.get(one.student_id)))
    }


def _changed_since(one: YearMoved, newest: Enrolment | None) -> str:
    if newest is None:
        return "Hồ sơ của em đã chuyển khỏi trường hoặc đã gộp."
    if newest.pk not in (one.new_seat, one.old_seat) or (
        one.new_seat is not None and newest.pk != one.new_seat
    ):
        return f"Em đã đổi lớp sau khi kết chuyển, nay ở lớp {newest.school_class.name}."
    if one.new_seat is not None and newest.ends_on is not None:
        return f"Em đã rời lớp {newest.school_class.name}: {Status(newest.status).name_vi.lower()}."
    if one.new_seat is None and newest.status not in ENDED:
        return f"Trạng thái của em đã đổi thành “{Status(newest.status).name_vi}”."
    return ""


def _put_back(moved: Sequence[YearMoved]) -> None:
    Enrolment.objects.filter(id__in=[one.new_seat for one in moved if one.new_seat]).delete()
    kept = {one.old_seat: one for one in moved}
    seats = list(Enrolment.objects.filter(id__in=kept))
    for seat in seats:
        seat.status, seat.ends_on = kept[seat.pk].old_status, kept[seat.pk].old_ends_on
    Enrolment.objects.bulk_update(seats, ["status", "ends_on"], batch_size=1000)
    lines = [one.register_line for one in moved if one.register_line]
    RegisterEntry.objects.filter(id__in=lines).update(left_on=None, left_reason="")
