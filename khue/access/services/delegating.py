"""Ủy quyền: a leader lends the own role at the own place for some days; it ends by itself."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from khue.access.models import Grant
from khue.access.queries.delegations import DELEGATE, grants_to_lend, works_at
from khue.access.queries.grants import living_grants
from khue.access.rules.actors import Actor
from khue.access.rules.gate import OutsidePlace, permit
from khue.access.rules.managing import refuse_delegation
from khue.access.rules.roles import Role
from khue.access.services.grants import (
    NewGrant,
    days_in_words,
    end_on,
    label_of,
    record_grants,
    yesterday,
)
from khue.access.services.marks import change_of, operation_of
from khue.ledger.api import append_changes
from kit.dates import vietnam_day
from kit.refusal import Refusal


class NotDelegated(Exception):
    """The role cannot be lent like this; the message says why."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.sentence)


def delegate_role(
    *,
    actor: Actor,
    now: datetime,
    grant_id: int,
    account_id: int,
    first: date,
    last: date,
    reason: str,
) -> int:
    """Lend one of the own grants to a colleague from day to day; returns the new grant."""
    today = vietnam_day(now)
    own = next((one for one in grants_to_lend(actor, today) if one.pk == grant_id), None)
    if own is None:
        raise OutsidePlace
    permit(actor, DELEGATE, own.place)
    refusal = refuse_delegation(first, last, today, own.valid_to) or _refuse_person(
        own, account_id, today, first, last
    )
    if refusal:
        raise NotDelegated(refusal)
    with transaction.atomic():
        return _lend(actor, now, own, _lent_grant(own, account_id, first, last, reason))


def _refuse_person(
    own: Grant, account_id: int, today: date, first: date, last: date
) -> Refusal | None:
    if account_id == own.account_id or not works_at(account_id, own.place, today):
        return Refusal("PERSON", "Chỉ ủy quyền cho người đang làm việc tại đơn vị của mình.")
    held = living_grants(today).filter(account_id=account_id, role=own.role, place=own.place)
    overlapping = held.filter(valid_from__lte=last).exclude(valid_to__lt=first)
    if overlapping.exists():
        return Refusal("HELD", "Người này đã giữ vai trò đó trong những ngày ấy.")
    return None


def _lent_grant(own: Grant, account_id: int, first: date, last: date, reason: str) -> NewGrant:
    return NewGrant(
        account_id=account_id,
        role=Role(own.role),
        place=own.place,
        place_name=own.place_name,
        school_id=own.school_id,
        province_id=own.province_id,
        valid_from=first,
        valid_to=last,
        source=Grant.Source.DELEGATION.value,
        reason=reason.strip()[:300],
        delegated_from_id=own.pk,
    )


def _lend(actor: Actor, now: datetime, own: Grant, lent: NewGrant) -> int:
    operation = operation_of(actor, now)
    made = record_grants(operation=operation, grants=[lent])[0]
    days = days_in_words(lent.valid_from, lent.valid_to)
    change = change_of(own.account_id, "delegate", label_of(own), new=days, reason=lent.reason)
    append_changes(operation, [change])
    return made


def withdraw_delegation(*, actor: Actor, now: datetime, grant_id: int, reason: str) -> None:
    """Thu hồi ủy quyền: whoever lent it takes it back, from this moment."""
    with transaction.atomic():
        lent = Grant.objects.filter(pk=grant_id, delegated_from__account_id=actor.account_id)
        if not lent.exists():
            raise OutsidePlace
        standing = Grant.objects.filter(pk=grant_id, ended_at__isnull=True)
        end_on(operation_of(actor, now), standing, yesterday(vietnam_day(now)), reason.strip())
