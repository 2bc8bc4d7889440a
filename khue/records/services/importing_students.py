"""Write an import of students, and keep what is needed to take it back exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from khue.access.api import Actor, end_grants
from khue.ledger.api import Operation, append_changes
from khue.organisations.api import class_summaries
from khue.records.models import Enrolment, Guardian, Guardianship, RegisterEntry, Student
from khue.records.rules.facts import Checked, StudentFacts
from khue.records.rules.family import GuardianFacts
from khue.records.rules.sensitive import SensitiveFacts
from khue.records.services.bulk import NewStudent, create_students
from khue.records.services.changing_many import Wish, change_guardians, change_students
from khue.records.services.enrolment import enrol, move_to_class
from khue.records.services.families import KnownGuardians, link_guardian
from khue.records.services.family_access import settle_access
from khue.records.services.register import take_numbers
from khue.records.services.sensitive import put_sensitive
from khue.records.services.writing import operation_of, student_change
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped
from kit.many_rows import insert_rows
from kit.row_history import Picture, RowEffect, Selection, effects_between, take_picture

STUDENT, GUARDIAN, LINK = "records_student", "records_guardian", "records_guardianship"
SEAT, LINE = "records_enrolment", "records_registerentry"
STUDENT_TABLES = (GUARDIAN, STUDENT, LINK, SEAT, LINE)
TOGETHER = 1000
Step = Callable[[int, str], None]
# What the law calls sensitive but an import does not carry stays as it is kept.
CARRIED = {"policies_sealed": "policies", "religion_sealed": "religion"}
RAISE_COUNTER = """
insert into records_registercounter (school_id, last_number) values (%s, %s)
on conflict (school_id) do update
set last_number = greatest(records_registercounter.last_number, excluded.last_number)
"""


@dataclass(frozen=True)
class StudentPayload:
    """One row that writes: a new file, or what changes in one."""

    row: int
    facts: StudentFacts
    class_id: int | None
    starts_on: date
    checked: Checked[StudentFacts] | None = None
    guardians: tuple[GuardianFacts, ...] = ()
    sensitive: SensitiveFacts | None = None
    register: int | None = None
    student_id: int | None = None
    version: int = 0
    changes: Mapping[str, str] = field(default_factory=dict)
    seat: bool = False
    has_seat: bool = False
    new_adults: tuple[GuardianFacts, ...] = ()
    changed_adults: tuple[tuple[int, GuardianFacts], ...] = ()


def write_students(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    new: Sequence[StudentPayload],
    changed: Sequence[StudentPayload],
    step: Step,
) -> list[RowEffect]:
    """Create and change the files of an import in the caller's transaction."""
    known = [one.student_id for one in changed if one.student_id]
    adults = _known_adults([*new, *changed], known)
    before = _picture(known, adults)
    made = _create(actor, now, school_id, new, step)
    for first in range(0, len(changed), TOGETHER):
        step(len(new) + first, "Đang sửa hồ sơ")
        _change(actor, now, school_id, changed[first : first + TOGETHER])
    return _effects(before, [*known, *made], adults)


def _known_adults(rows: Sequence[StudentPayload], student_ids: Sequence[int]) -> list[int]:
    """Adults that stand before the import and that it may link or change."""
    phones = {adult.phone for row in rows for adult in row.guardians if adult.phone}
    found = KnownGuardians(phones).by_phone.values()
    links = Guardianship.objects.filter(student_id__in=student_ids)
    ids = set(links.values_list("guardian_id", flat=True))
    return sorted(ids | {adult.pk for alike in found for adult in alike})


def _picture(student_ids: Sequence[int], adult_ids: Sequence[int]) -> Picture:
    """The rows of these students and adults; the gate was passed for the school of the import."""
    with scoped(EVERYTHING):
        return take_picture(
            [
                Selection(GUARDIAN, "id", adult_ids),
                Selection(STUDENT, "id", student_ids),
                Selection(LINK, "student_id", student_ids),
                Selection(SEAT, "student_id", student_ids),
                Selection(LINE, "student_id", student_ids),
            ]
        )


def _effects(before: Picture, ids: Sequence[int], adults: Sequence[int]) -> list[RowEffect]:
    links = Guardianship.objects.filter(student_id__in=ids)
    linked = set(links.values_list("guardian_id", flat=True))
    after = _picture(ids, sorted(linked | set(adults)))
    names = {key[1]: row["name"] for key, row in after.items() if key[0] == STUDENT}

    def title(table: str, row: dict[str, Any]) -> str:
        student_id = row["id"] if table == STUDENT else row.get("student_id", 0)
        return str(row["name"]) if table == GUARDIAN else str(names.get(student_id, ""))

    return effects_between(before, after, title)


