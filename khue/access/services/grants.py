"""Granting and ending roles for another context that knows why; the caller passed the gate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from khue.access.models import Grant
from khue.access.rules.roles import ROLE_NAMES, Role
from khue.access.services.marks import subject_of
from khue.ledger.api import Change, Operation, append_changes
from kit.dates import print_date


@dataclass(frozen=True)
class NewGrant:
    """A role at a place from one day to another; `source_key` names the fact it follows from."""

    account_id: int
    role: Role
    place: str
    place_name: str
    school_id: int | None
    province_id: int | None
    valid_from: date
    valid_to: date | None = None
    source: str = Grant.Source.MANUAL.value
    source_key: str = ""
    reason: str = ""
    delegated_from_id: int | None = None


def grant_role(
    *,
    operation: Operation,
    account_id: int,
    role: Role,
    place: str,
    place_name: str,
    school_id: int | None,
    province_id: int | None,
    valid_from: date,
    valid_to: date | None = None,
    source: str = "manual",
    source_key: str = "",
    reason: str = "",
) -> int:
    """Giao vai trò: the same role for the same fact again adjusts its days. Returns the id."""
    wanted = NewGrant(
        account_id,
        role,
        place,
        place_name,
        school_id,
        province_id,
        valid_from,
        valid_to,
        source,
        source_key,
        reason,
    )
    return record_grants(operation=operation, grants=[wanted])[0]


def grant_roles(*, operation: Operation, grants: Sequence[NewGrant]) -> int:
    """Grant many roles at once; return how many."""
    return len(record_grants(operation=operation, grants=grants))


@transaction.atomic
def record_grants(*, operation: Operation, grants: Sequence[NewGrant]) -> list[int]:
    """Write the grants that do not stand yet, adjust those that do; return all ids in order."""
    standing = _standing(grants)
    fresh = [one for one in grants if _key(one) not in standing]
    rows = [_row(one, operation) for one in fresh]
    made = Grant.objects.bulk_create(rows, batch_size=1000)
    changes = [_granted(grant, new) for grant, new in zip(made, fresh, strict=True)]
    for one in grants:
        if _key(one) in standing:
            changes += _adjust(standing[_key(one)], one)
    append_changes(operation, changes)
    standing.update({_key(one): grant for one, grant in zip(fresh, made, strict=True)})
    return [standing[_key(one)].pk for one in grants]


_Key = tuple[int, str, str, str, int | None]


def _key(one: NewGrant) -> _Key:
    """What makes two grants one: a child who changed school is granted anew at the new school."""
    return (one.account_id, str(one.role), one.place, one.source_key, one.school_id)


def _standing(grants: Sequence[NewGrant]) -> dict[_Key, Grant]:
    keys = {one.source_key for one in grants if one.source_key}
    found = Grant.objects.filter(source_key__in=keys, ended_at__isnull=True)
    return {
        (one.account_id, one.role, one.place, one.source_key, one.school_id): one for one in found
    }


def _row(one: NewGrant, operation: Operation) -> Grant:
    return Grant(
        account_id=one.account_id,
        role=one.role,
        place=one.place,
        place_name=one.place_name,
        school_id=one.school_id,
        province_id=one.province_id,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        source=one.source,
        source_key=one.source_key,
        reason=one.reason,
        delegated_from_id=one.delegated_from_id,
        granted_by_id=operation.author.account_id,
        granted_at=operation.at,
    )


def _adjust(grant: Grant, one: NewGrant) -> list[Change]:
    before, after = (grant.valid_from, grant.valid_to), (one.valid_from, one.valid_to)
    if before == after:
        return []
    grant.valid_from, grant.valid_to = after
    grant.save(update_fields=["valid_from", "valid_to"])
    return [_change(grant, "adjust_grant", old=days_in_words(*before), new=days_in_words(*after))]


def _granted(grant: Grant, one: NewGrant) -> Change:
    days = days_in_words(one.valid_from, one.valid_to)
    return _change(grant, "grant", new=days, reason=one.reason)


def _change(
    grant: Grant, action: str, *, old: str | None = None, new: str | None = None, reason: str = ""
) -> Change:
    return Change(
        subject_of(grant.account_id),
        action,
        label_of(grant),
        school_id=grant.school_id,
        province_id=grant.province_id,
        old=old,
        new=new,
        reason=reason,
    )


def label_of(grant: Grant) -> str:
    """ "Giáo viên chủ nhiệm, Lớp 8A" """
    return ", ".join(filter(None, [ROLE_NAMES[Role(grant.role)], grant.place_name]))


def days_in_words(first: date, last: date | None) -> str:
    until = f" đến {print_date(last)}" if last else ""
    return f"từ {print_date(first)}{until}"


@transaction.atomic
def end_grants(*, operation: Operation, source_key: str, day: date, reason: str = "") -> int:
    """Kết thúc vai trò of one fact: `day` is the last on which it holds. Returns how many."""
    standing = Grant.objects.filter(source_key=source_key, ended_at__isnull=True)
    return end_on(operation, standing, day, reason)


def end_on(operation: Operation, standing: QuerySet[Grant], day: date, reason: str) -> int:
    """End these grants after a day; those that would begin later never hold."""
    longer = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    ending = list(standing.filter(longer).select_for_update())
    for grant in ending:
        _shorten(grant, day, operation.at)
    fields = ["valid_to", "ended_at"]
    Grant.objects.bulk_update(ending, fields, batch_size=500)
    append_changes(operation, _ended(ending, day, reason))
    return len(ending)


def _shorten(grant: Grant, day: date, now: datetime) -> None:
    if grant.valid_from > day:
        grant.ended_at = now
    else:
        grant.valid_to = day


def _ended(grants: Iterable[Grant], day: date, reason: str) -> list[Change]:
    after = f"đến hết {print_date(day)}"
    return [_change(grant, "end_grant", new=after, reason=reason) for grant in grants]


def yesterday(day: date) -> date:
    return day - timedelta(days=1)
