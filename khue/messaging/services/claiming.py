"""Nhận tin để gửi: claims with a lease, so that the messages of a dead worker are found again.

A claim is committed before anything goes out, and so is the hand-over of each small group. What a
dead worker had claimed but not handed over goes back to the queue; what it had handed over is
asked about, and never sent again by a machine.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from khue.messaging.models import Address, Batch, Budget, Message
from khue.messaging.queries.budgets import month_of
from khue.messaging.rules.outcomes import Letter
from khue.messaging.rules.timing import LEASE
from khue.messaging.services.providers import Provider
from khue.messaging.services.sealing import open_address, open_text
from kit.cipher import digest

CLAIM_SIZE = 500
OPTED_OUT = "Người nhận đã từ chối nhận loại tin này."
NO_BUDGET = "Hạn mức tin nhắn tháng này của trường đã hết."
CLAIM = """
update messaging_message as mine set state = 'claimed', claimed_by = %s, claimed_until = %s,
  handed_at = null, provider = %s
from (select id from messaging_message where state = 'waiting' and channel = %s
    and next_attempt_at <= %s and expires_at > %s {only}
  order by next_attempt_at, id limit %s for update skip locked) as due
where mine.id = due.id
returning mine.id, mine.intent, mine.address, mine.text, mine.data, mine.account_id, mine.segments,
  mine.school_id, mine.address_digest, mine.batch_id, mine.budget_month, mine.urgent
"""
HAND_OVER = """
update messaging_message set handed_at = %s, claimed_until = %s, attempts = attempts + 1
where id = any(%s) and state = 'claimed' and claimed_by = %s and claimed_until > %s
returning id
"""
# Written while the clock of the server was ahead; a time that somebody chose stays as it is.
CALL_BACK = """
update messaging_message set next_attempt_at = %(now)s
where state = 'waiting' and created_at > %(ahead)s
  and (attempts > 0 or next_attempt_at < created_at + interval '1 minute')
  and next_attempt_at > %(now)s
