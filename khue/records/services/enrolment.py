"""Vào lớp, chuyển lớp, thôi học, trở lại, hoàn thành."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from khue.access.api import Actor
from khue.ledger.api import Operation, append_changes
from khue.organisations.api import ClassCard, class_summary
from khue.records.models import Enrolment, Student
from khue.records.queries.places import open_class, open_student
from khue.records.rules.enrolment import Status, may_become
from khue.records.rules.refusals import RecordRefused
from khue.records.services.register import close_line, write_line
from khue.records.services.writing import operation_of, promised, student_change
from kit.dates import print_date

MANAGE = "records.manage_students"
RETURNING = "3"


def enrol(
    *,
    actor: Actor,
    now: datetime,
    student_id: int,
    class_id: int,
    starts_on: date,
    entry_kind: str = "",
    grade: str = "",
    register: bool = True,
) -> int:
    """Xếp lớp: a student of the school takes a seat in a class from a day on."""
    with transaction.atomic():
        student = open_student(actor, MANAGE, student_id, lock=True)
        operation = operation_of(actor, now)
        row = place_in_class(
            operation, student, class_id, starts_on, entry_kind, grade, register=register
        )
    return row.pk


def enrol_many(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    student_ids: Sequence[int],
    starts_on: date,
    entry_kind: str = "",
) -> int:
    """Xếp lớp cho nhiều em: all of them or none."""
    with transaction.atomic():
        open_class(actor, MANAGE, class_id)
        operation = operation_of(actor, now)
        for student_id in student_ids:
            student = open_student(actor, MANAGE, student_id, lock=True)
            place_in_class(operation, student, class_id, starts_on, entry_kind, "", register=True)
    return len(student_ids)


def place_in_class(
    operation: Operation,
    student: Student,
    class_id: int,
    day: date,
    entry_kind: str,
    grade: str,
    *,
    register: bool,
    from_school: str = "",
) -> Enrolment:
    """Take the seat; the gate was passed for the student."""
    school_class = class_of_school(class_id, student.home_school_id, day)
    row = _seat(student, school_class, day, entry_kind, chosen_grade(school_class, grade))
    with promised():
        row.save()
    label = f"Vào lớp {school_class.name} từ {print_date(day)}"
    append_changes(operation, [student_change(student, "enrol", label=label)])
    if register:
        write_line(
            operation,
            student,
            school_id=school_class.school_id,
            day=day,
            entered_class=school_class.name,
            from_school=from_school,
        )
    return row


def class_of_school(class_id: int, school_id: int, day: date) -> ClassCard:
    school_class = class_summary(class_id)
    if school_class.school_id != school_id:
        raise RecordRefused(
            "OTHER_SCHOOL", "Lớp này thuộc trường khác. Hãy chọn lớp của trường.", "class_id"
        )
    if school_class.closed_on and school_class.closed_on < day:
        raise RecordRefused(
            "CLASS_CLOSED", f"Lớp {school_class.name} đã kết thúc. Hãy chọn lớp khác.", "class_id"
        )
    return school_class


def chosen_grade(school_class: ClassCard, grade: str) -> str:
    wanted = grade or school_class.grades[0]
    if wanted in school_class.grades:
        return wanted
    raise RecordRefused(
        "NOT_ITS_GRADE", f"Lớp {school_class.name} không dạy khối này. Hãy chọn lại.", "grade"
    )


def _seat(
    student: Student, school_class: ClassCard, day: date, entry_kind: str, grade: str
) -> Enrolment:
    return Enrolment(
        student=student,
        school_id=school_class.school_id,
        province_id=school_class.province_id,
        school_class_id=school_class.id,
        year=school_class.year,
        grade=grade,
        status=Status.STUDYING,
        entry_kind=entry_kind,
        starts_on=day,
    )


def open_seat(student: Student) -> Enrolment:
    """The seat that the student holds now."""
    row = (
        Enrolment.objects.filter(
            student=student, school_id=student.home_school_id, ends_on__isnull=True
        )
        .select_related("school_class")
        .first()
    )
    if row is None:
        raise RecordRefused("NO_CLASS", "Học sinh chưa có lớp. Hãy xếp lớp trước.", "class_id")
    return row


def end_seat(row: Enrolment, status: Status, last_day: date, reason: str = "") -> None:
    """Give the seat up; `last_day` is the last day on which it is held."""
    if not may_become(Status(row.status), status):
        raise RecordRefused("NOT_NOW", "Trạng thái hiện nay của học sinh không cho phép việc này.")
    if last_day < row.starts_on:
        raise RecordRefused(
            "BEFORE_ENTRY",
            f"Ngày này ở trước ngày vào lớp ({print_date(row.starts_on)}). Hãy xem lại ngày.",
            "on",
        )
    row.status, row.ends_on, row.leaving_reason = status, last_day, reason
    row.save(update_fields=["status", "ends_on", "leaving_reason"])


def move_to_class(
    *, actor: Actor, now: datetime, student_id: int, class_id: int, on: date, grade: str = ""
) -> int:
    """Chuyển lớp within the school, from a day on; on the day of entry it corrects the class."""
    with transaction.atomic():
        student = open_student(actor, MANAGE, student_id, lock=True)
        target = class_of_school(class_id, student.home_school_id, on)
        seat = open_seat(student)
        if seat.school_class_id == class_id:
            raise RecordRefused("SAME_CLASS", f"Học sinh đang học lớp {target.name}.", "class_id")
        row = _moved(student, seat, target, on, chosen_grade(target, grade))
        label = f"Chuyển từ lớp {seat.school_class.name} sang lớp {target.name}"
        change = student_change(student, "move_class", label=label)
        append_changes(operation_of(actor, now), [change])
    return row.pk


def _moved(student: Student, seat: Enrolment, target: ClassCard, on: date, grade: str) -> Enrolment:
    kind = seat.entry_kind
    if on == seat.starts_on:
        Enrolment.objects.filter(id=seat.pk).update(
            school_class_id=target.id, year=target.year, grade=grade
        )
        return Enrolment.objects.get(id=seat.pk)
    end_seat(seat, Status.MOVED_CLASS, on - timedelta(days=1))
    row = _seat(student, target, on, kind, grade)
    with promised():
        row.save()
    return row


def leave_school(
    *, actor: Actor, now: datetime, student_id: int, on: date, reason_code: str, note: str = ""
) -> None:
    """Thôi học: the seat ends on the day, the register says why; the file stays."""
    with transaction.atomic():
        student = open_student(actor, MANAGE, student_id, lock=True)
        if not reason_code:
            raise RecordRefused("NO_REASON", "Hãy chọn lý do thôi học.", "reason_code")
        seat = open_seat(student)
        end_seat(seat, Status.DROPPED_OUT, on, reason_code)
        Enrolment.objects.filter(id=seat.pk).update(note=note[:300])
        _told_leaving(student, operation_of(actor, now), on, "Thôi học", note)


def complete_studies(*, actor: Actor, now: datetime, student_id: int, on: date) -> None:
    """Hoàn thành chương trình: the student leaves the school after its last grade."""
    with transaction.atomic():
        student = open_student(actor, MANAGE, student_id, lock=True)
        end_seat(open_seat(student), Status.COMPLETED, on)
        _told_leaving(student, operation_of(actor, now), on, "Hoàn thành chương trình", "")


def complete_year(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    on: date,
    retained_ids: Collection[int] = (),
) -> int:
    """Kết thúc năm học của lớp: everyone completes the year, but for those who stay down."""
    with transaction.atomic():
        school_class = open_class(actor, MANAGE, class_id)
        seats = Enrolment.objects.filter(school_class_id=class_id, ends_on__isnull=True)
        operation, changes = operation_of(actor, now), []
        for seat in seats.select_related("student").order_by("student__name_key"):
            status = Status.RETAINED if seat.student_id in retained_ids else Status.COMPLETED
            end_seat(seat, status, on)
            label = f"{status.name_vi}, lớp {school_class.name}, {print_date(on)}"
            changes.append(student_change(seat.student, "leave_class", label=label))
        return append_changes(operation, changes)


def _told_leaving(student: Student, operation: Operation, on: date, label: str, note: str) -> None:
    day = f"{label} từ {print_date(on)}"
    append_changes(operation, [student_change(student, "leave", label=day, reason=note)])
    close_line(operation, student, school_id=student.home_school_id, day=on, reason=label)


def return_to_school(
    *, actor: Actor, now: datetime, student_id: int, class_id: int, on: date
) -> int:
    """Trở lại học: a new seat and a new line of the register."""
    with transaction.atomic():
        student = open_student(actor, MANAGE, student_id, lock=True)
        last = Enrolment.objects.filter(student=student).order_by("-starts_on").first()
        if last is None or not may_become(Status(last.status), Status.STUDYING):
            raise RecordRefused("NOT_LEFT", "Học sinh này không ở trong diện đã nghỉ học.")
        operation = operation_of(actor, now)
        row = place_in_class(operation, student, class_id, on, RETURNING, "", register=True)
    return row.pk
