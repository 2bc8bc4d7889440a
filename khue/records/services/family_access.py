"""Quyền theo quan hệ gia đình: who of the family may see the child follows from the file."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from khue.access.api import (
    Actor,
    Role,
    child_place,
    create_account,
    end_grants,
    grant_role,
    suggest_login,
)
from khue.ledger.api import Author, Operation
from khue.records.models import Guardian, Guardianship, Student
from khue.records.queries.places import open_student
from khue.records.queries.rolls import holding_on
from khue.records.rules.refusals import RecordRefused
from khue.records.services.writing import operation_of
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped


def settle_access(
    operation: Operation,
    student: Student,
    day: date,
    *,
    ended: tuple[int, date] | None = None,
) -> None:
    """Grant the child to everyone who has a right to see it now; end what no longer holds."""
    if ended:
        end_grants(
            operation=operation, source_key=f"guardianship:{ended[0]}", day=ended[1], reason=""
        )
    links = Guardianship.objects.filter(
        holding_on(day), student=student, blocked_reason="", guardian__account__isnull=False
    )
    for link in links.select_related("guardian"):
        _grant(operation, student, link.guardian.account_id, f"guardianship:{link.pk}", day)
    if student.account_id:
        _grant(operation, student, student.account_id, f"student:{student.pk}", day, Role.STUDENT)


def _grant(
    operation: Operation,
    student: Student,
    account_id: int | None,
    source_key: str,
    day: date,
    role: Role = Role.GUARDIAN,
) -> None:
    assert account_id is not None
    grant_role(
        operation=operation,
        account_id=account_id,
        role=role,
        place=child_place(student.pk),
        place_name=student.name,
        school_id=student.home_school_id,
        province_id=student.province_id,
        valid_from=day,
        source="family",
        source_key=source_key,
    )


def take_access_away(operation: Operation, student: Student, day: date) -> None:
    """End every family grant of a file (before it is merged into another)."""
    keys = [f"student:{student.pk}"]
    links = Guardianship.objects.filter(student=student).values_list("id", flat=True)
    for key in [*keys, *(f"guardianship:{one}" for one in links)]:
        end_grants(operation=operation, source_key=key, day=day - timedelta(days=1), reason="")


def open_student_account(*, actor: Actor, now: datetime, student_id: int) -> int:
    """Mở tài khoản học sinh; the first way in is a printed slip code."""
    with transaction.atomic():
        student = open_student(actor, "records.manage_students", student_id, lock=True)
        if student.account_id:
            raise RecordRefused("HAS_ACCOUNT", "Học sinh đã có tài khoản.")
        operation = operation_of(actor, now)
        student.account_id = _account(operation, student, student.name, "student", "")
        student.save(update_fields=["account"])
        settle_access(operation, student, vietnam_day(now))
    return student.account_id


def open_guardian_account(*, actor: Actor, now: datetime, guardianship_id: int) -> int:
    """Mở tài khoản phụ huynh; the login is the phone number when it is free."""
    with transaction.atomic():
        link = Guardianship.objects.filter(id=guardianship_id).first()
        student = open_student(
            actor, "records.manage_students", link.student_id if link else 0, lock=True
        )
        assert link is not None
        guardian = Guardian.objects.select_for_update().get(id=link.guardian_id)
        _may_have_account(link, guardian)
        return give_account(operation_of(actor, now), guardian, student, vietnam_day(now))


def open_account_by_phone(guardian_id: int, now: datetime) -> int:
    """Mở tài khoản phụ huynh who has just shown to hold the registered phone; no actor is there."""
    with scoped(EVERYTHING), transaction.atomic():
        guardian = Guardian.objects.select_for_update().get(id=guardian_id)
        if guardian.account_id:
            return guardian.account_id
        day = vietnam_day(now)
        links = Guardianship.objects.filter(holding_on(day), guardian=guardian, blocked_reason="")
        link = links.select_related("student").order_by("id")[0]
        operation = Operation(Author(None, guardian.name), now)
        return give_account(operation, guardian, link.student, day)


def give_account(operation: Operation, guardian: Guardian, student: Student, day: date) -> int:
    """Make the account of an adult whose row is locked; every child comes with it."""
    made = _account(operation, student, guardian.name, "guardian", guardian.phone)
    guardian.account_id = made
    guardian.save(update_fields=["account"])
    _settle_every_child(operation, guardian, day)
    return made


def _may_have_account(link: Guardianship, guardian: Guardian) -> None:
    if guardian.account_id:
        raise RecordRefused("HAS_ACCOUNT", "Người này đã có tài khoản.")
    if link.blocked_reason:
        raise RecordRefused(
            "BLOCKED", "Người này đang bị hạn chế theo quyết định của tòa án nên chưa mở được."
        )
    if not guardian.phone:
        raise RecordRefused(
            "NO_PHONE", "Chưa có số điện thoại. Hãy ghi số điện thoại của phụ huynh trước.", "phone"
        )


def _settle_every_child(operation: Operation, guardian: Guardian, day: date) -> None:
    """One account for all children of the adult, also those at another school."""
    with scoped(EVERYTHING):
        links = Guardianship.objects.filter(holding_on(day), guardian=guardian)
        for link in links.select_related("student"):
            settle_access(operation, link.student, day)


def _account(operation: Operation, student: Student, name: str, kind: str, phone: str) -> int:
    return create_account(
        operation=operation,
        login=suggest_login(name, kind=kind, phone=phone),
        name=name,
        kind=kind,
        school_id=student.home_school_id,
        province_id=student.province_id,
    )
