"""Chuyển trường: asked by the sending school, answered by the receiving one; history stays."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.ledger.api import Operation, append_changes
from khue.organisations.api import SchoolCard, school_summary
from khue.records.models import Enrolment, Student, Transfer
from khue.records.queries.places import open_school, open_student
from khue.records.rules.enrolment import Status, may_become
from khue.records.rules.refusals import RecordRefused
from khue.records.services.enrolment import class_of_school, end_seat, open_seat, place_in_class
from khue.records.services.family_access import settle_access, take_access_away
from khue.records.services.register import close_line
from khue.records.services.writing import operation_of, promised, student_change
from kit.dates import print_date, vietnam_day
from kit.fences import EVERYTHING, scoped

MOVE = "records.transfer_students"
FROM_ANOTHER_SCHOOL = "1"


def request_transfer(
    *,
    actor: Actor,
    now: datetime,
    student_id: int,
    to_school_id: int,
    effective_on: date,
    reason: str = "",
) -> int:
    """Đề nghị chuyển trường to another school of the platform."""
    with transaction.atomic():
        student = open_student(actor, MOVE, student_id, lock=True)
        target = school_summary(to_school_id)
        row = _request(actor, now, student, target, effective_on, reason)
        with promised():
            row.save()
        label = f"Đề nghị chuyển đến {target.name} từ {print_date(effective_on)}"
        change = student_change(student, "request_transfer", label=label, reason=reason)
        append_changes(operation_of(actor, now), [change])
    return row.pk


def _request(
    actor: Actor,
    now: datetime,
    student: Student,
    target: SchoolCard,
    effective_on: date,
    reason: str,
) -> Transfer:
    if target.id == student.home_school_id:
        raise RecordRefused("SAME_SCHOOL", "Học sinh đang học ở chính trường này.", "to_school")
    last = Enrolment.objects.filter(student=student).order_by("-starts_on").first()
    return Transfer(
        student=student,
        student_name=student.name,
        from_school_id=student.home_school_id,
        to_school_id=target.id,
        grade=last.grade if last else "",
        effective_on=effective_on,
        reason=reason.strip()[:300],
        requested_at=now,
        requested_by=actor.name,
    )


def _open_transfer(actor: Actor, transfer_id: int, side: str) -> Transfer:
    """A waiting request, at the side on which the actor holds the right."""
    row = Transfer.objects.select_for_update().filter(id=transfer_id).first()
    if row is None:
        raise OutsidePlace
    open_school(actor, MOVE, row.to_school_id if side == "to" else row.from_school_id)
    if row.state != Transfer.State.REQUESTED:
        raise RecordRefused(
            "ANSWERED", f"Đề nghị này đã được xử lý: {row.get_state_display().lower()}."
        )
    return row


def accept_transfer(
    *, actor: Actor, now: datetime, transfer_id: int, class_id: int, on: date
) -> int:
    """Tiếp nhận: the file moves here, the old school keeps reading its own years."""
    with transaction.atomic():
        row = _open_transfer(actor, transfer_id, "to")
        class_of_school(class_id, row.to_school_id, on)
        operation = operation_of(actor, now)
        with scoped(EVERYTHING):
            student = Student.objects.select_for_update().get(id=row.student_id)
            _leave_old_school(operation, student, row, on)
            _arrive(operation, student, row, class_id, on)
            _answer(row, actor, now, Transfer.State.ACCEPTED, "")
            _renew_access(operation, student, vietnam_day(now))
    return row.student_id


def _leave_old_school(operation: Operation, student: Student, row: Transfer, on: date) -> None:
    if student.home_school_id != row.from_school_id:
        raise RecordRefused("MOVED_ON", "Hồ sơ không còn ở trường gửi đề nghị.")
    target = school_summary(row.to_school_id)
    depart(student, on - timedelta(days=1))
    label = f"Chuyển đến {target.name} từ {print_date(on)}"
    change = student_change(student, "transfer_out", label=label, reason=row.reason)
    append_changes(operation, [change])
    close_line(
        operation,
        student,
        school_id=row.from_school_id,
        day=on,
        reason="Chuyển trường",
        to_school=target.name,
    )


def depart(student: Student, last_day: date) -> None:
    """End the seat; a seat that ended with the year is marked as left by transfer."""
    seat = (
        Enrolment.objects.filter(student=student, school_id=student.home_school_id)
        .order_by("-starts_on", "-id")
        .first()
    )
    if seat is None or not may_become(Status(seat.status), Status.TRANSFERRED_OUT):
        return
    if seat.ends_on is None:
        end_seat(seat, Status.TRANSFERRED_OUT, last_day)


def _arrive(operation: Operation, student: Student, row: Transfer, class_id: int, on: date) -> None:
    source, target = school_summary(row.from_school_id), school_summary(row.to_school_id)
    student.home_school_id, student.province_id = target.id, target.province_id
    student.version += 1
    student.save(update_fields=["home_school", "province", "version"])
    label = f"Chuyển đến từ {source.name}"
    append_changes(operation, [student_change(student, "transfer_in", label=label)])
    kind = FROM_ANOTHER_SCHOOL
    place_in_class(
        operation, student, class_id, on, kind, "", register=True, from_school=source.name
    )


def _renew_access(operation: Operation, student: Student, today: date) -> None:
    """The family's grants go along, so that the new school finds its accounts."""
    take_access_away(operation, student, today)
    settle_access(operation, student, today)


