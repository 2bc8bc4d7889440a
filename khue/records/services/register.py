"""Ghi sổ đăng bộ: a running number of the school, never given twice; lines are never deleted."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction

from khue.access.api import Actor
from khue.ledger.api import Change, Operation, append_changes
from khue.records.models import Enrolment, RegisterEntry, Student
from khue.records.queries.places import open_school
from khue.records.services.writing import operation_of, student_change
from kit.dates import print_date

# One statement takes the numbers: two clerks at once wait for each other, never share one.
TAKE = """
insert into records_registercounter (school_id, last_number) values (%s, %s)
on conflict (school_id) do update
set last_number = records_registercounter.last_number + excluded.last_number
returning last_number
"""


def take_numbers(school_id: int, count: int) -> range:
    """The next running numbers of a school; what was taken is never given again."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [school_id, count])
        last = int(cursor.fetchone()[0])
    return range(last - count + 1, last + 1)


def write_line(
    operation: Operation,
    student: Student,
    *,
    school_id: int,
    day: date,
    entered_class: str = "",
    from_school: str = "",
) -> RegisterEntry | None:
    """A new line when the student has no open one at the school."""
    rows = RegisterEntry.objects.filter(school_id=school_id, student=student, left_on__isnull=True)
    if rows.exists():
        return None
    line = RegisterEntry.objects.create(
        school_id=school_id,
        student=student,
        number=take_numbers(school_id, 1)[0],
        entered_on=day,
        entered_class=entered_class,
        from_school=from_school,
    )
    append_changes(operation, [_written(student, line)])
    return line


def _written(student: Student, line: RegisterEntry) -> Change:
    entered = f", vào lớp {line.entered_class}" if line.entered_class else ""
    label = f"Sổ đăng bộ, số {line.number}{entered} từ {print_date(line.entered_on)}"
    return student_change(student, "register", label=label, school_id=line.school_id)


def close_line(
    operation: Operation,
    student: Student,
    *,
    school_id: int,
    day: date,
    reason: str,
    to_school: str = "",
) -> None:
    """Write into the open line when and why the student left."""
    row = RegisterEntry.objects.filter(
        school_id=school_id, student=student, left_on__isnull=True
    ).first()
    if row is None:
        return
    row.left_on, row.left_reason, row.to_school = max(day, row.entered_on), reason, to_school
    row.save(update_fields=["left_on", "left_reason", "to_school"])
    target = f", đến {to_school}" if to_school else ""
    label = f"Sổ đăng bộ, số {row.number}: {reason.lower()} từ {print_date(row.left_on)}{target}"
    change = student_change(student, "leave_register", label=label, school_id=school_id)
    append_changes(operation, [change])


def register_students(*, actor: Actor, now: datetime, school_id: int, day: date) -> int:
    """Ghi sổ đăng bộ for everyone who studies here and has no line yet: by class, then by name."""
    with transaction.atomic():
        school = open_school(actor, "records.manage_students", school_id)
        seats = list(_unregistered(school.id))
        if not seats:
            return 0
        lines = _lines(school.id, seats, day)
        RegisterEntry.objects.bulk_create(lines, batch_size=1000)
        operation = operation_of(actor, now)
        pairs = zip(seats, lines, strict=True)
        append_changes(operation, [_written(seat.student, line) for seat, line in pairs])
    return len(seats)


def _unregistered(school_id: int) -> list[Enrolment]:
    registered = RegisterEntry.objects.filter(school_id=school_id, left_on__isnull=True)
    return list(
        Enrolment.objects.filter(
            school_id=school_id,
            ends_on__isnull=True,
            student__home_school_id=school_id,
            student__merged_into__isnull=True,
        )
        .exclude(student_id__in=registered.values("student_id"))
        .select_related("student", "school_class")
        .order_by("school_class__level", "grade", "school_class__name_key", "student__name_key")
    )


def _lines(school_id: int, seats: list[Enrolment], day: date) -> list[RegisterEntry]:
    numbers = take_numbers(school_id, len(seats))
    return [
        RegisterEntry(
            school_id=school_id,
            student_id=seat.student_id,
            number=number,
            entered_on=min(day, seat.starts_on),
            entered_class=seat.school_class.name,
        )
        for number, seat in zip(numbers, seats, strict=True)
    ]
