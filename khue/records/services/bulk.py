"""Lập nhiều hồ sơ một lần: few queries, all or nothing; and back, while nobody touched them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from khue.access.api import Actor
from khue.ledger.api import Operation, append_changes
from khue.organisations.api import ClassCard, SchoolCard, class_summaries
from khue.records.models import (
    Enrolment,
    Guardian,
    Guardianship,
    Posting,
    RegisterEntry,
    Staff,
    Student,
)
from khue.records.queries.places import open_school
from khue.records.rules.enrolment import Status
from khue.records.rules.facts import Checked, StaffFacts, StudentFacts
from khue.records.rules.family import GuardianFacts, check_guardian
from khue.records.rules.refusals import FactsRefused, RecordRefused, RowsRefused
from khue.records.rules.sensitive import SEALED_COLUMNS, SensitiveFacts
from khue.records.services import staff as staff_files
from khue.records.services.enrolment import chosen_grade
from khue.records.services.entering import MANAGE
from khue.records.services.families import KnownGuardians, guardian_values
from khue.records.services.joining import join
from khue.records.services.register import take_numbers
from khue.records.services.sensitive import put_sensitive
from khue.records.services.staff import PostingFacts
from khue.records.services.students import accepted, new_student
from khue.records.services.writing import (
    operation_of,
    promised,
    staff_change,
    student_change,
)
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped
from kit.many_rows import insert_rows


@dataclass(frozen=True, kw_only=True)
class NewStudent:
    """One row of a list of new students; `row` is its number in the sheet.

    `checked`: the same facts where whoever read the sheet has checked them today, the adults too.
    """

    facts: StudentFacts
    class_id: int | None = None
    starts_on: date | None = None
    entry_kind: str = ""
    grade: str = ""
    guardians: tuple[GuardianFacts, ...] = ()
    sensitive: SensitiveFacts | None = None
    row: int = 0
    checked: Checked[StudentFacts] | None = None


@dataclass(frozen=True, kw_only=True)
class NewStaff:
    """One row of a list of new staff."""

    facts: StaffFacts
    posting: PostingFacts
    row: int = 0
    account_id: int | None = None


def create_students(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    rows: Sequence[NewStudent],
    operation: Operation | None = None,
    register: bool = False,
) -> list[int]:
    """Lập hồ sơ cho cả danh sách; with `register` they go into the sổ đăng bộ in this order."""
    with transaction.atomic():
        school = open_school(actor, "records.manage_students", school_id)
        students = _new_students(school, rows, now)
        doing = operation or operation_of(actor, now)
        with promised():
            insert_rows(students)
            seats = _seats(school, students, rows, vietnam_day(now))
            insert_rows(seats)
        _families(doing, students, rows, vietnam_day(now))
        if register:
            _register(school.id, students, seats, vietnam_day(now))
        append_changes(doing, [student_change(one, "create", label=one.name) for one in students])
    return [one.pk for one in students]


def _new_students(school: SchoolCard, rows: Sequence[NewStudent], now: datetime) -> list[Student]:
    students, refused = [], {}
    for position, row in enumerate(rows):
        try:
            checked = row.checked or accepted(row.facts, vietnam_day(now))
        except FactsRefused as refusal:
            refused[row.row or position] = refusal
            continue
        student = new_student(checked, school, now)
        if row.sensitive:
            put_sensitive(student, row.sensitive, list(SEALED_COLUMNS))
        students.append(student)
    if refused:
        raise RowsRefused(refused)
    return students


def _seats(
    school: SchoolCard, students: list[Student], rows: Sequence[NewStudent], today: date
) -> list[Enrolment]:
    classes = class_summaries([row.class_id for row in rows if row.class_id])
    return [
        _seat(school, student, classes[row.class_id], row, row.starts_on or today)
        for student, row in zip(students, rows, strict=True)
        if row.class_id
    ]


def _seat(
    school: SchoolCard, student: Student, target: ClassCard, row: NewStudent, day: date
) -> Enrolment:
    if target.school_id != school.id:
        refusal = RecordRefused("OTHER_SCHOOL", "Lớp này thuộc trường khác.", "class_id")
        raise RowsRefused({row.row: refusal})
    return Enrolment(
        student=student,
        school_id=school.id,
        province_id=school.province_id,
        school_class_id=target.id,
        year=target.year,
        grade=chosen_grade(target, row.grade),
        status=Status.STUDYING,
        entry_kind=row.entry_kind,
        starts_on=day,
    )


def _families(
    operation: Operation, students: list[Student], rows: Sequence[NewStudent], today: date
) -> None:
    """Every adult once, also when brothers and sisters stand in one list."""
    adults: dict[tuple[str, str, int], Guardian] = {}
    links = []
    given = list(_adults(students, rows))
    known = KnownGuardians({facts.phone for _, facts, _ in given if facts.phone})
    for position, facts, student in given:
        key = (facts.phone, facts.name.lower(), 0 if facts.phone else position + 1)
        adult = adults.get(key) or known.find(facts)
        adults[key] = adult or Guardian(**guardian_values(operation, facts))
        links.append((student, adults[key], facts.relation))
    insert_rows([one for one in adults.values() if one._state.adding])
    kept = {(student.pk, adult.pk, relation): None for student, adult, relation in links}
    insert_rows(
        [
            Guardianship(student_id=child, guardian_id=adult, relation=relation, starts_on=today)
            for child, adult, relation in kept
        ]
    )


def _adults(
    students: list[Student], rows: Sequence[NewStudent]
) -> Iterator[tuple[int, GuardianFacts, Student]]:
    for position, (student, row) in enumerate(zip(students, rows, strict=True)):
        for given in row.guardians:
            facts, refusals = (given, ()) if row.checked else check_guardian(given)
            if refusals:
                raise RowsRefused({row.row or position: FactsRefused(refusals)})
            yield position, facts, student


def _register(school_id: int, students: list[Student], seats: list[Enrolment], today: date) -> None:
    names = {seat.student_id: seat for seat in seats}
    classes = class_summaries([seat.school_class_id for seat in seats])
    numbers = take_numbers(school_id, len(students)) if students else range(0)
    lines = []
    for number, student in zip(numbers, students, strict=True):
        seat = names.get(student.pk)
        lines.append(
            RegisterEntry(
                school_id=school_id,
                student=student,
                number=number,
                entered_on=seat.starts_on if seat else today,
                entered_class=classes[seat.school_class_id].name if seat else "",
            )
        )
    insert_rows(lines)


def create_staff_members(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    rows: Sequence[NewStaff],
    operation: Operation | None = None,
) -> list[int]:
    """Lập hồ sơ cho cả danh sách cán bộ."""
    with transaction.atomic():
        school = open_school(actor, MANAGE, school_id)
        people, refused = [], {}
        for position, row in enumerate(rows):
            try:
                checked = staff_files.accepted(row.facts, vietnam_day(now))
                people.append(staff_files.new_staff(checked, school, now))
            except FactsRefused as refusal:
                refused[row.row or position] = refusal
        if refused:
            raise RowsRefused(refused)
        with promised():
            insert_rows(people)
            pairs = zip(people, rows, strict=True)
            posts = [staff_files.new_posting(one, school, row.posting) for one, row in pairs]
            insert_rows(posts)
        told = [staff_change(one, "create", label=one.name) for one in people]
        doing = operation or operation_of(actor, now)
        append_changes(doing, told)
        for one, row in zip(people, rows, strict=True):
            if row.account_id:
                join(doing, one, row.account_id, vietnam_day(now))
    return [one.pk for one in people]


TOUCHED = (
    "Hồ sơ {name} đã được sửa hoặc đã có dữ liệu đi kèm sau khi nhập, nên không hoàn tác được."
    " Hãy xử lý riêng hồ sơ này."
)


def remove_created_students(
    *, actor: Actor, now: datetime, student_ids: Sequence[int], reason: str
) -> None:
    """Hoàn tác việc nhập: only files that nobody changed since; otherwise nothing is removed."""
    with transaction.atomic():
        students = list(Student.objects.select_for_update().filter(id__in=student_ids))
        for school_id in {one.home_school_id for one in students}:
            open_school(actor, "records.manage_students", school_id)
        _refuse_touched(students)
        told = [student_change(one, "remove", **_gone(one, reason)) for one in students]
        ids = [one.pk for one in students]
        _remove_rows(students[0] if students else None, ids)
        append_changes(operation_of(actor, now), told)


def _gone(person: Student | Staff, reason: str) -> dict[str, Any]:
    """What the ledger keeps of a file that is no more: the name, and the id that others know."""
    return {"label": person.name, "reason": reason, "old": {"public_id": str(person.public_id)}}


def _refuse_touched(students: list[Student]) -> None:
    ids = [one.pk for one in students]
    registered = set(
        RegisterEntry.objects.filter(student_id__in=ids).values_list("student_id", flat=True)
    )
    for one in students:
        if one.version > 1 or one.account_id or one.merged_into_id or one.pk in registered:
            raise RecordRefused("TOUCHED", TOUCHED.format(name=one.name))


def _remove_rows(example: Student | None, ids: list[int]) -> None:
    if example is None:
        return
    links = Guardianship.objects.filter(student_id__in=ids)
    adults = set(links.values_list("guardian_id", flat=True))
    try:
        with transaction.atomic():
            links.delete()
            Enrolment.objects.filter(student_id__in=ids).delete()
            Student.objects.filter(id__in=ids).delete()
    except ProtectedError as error:
        raise RecordRefused("TOUCHED", TOUCHED.format(name=example.name)) from error
    with scoped(EVERYTHING):
        still = Guardianship.objects.filter(guardian_id__in=adults).values("guardian_id")
        lonely = Guardian.objects.filter(id__in=adults, account__isnull=True)
        lonely.exclude(id__in=still).delete()


def remove_created_staff(
    *, actor: Actor, now: datetime, staff_ids: Sequence[int], reason: str
) -> None:
    """Hoàn tác việc nhập cán bộ."""
    with transaction.atomic():
        people = list(Staff.objects.select_for_update().filter(id__in=staff_ids))
        for school_id in {one.home_school_id for one in people}:
            open_school(actor, MANAGE, school_id)
        for one in people:
            if one.version > 1 or one.account_id:
                raise RecordRefused("TOUCHED", TOUCHED.format(name=one.name))
        told = [staff_change(one, "remove", **_gone(one, reason)) for one in people]
        try:
            with transaction.atomic():
                Posting.objects.filter(staff__in=people).delete()
                Staff.objects.filter(id__in=[one.pk for one in people]).delete()
        except ProtectedError as error:
            raise RecordRefused("TOUCHED", TOUCHED.format(name=people[0].name)) from error
        append_changes(operation_of(actor, now), told)