def _answer(row: Transfer, actor: Actor, now: datetime, state: str, answer: str) -> None:
    row.state, row.answer = state, answer.strip()[:300]
    row.answered_at, row.answered_by = now, actor.name
    row.save(update_fields=["state", "answer", "answered_at", "answered_by"])


def refuse_transfer(*, actor: Actor, now: datetime, transfer_id: int, answer: str) -> None:
    """Không tiếp nhận, with a reason that the sending school reads."""
    if not answer.strip():
        raise RecordRefused("NO_REASON", "Hãy ghi lý do để trường gửi biết.", "answer")
    with transaction.atomic():
        row = _open_transfer(actor, transfer_id, "to")
        _answer(row, actor, now, Transfer.State.REFUSED, answer)
        _told(actor, now, row, "refuse_transfer", "Trường nhận không tiếp nhận", answer)


def cancel_transfer(*, actor: Actor, now: datetime, transfer_id: int, reason: str = "") -> None:
    """Hủy đề nghị, by the school that made it."""
    with transaction.atomic():
        row = _open_transfer(actor, transfer_id, "from")
        _answer(row, actor, now, Transfer.State.CANCELLED, reason)
        _told(actor, now, row, "cancel_transfer", "Hủy đề nghị chuyển trường", reason)


def _told(actor: Actor, now: datetime, row: Transfer, action: str, label: str, reason: str) -> None:
    with scoped(EVERYTHING):
        student = Student.objects.get(id=row.student_id)
        change = student_change(student, action, label=label, reason=reason)
        append_changes(operation_of(actor, now), [change])


def leave_platform(
    *, actor: Actor, now: datetime, student_id: int, on: date, to_school: str, reason: str = ""
) -> None:
    """Chuyển đi trường ngoài hệ thống: the seat ends and the register tells where to."""
    if not to_school.strip():
        raise RecordRefused("NO_SCHOOL", "Hãy ghi tên trường chuyển đến.", "to_school")
    with transaction.atomic():
        student = open_student(actor, MOVE, student_id, lock=True)
        end_seat(open_seat(student), Status.TRANSFERRED_OUT, on)
        operation = operation_of(actor, now)
        label = f"Chuyển đến {to_school} từ {print_date(on)}"
        change = student_change(student, "transfer_out", label=label, reason=reason)
        append_changes(operation, [change])
        close_line(
            operation,
            student,
            school_id=student.home_school_id,
            day=on,
            reason="Chuyển trường",
            to_school=to_school.strip()[:200],
        )
