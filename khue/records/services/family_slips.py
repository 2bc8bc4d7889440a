"""In phiếu cho gia đình: accounts are made where they are missing, and everyone gets a code."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from khue.access.api import Actor, Slip, print_slips
from khue.ledger.api import Operation, append_changes
from khue.records.models import Guardian, Guardianship, Student
from khue.records.queries.family_slips import (
    SlipLine,
    SlipPlace,
    child_place_of,
    class_place_of,
    slip_lines,
)
from khue.records.rules.lookup_codes import print_lookup_code
from khue.records.services.family_access import give_account
from khue.records.services.family_codes import lookup_codes_for, new_link_code
from khue.records.services.writing import operation_of, student_change
from kit.dates import vietnam_day


@dataclass(frozen=True, slots=True)
class SlipChild:
    """One child on a slip: the code to ask by SMS with, and the one to add the child with."""

    name: str
    class_name: str
    lookup: str
    link: str


@dataclass(frozen=True, slots=True)
class FamilySlip:
    """Phiếu cho gia đình: readable only now."""

    name: str
    relation: str
    login: str
    code: str
    expires_at: datetime
    children: tuple[SlipChild, ...]


def print_class_slips(
    *, actor: Actor, now: datetime, class_id: int, guardianship_ids: Collection[int]
) -> list[FamilySlip]:
    """In phiếu cho gia đình của lớp: for the adults that were ticked."""
    return _print(actor, now, lambda day: class_place_of(actor, class_id, day), guardianship_ids)


def print_child_slips(
    *, actor: Actor, now: datetime, student_id: int, guardianship_ids: Collection[int]
) -> list[FamilySlip]:
    """In phiếu cho gia đình of one child."""
    return _print(actor, now, lambda _: child_place_of(actor, student_id), guardianship_ids)


def _print(
    actor: Actor,
    now: datetime,
    place_on: Callable[[date], SlipPlace],
    guardianship_ids: Collection[int],
) -> list[FamilySlip]:
    """All slips or none; the accounts' own gate is passed by print_slips."""
    day = vietnam_day(now)
    with transaction.atomic():
        place = place_on(day)
        lines = [
            one
            for one in slip_lines(actor, place, day)
            if one.guardianship_id in guardianship_ids and not one.why_not
        ]
        operation = operation_of(actor, now)
        accounts = _accounts(operation, lines, day)
        slips = print_slips(actor=actor, now=now, account_ids=list(accounts))
        made = [_slip(one, accounts[one.account_id], place, now) for one in slips]
        _tell(operation, lines)
    return made


def _accounts(
    operation: Operation, lines: Sequence[SlipLine], day: date
) -> dict[int, list[SlipLine]]:
    """The account of each adult with the lines of the children; twins share one slip."""
    found: dict[int, list[SlipLine]] = {}
    opened: dict[int, int] = {}
    for one in lines:
        account = one.account.id if one.account else opened.get(one.guardian_id)
        if account is None:
            guardian = Guardian.objects.select_for_update().get(id=one.guardian_id)
            link = Guardianship.objects.select_related("student").get(id=one.guardianship_id)
            account = opened[one.guardian_id] = give_account(operation, guardian, link.student, day)
        found.setdefault(account, []).append(one)
    return found


def _slip(slip: Slip, lines: Sequence[SlipLine], place: SlipPlace, now: datetime) -> FamilySlip:
    codes = lookup_codes_for([one.student_id for one in lines])
    children = tuple(
        SlipChild(
            one.child,
            place.class_names[one.student_id],
            print_lookup_code(codes[one.student_id]),
            new_link_code(
                student_id=one.student_id,
                guardian_id=one.guardian_id,
                now=now,
                until=slip.expires_at,
            ),
        )
        for one in lines
    )
    return FamilySlip(
        slip.name, lines[0].relation, slip.login, slip.code, slip.expires_at, children
    )


def _tell(operation: Operation, lines: Sequence[SlipLine]) -> None:
    students = Student.objects.in_bulk({one.student_id for one in lines})
    changes = [
        student_change(
            students[one.student_id], "issue_slip", label=f"phiếu cho gia đình: {one.name}"
        )
        for one in lines
    ]
    append_changes(operation, changes)
