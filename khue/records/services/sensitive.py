"""Dữ liệu nhạy cảm: written sealed; every look at it is noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor
from khue.ledger.api import Author, append_changes, log_sensitive_read
from khue.records.models import Student
from khue.records.queries.places import open_student
from khue.records.queries.sealed import open_text, seal_text
from khue.records.rules.sensitive import (
    SEALED_COLUMNS,
    SENSITIVE_LABELS,
    SensitiveFacts,
    pack,
    unpack,
)
from khue.records.services.writing import operation_of, student_change

READ = "records.view_sensitive"


@dataclass(frozen=True)
class SensitiveFile:
    """What was opened for one look."""

    facts: SensitiveFacts
    personal_number: str
    number_findings: tuple[str, ...]
    ethnic_group: str


def read_sensitive(*, actor: Actor, now: datetime, student_id: int) -> SensitiveFile:
    """Open the sealed part of a file; the look itself is written down."""
    with transaction.atomic():
        student = open_student(actor, READ, student_id)
        log_sensitive_read(
            Author(actor.account_id, actor.name),
            now,
            subject=f"student:{student.pk}",
            fields="số định danh, dân tộc, tôn giáo, chính sách, khuyết tật, sức khỏe",
            school_id=student.home_school_id,
            province_id=student.province_id,
        )
    return SensitiveFile(
        facts=opened(student),
        personal_number=open_text(student.personal_number_sealed, "student.personal_number"),
        number_findings=tuple(student.number_findings),
        ethnic_group=student.ethnic_group,
    )


def opened(student: Student) -> SensitiveFacts:
    texts = {one: open_text(getattr(student, one), f"student.{one}") for one in SEALED_COLUMNS}
    return unpack(texts)


def set_sensitive(*, actor: Actor, now: datetime, student_id: int, facts: SensitiveFacts) -> None:
    """Ghi dữ liệu nhạy cảm; the ledger tells which part changed, never the value."""
    with transaction.atomic():
        student = open_student(actor, "records.manage_students", student_id, lock=True)
        open_student(actor, READ, student_id)
        present = opened(student)
        changed = [one for one in SEALED_COLUMNS if pack(present, one) != pack(facts, one)]
        if not changed:
            return
        put_sensitive(student, facts, changed)
        student.version += 1
        student.save(update_fields=[*changed, "version"])
        told = [
            student_change(student, "change_sensitive", label=SENSITIVE_LABELS[one])
            for one in changed
        ]
        append_changes(operation_of(actor, now), told)


def put_sensitive(student: Student, facts: SensitiveFacts, columns: list[str]) -> None:
    for column in columns:
        setattr(student, column, seal_text(pack(facts, column), f"student.{column}"))