def _create(
    actor: Actor, now: datetime, school_id: int, rows: Sequence[StudentPayload], step: Step
) -> list[int]:
    operation, made = operation_of(actor, now), []
    for first in range(0, len(rows), TOGETHER):
        step(first, "Đang lập hồ sơ")
        part = rows[first : first + TOGETHER]
        ids = create_students(
            actor=actor,
            now=now,
            school_id=school_id,
            rows=[_new(row) for row in part],
            operation=operation,
        )
        _write_register(operation, school_id, dict(zip(ids, part, strict=True)))
        made += ids
    _settle_access(operation, made, now)
    return made


def _new(row: StudentPayload) -> NewStudent:
    return NewStudent(
        facts=row.facts,
        class_id=row.class_id,
        starts_on=row.starts_on,
        guardians=row.guardians,
        sensitive=row.sensitive,
        row=row.row,
        checked=row.checked,
    )


def _write_register(
    operation: Operation, school_id: int, rows: Mapping[int, StudentPayload]
) -> None:
    """The given numbers as they are, the next free ones for those who sit in a class."""
    given = {student: row.register for student, row in rows.items() if row.register}
    if given:
        with connection.cursor() as cursor:
            cursor.execute(RAISE_COUNTER, [school_id, max(given.values())])
    rest = [student for student, row in rows.items() if row.class_id and not row.register]
    taken = take_numbers(school_id, len(rest)) if rest else range(0)
    numbers = {**given, **dict(zip(rest, taken, strict=True))}
    classes = class_summaries(sorted({row.class_id for row in rows.values() if row.class_id}))
    insert_rows(
        [
            RegisterEntry(
                school_id=school_id,
                student_id=student,
                number=number,
                entered_on=rows[student].starts_on,
                entered_class=classes[own].name if (own := rows[student].class_id) else "",
            )
            for student, number in numbers.items()
        ]
    )


def _settle_access(operation: Operation, student_ids: Sequence[int], now: datetime) -> None:
    """An adult who already has an account sees the new child at once."""
    links = Guardianship.objects.filter(student_id__in=student_ids, guardian__account__isnull=False)
    ids = set(links.values_list("student_id", flat=True))
    for student in Student.objects.filter(pk__in=ids):
        settle_access(operation, student, vietnam_day(now))


def _change(actor: Actor, now: datetime, school_id: int, rows: Sequence[StudentPayload]) -> None:
    """Fields of files and families together; seats, new adults and the rest one by one."""
    here: dict[str, Any] = {"actor": actor, "now": now, "school_id": school_id}
    wishes = [Wish(row.student_id or 0, row.version, row.changes) for row in rows if row.changes]
    adults = [adult for row in rows for adult in row.changed_adults]
    if wishes:
        change_students(**here, wishes=wishes)
    if adults:
        change_guardians(**here, wishes=adults)
    for row in rows:
        if row.seat:
            _take_seat(actor, now, row)
        if row.new_adults or row.register or row.sensitive:
            _change_rest(operation_of(actor, now), row, vietnam_day(now))


def _take_seat(actor: Actor, now: datetime, row: StudentPayload) -> None:
    assert row.student_id is not None
    assert row.class_id is not None
    place = {"actor": actor, "now": now, "student_id": row.student_id, "class_id": row.class_id}
    if not row.has_seat:
        enrol(**place, starts_on=row.starts_on, register=row.register is None)  # type: ignore[arg-type]
        return
    seat = Enrolment.objects.get(student_id=row.student_id, ends_on__isnull=True)
    move_to_class(**place, on=max(vietnam_day(now), seat.starts_on))  # type: ignore[arg-type]


def _change_rest(operation: Operation, row: StudentPayload, today: date) -> None:
    student = Student.objects.select_for_update().get(pk=row.student_id or 0)
    for facts in row.new_adults:
        link_guardian(operation, student, facts, today)
    if row.register:
        _write_register(operation, student.home_school_id, {student.pk: row})
    if row.sensitive:
        _change_sensitive(operation, student, row.sensitive)


def _change_sensitive(operation: Operation, student: Student, facts: SensitiveFacts) -> None:
    columns = [column for column, name in CARRIED.items() if getattr(facts, name)]
    put_sensitive(student, facts, columns)
    student.version += 1
    student.save()
    labels = "dữ liệu nhạy cảm, không ghi giá trị"
    append_changes(operation, [student_change(student, "change_sensitive", label=labels)])


def after_undo(*, actor: Actor, now: datetime, effects: Sequence[RowEffect]) -> None:
    """Adults with an account lose the right that came with a link which was taken back."""
    links = [one for one in effects if one.table == LINK and one.before is None and one.after]
    with scoped(EVERYTHING):
        adults = {one.after["guardian_id"] for one in links if one.after}
        with_account = Guardian.objects.filter(pk__in=adults, account__isnull=False)
        held = set(with_account.values_list("pk", flat=True))
    operation, last_day = operation_of(actor, now), vietnam_day(now) - timedelta(days=1)
    for one in links:
        if one.after and one.after["guardian_id"] in held:
            end_grants(
                operation=operation,
                source_key=f"guardianship:{one.id}",
                day=last_day,
                reason="Hoàn tác việc nhập từ tệp",
            )
