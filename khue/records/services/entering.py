"""Tài khoản cán bộ: opened for one file or for a whole school, and what it may enter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from khue.access.api import Actor, Role, create_account, grant_role, permit, suggest_login
from khue.ledger.api import Operation
from khue.organisations.api import school_summary
from khue.records.models import Posting, Staff
from khue.records.queries.admitted import staff_to_compare, staff_without_account
from khue.records.queries.places import open_staff
from khue.records.queries.rolls import holding_on
from khue.records.rules.refusals import RecordRefused
from khue.records.services.writing import operation_of
from kit.dates import vietnam_day

MANAGE = "records.manage_staff"
HAS_ACCOUNT = "Thầy cô đã có tài khoản."
AccountOpened = Callable[..., object]
_when_account_opened: dict[str, AccountOpened] = {}


def register_staff_account_listener(name: str, call: AccountOpened) -> None:
    """Upper contexts grant what follows from their rows once a person has an account.

    Called as call(operation=…, staff_id=…, account_id=…, on=…) in the same transaction.
    """
    _when_account_opened[name] = call


def open_staff_account(*, actor: Actor, now: datetime, staff_id: int) -> int:
    """Mở tài khoản cán bộ with the plain role of staff; leaders are granted by hand."""
    with transaction.atomic():
        staff = open_staff(actor, MANAGE, staff_id, lock=True)
        if staff.account_id:
            raise RecordRefused("HAS_ACCOUNT", HAS_ACCOUNT)
        operation = operation_of(actor, now)
        staff.account_id = create_account(
            operation=operation,
            login=suggest_login(staff.name),
            name=staff.name,
            kind="staff",
            school_id=staff.home_school_id,
            province_id=staff.province_id,
        )
        staff.save(update_fields=["account"])
        let_in(operation, staff, vietnam_day(now))
    return staff.account_id


def open_staff_accounts(*, actor: Actor, now: datetime, school_id: int) -> int:
    """Mở tài khoản for everybody at work here who has none; how many were opened.

    Who may have been let in already (`staff_to_compare`) is left to a person's eye.
    """
    permit(actor, MANAGE, school_summary(school_id).path)
    today = vietnam_day(now)
    with transaction.atomic():
        unclear = staff_to_compare(school_id, today)
        ids = [one for one in staff_without_account(school_id, today) if one not in unclear]
        for staff_id in ids:
            open_staff_account(actor=actor, now=now, staff_id=staff_id)
    return len(ids)


def let_in(operation: Operation, staff: Staff, today: date) -> None:
    """What follows once a file has an account: its posts, and what upper contexts grant."""
    assert staff.account_id is not None
    for post in Posting.objects.filter(holding_on(today), staff=staff):
        _grant_post(operation, staff.account_id, post, today)
    for listener in _when_account_opened.values():
        listener(operation=operation, staff_id=staff.pk, account_id=staff.account_id, on=today)


def _grant_post(operation: Operation, account_id: int, post: Posting, today: date) -> None:
    school = school_summary(post.school_id)
    grant_role(
        operation=operation,
        account_id=account_id,
        role=Role.STAFF,
        place=school.path,
        place_name=school.name,
        school_id=school.id,
        province_id=school.province_id,
        valid_from=today,
        source="assignment",
        source_key=f"posting:{post.pk}",
    )
