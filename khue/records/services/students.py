"""Lập và sửa hồ sơ học sinh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from khue.access.api import Actor, rename_account
from khue.ledger.api import Change, Operation, append_changes
from khue.organisations.api import SchoolCard
from khue.records.models import Student
from khue.records.queries.places import open_school, open_student
from khue.records.queries.sealed import number_digest, open_text, seal_text
from khue.records.rules.facts import Checked, StudentFacts, check_student
from khue.records.rules.refusals import FactsRefused
from khue.records.services.enrolment import place_in_class
from khue.records.services.versions import settle
from khue.records.services.writing import field_told, operation_of, promised, student_change
from kit.dates import vietnam_day
from kit.vietnamese import given_name_key, search_key

PLAIN = tuple(name for name in asdict(StudentFacts(name="", sex="")) if name != "personal_number")
NUMBER_LABEL = "student.personal_number"


@dataclass(frozen=True)
class Created:
    """A new file, and what should be looked at."""

    id: int
    warnings: tuple[str, ...] = ()


def create_student(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    facts: StudentFacts,
    class_id: int | None = None,
    starts_on: date | None = None,
    entry_kind: str = "",
    grade: str = "",
    register: bool = True,
    from_school: str = "",
) -> Created:
    """Lập hồ sơ: a new student of a school, placed in a class when one is named."""
    with transaction.atomic():
        school = open_school(actor, "records.manage_students", school_id)
        checked = accepted(facts, vietnam_day(now))
        student = new_student(checked, school, now)
        with promised():
            student.save()
        operation = operation_of(actor, now)
        append_changes(operation, [student_change(student, "create", label=student.name)])
        if class_id is not None:
            day = starts_on or vietnam_day(now)
            seat = (class_id, day, entry_kind, grade)
            place_in_class(operation, student, *seat, register=register, from_school=from_school)
    return Created(student.pk, checked.warnings)


def accepted(facts: StudentFacts, today: date) -> Checked[StudentFacts]:
    """Checked facts, or everything that must be corrected."""
    checked = check_student(facts, today=today)
    if checked.refusals:
        raise FactsRefused(checked.refusals)
    return checked


def new_student(checked: Checked[StudentFacts], school: SchoolCard, now: datetime) -> Student:
    """A row that is not saved yet."""
    facts = checked.facts
    student = Student(home_school_id=school.id, province_id=school.province_id, created_at=now)
    for name in PLAIN:
        put(student, name, getattr(facts, name))
    put_number(student, facts.personal_number, checked.findings)
    return student


def put(row: Any, name: str, value: Any) -> None:
    """Set one field of a file, and the keys that follow from a name."""
    setattr(row, name, value or None if name == "code" else value)
    if name == "name":
        row.name_key = given_name_key(value)
        row.name_search = search_key(value)


def put_number(row: Any, number: str, findings: tuple[str, ...], kind: str = "student") -> None:
    row.personal_number_sealed = seal_text(number, f"{kind}.personal_number")
    row.personal_number_digest = number_digest(number, kind)
    row.number_findings = list(findings)


def change_student(
    *,
    actor: Actor,
    now: datetime,
    student_id: int,
    version: int,
    wanted: Mapping[str, Any],
    seen: Mapping[str, Any] | None = None,
    operation: Operation | None = None,
) -> int:
    """Sửa hồ sơ: write the wanted fields; when two people save, the second one chooses.

    `version` is the one that was shown, `seen` what stood in its fields. A blank personal number
    leaves the kept one alone. Raises ChangedMeanwhile with both values of each field at odds.
    """
    with transaction.atomic():
        student = open_student(actor, "records.manage_students", student_id, lock=True)
        chosen = settle(present_values(student), wanted, seen, version, student.version)
        changes = _put(student, chosen, vietnam_day(now))
        if not changes:
            return student.version
        with promised():
            student.save()
        append_changes(operation or operation_of(actor, now), changes)
        if "name" in chosen and student.account_id:
            rename_account(
                operation=operation or operation_of(actor, now),
                account_id=student.account_id,
                name=student.name,
            )
    return student.version


def present_values(student: Student) -> dict[str, Any]:
    """What stands in the file now, as a form shows it; the number stays sealed."""
    return {name: getattr(student, name) or "" for name in PLAIN} | {"personal_number": ""}


def put_changes(
    student: Student, wanted: Mapping[str, Any], version: int, today: date
) -> list[Change]:
    """Set the wanted fields of a locked file that was compared at a version; the caller writes."""
    chosen = settle(present_values(student), wanted, None, version, student.version)
    return _put(student, chosen, today)


def _put(student: Student, chosen: Mapping[str, Any], today: date) -> list[Change]:
    before = present_values(student)
    facts = StudentFacts(**{**before, **chosen})
    checked = accepted(facts, today)
    after = asdict(checked.facts)
    changed = [name for name in after if name in chosen and after[name] != before[name]]
    for name in changed:
        if name != "personal_number":
            put(student, name, after[name])
    if "personal_number" in changed:
        put_number(student, after["personal_number"], checked.findings)
    elif {"sex", "born"} & set(changed):
        student.number_findings = list(_findings_now(student, checked.facts))
    student.version += bool(changed)
    return [
        student_change(student, "change", **field_told(name, before[name], after[name]))
        for name in changed
    ]


def _findings_now(student: Student, facts: StudentFacts) -> tuple[str, ...]:
    """What the kept number says against the corrected sex or birth date."""
    number = open_text(student.personal_number_sealed, NUMBER_LABEL)
    return check_student(replace(facts, personal_number=number)).findings