"""
GIVE_BACK = """
update messaging_message set state = 'waiting', claimed_by = '', claimed_until = null
where state = 'claimed' and handed_at is null and {whose}
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in our hands."""

    letter: Letter
    segments: int
    school_id: int | None
    address_digest: str
    batch_id: int | None
    counted: bool
    urgent: bool


def reference_of(intent: str) -> str:
    """What a provider knows an intent by; the same at every attempt."""
    return digest(intent, label="messaging.reference", key_hex=settings.FIELD_KEY)


def claim(
    provider: Provider,
    *,
    who: str,
    now: datetime,
    urgent_only: bool = False,
    size: int = CLAIM_SIZE,
) -> list[Claimed]:
    """Take what is due for a provider, urgent ones first; refuse what may not be sent."""
    with transaction.atomic():
        taken = _take(provider, who, now, size, only="and urgent")
        if not urgent_only and len(taken) < size:
            taken += _take(provider, who, now, size - len(taken), only="")
        refused = _opted_out(provider.channel, taken)
        refused |= _beyond_budget(
            provider, [one for one in taken if one.letter.id not in refused], now
        )
    return [one for one in taken if one.letter.id not in refused]


def _take(provider: Provider, who: str, now: datetime, size: int, *, only: str) -> list[Claimed]:
    values: list[Any] = [who, now + LEASE, provider.name, provider.channel, now, now, size]
    with connection.cursor() as cursor:
        cursor.execute(CLAIM.format(only=only), values)
        rows = sorted(cursor.fetchall(), key=lambda row: (not row[11], row[0]))
    return [_claimed(*row) for row in rows]


def _claimed(
    number: int,
    intent: str,
    address: str,
    text: str,
    data: object,
    account_id: int | None,
    segments: int,
    school_id: int | None,
    address_digest: str,
    batch_id: int | None,
    budget_month: object,
    urgent: bool,  # noqa: FBT001
) -> Claimed:
    letter = Letter(
        number,
        reference_of(intent),
        open_address(address),
        open_text(text),
        data if isinstance(data, dict) else _read(data),
        account_id,
    )
    return Claimed(
        letter, segments, school_id, address_digest, batch_id, budget_month is not None, urgent
    )


def _read(data: object) -> dict[str, object]:
    read = json.loads(str(data))
    return read if isinstance(read, dict) else {}


def _opted_out(channel: str, taken: Sequence[Claimed]) -> set[int]:
    """Who refused; a word about one kind of message counts more than one about all."""
    digests = {one.address_digest for one in taken}
    told = {
        (row.address_digest, row.kind): row.agreed
        for row in Address.objects.filter(channel=channel, address_digest__in=digests)
    }
    if not told:
        return set()
    kinds = dict(
        Batch.objects.filter(pk__in={one.batch_id for one in taken}).values_list("id", "kind")
    )
    refused = {
        one.letter.id
        for one in taken
        if not _agreed(told, one.address_digest, kinds.get(one.batch_id or 0, ""))
    }
    _refuse(refused, OPTED_OUT)
    return refused


def _agreed(told: dict[tuple[str, str], bool], digest_: str, kind: str) -> bool:
    return told.get((digest_, kind), told.get((digest_, ""), True))


def _beyond_budget(provider: Provider, taken: Sequence[Claimed], now: datetime) -> set[int]:
    """Count what is about to be sent; what no longer fits is refused."""
    if provider.channel != "sms":
        return set()
    month = month_of(timezone.localdate(now))
    schools = {one.school_id for one in taken if one.school_id and not one.counted}
    rows = Budget.objects.select_for_update().filter(school_id__in=schools, month=month)
    budgets = {row.school_id: row for row in rows.order_by("school_id")}
    counted, refused = _fitting(budgets, taken)
    for row in budgets.values():
        row.save(update_fields=["spent"])
    if counted:
        Message.objects.filter(pk__in=counted).update(budget_month=month)
    _refuse(refused, NO_BUDGET)
    return refused


def _fitting(budgets: dict[int, Budget], taken: Sequence[Claimed]) -> tuple[list[int], set[int]]:
    counted: list[int] = []
    refused: set[int] = set()
    for one in taken:
        budget = budgets.get(one.school_id or 0)
        if budget is None or one.counted:
            continue
        if budget.spent + one.segments > budget.limit:
            refused.add(one.letter.id)
        else:
            budget.spent += one.segments
            counted.append(one.letter.id)
    return counted, refused


def _refuse(numbers: Collection[int], why: str) -> None:
    if numbers:
        Message.objects.filter(pk__in=numbers).update(
            state="refused", trouble=why, ended_at=timezone.now(), claimed_until=None
        )


def hand_over(claimed: Sequence[Claimed], *, who: str, now: datetime) -> list[Claimed]:
    """Commit that these are about to go out; return those that are still ours."""
    numbers = [one.letter.id for one in claimed]
    with connection.cursor() as cursor:
        cursor.execute(HAND_OVER, [now, now + LEASE, numbers, who, now])
        ours = {row[0] for row in cursor.fetchall()}
    return [one for one in claimed if one.letter.id in ours]


def give_back(*, who: str) -> None:
    """Return what was claimed and not handed over."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK.format(whose="claimed_by = %s"), [who])


def give_back_lost(*, now: datetime) -> int:
    """Return what a dead worker claimed and certainly did not hand over.

    After the clock was set back, nothing waits until the time that it showed comes again.
    """
    with connection.cursor() as cursor:
        whose = "(claimed_until <= %s or claimed_until > %s)"
        cursor.execute(GIVE_BACK.format(whose=whose), [now, now + 2 * LEASE])
        given_back = int(cursor.rowcount)
        cursor.execute(CALL_BACK, {"now": now, "ahead": now + LEASE})
    return given_back


def take_over_lost(provider: Provider, *, who: str, now: datetime) -> list[Letter]:
    """Take what a dead worker had handed over, to ask what became of it."""
    silent = Q(claimed_until__lte=now) | Q(claimed_until__gt=now + 2 * LEASE)
    with transaction.atomic():
        lost = Message.objects.select_for_update(skip_locked=True).filter(
            silent, state="claimed", handed_at__isnull=False, provider=provider.name
        )
        rows = list(lost.order_by("id")[:CLAIM_SIZE])
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            claimed_by=who, claimed_until=now + LEASE
        )
    return [letter_of(row) for row in rows]


def letter_of(row: Message) -> Letter:
    """A message opened, with what the provider called its parts."""
    return Letter(
        row.pk,
        reference_of(row.intent),
        open_address(row.address),
        open_text(row.text),
        row.data,
        row.account_id,
        tuple(row.parts),
    )
