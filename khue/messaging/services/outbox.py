"""Đặt gửi: messages are written down in the transaction of the act that orders them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from psycopg.types.json import Jsonb

from khue.ledger.api import Change, Operation, append_changes
from khue.messaging.models import Batch
from khue.messaging.queries.budgets import Room, room_of_schools
from khue.messaging.rules.masks import masked
from khue.messaging.rules.segments import segments_of, without_diacritics
from khue.messaging.rules.timing import LASTS, allowed_from
from khue.messaging.services.providers import Provider, provider_of
from khue.messaging.services.sealing import digest_of_address, seal_address, seal_text
from khue.messaging.services.waking import wake_drain
from kit.fences import EVERYTHING, scoped
from kit.phone import parse_phone
from kit.refusal import Refusal

CHUNK = 2000
PAID_BY_PART = frozenset({"sms"})
MOST_WORDS = 20_000
NO_PROVIDER = "Hệ thống chưa nối với kênh này nên tin không được gửi."
TOO_LONG = "Nội dung dài {parts} tin, nhà mạng chỉ nhận tối đa {most}. Hãy viết ngắn lại."
NO_ADDRESS = "Người nhận chưa có địa chỉ cho kênh này."
NOT_MAIL = "Địa chỉ thư điện tử không đúng dạng ten@mien."
SHORT = (
    "Lần gửi này cần {needed} tin nhưng hạn mức tháng của trường chỉ còn {left}. "
    "Hãy viết ngắn lại, bớt người nhận hoặc tăng hạn mức."
)


class OrderRefused(Exception):
    """The messages cannot be ordered; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One intent: this text to this address by this channel, once for its `intent`.

    `address` is a phone for sms and zns, a mailbox for email; app and push go to `account_id`.
    `data`: what a template of the provider needs, a `subject` for e-mail, a `url` for push.
    """

    intent: str
    channel: str
    text: str
    address: str = ""
    account_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    school_id: int | None = None
    province_id: int | None = None
    student_id: int | None = None
    kind: str = ""
    urgent: bool = False
    expires_at: datetime | None = None
    falls_back_to: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a sending would be: messages, parts, cost in đồng; `too_long` would not be sent."""

    messages: int
    segments: int
    cost: int
    too_long: int = 0


COLUMNS = {
    "intent": "text",
    "school_id": "bigint",
    "province_id": "bigint",
    "account_id": "bigint",
    "student_id": "bigint",
    "channel": "text",
    "address": "text",
    "address_digest": "text",
    "shown_address": "text",
    "text": "text",
    "data": "jsonb",
    "encoding": "text",
    "segments": "int",
    "cost": "int",
    "urgent": "bool",
    "state": "text",
    "next_attempt_at": "timestamptz",
    "expires_at": "timestamptz",
    "provider": "text",
    "trouble": "text",
    "falls_back_to": "text",
}
INSERT = f"""
with added as (
  insert into messaging_message (batch_id, created_at, attempts, claimed_by, parts, ended_at,
    {", ".join(COLUMNS)})
  select %s, %s, 0, '', '{{}}', case when state = 'refused' then %s::timestamptz end,
    {", ".join(COLUMNS)}
  from unnest({", ".join(f"%s::{kind}[]" for kind in COLUMNS.values())})
    as given ({", ".join(COLUMNS)})
  on conflict (intent) do nothing returning state, segments, cost)
select count(*), coalesce(sum(segments) filter (where state = 'waiting'), 0),
  coalesce(sum(cost) filter (where state = 'waiting'), 0) from added
"""  # noqa: S608


def estimate(texts: Iterable[str], channel: str, *, diacritics: bool = True) -> Estimate:
    """Số tin và chi phí trước khi gửi; without diacritics when the school wants it so."""
    provider = provider_of(channel)
    price, most = (provider.price, provider.most_parts) if provider else (0, 0)
    counted: Counter[int] = Counter()
    for text in texts:
        counted[_parts(channel, text if diacritics else without_diacritics(text))[1]] += 1
    paid = channel in PAID_BY_PART
    too_long = sum(times for parts, times in counted.items() if paid and 0 < most < parts)
    segments = sum(parts * times for parts, times in counted.items())
    return Estimate(sum(counted.values()), segments, segments * price, too_long)


def order_messages(
    *,
    operation: Operation,
    now: datetime,
    title: str,
    outgoing: Sequence[Outgoing],
    not_before: datetime | None = None,
) -> int:
    """Đặt gửi: write the messages down in the caller's transaction; return the id of the batch.

    The caller has passed the gate. An intent that is already known is left as it is.
    """
    with scoped(EVERYTHING), transaction.atomic():
        batch = _new_batch(operation, now, title, outgoing, not_before)
        _refuse_beyond_budget(outgoing, now)
        add_messages(batch.pk, outgoing, now=now, not_before=not_before)
        batch.refresh_from_db(fields=["messages", "segments", "cost"])
        _tell_ledger(operation, batch)
    wake_drain()
    return batch.pk


def add_messages(
    batch_id: int | None,
    outgoing: Sequence[Outgoing],
    *,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    """Write messages down under a batch and add them to its totals."""
    for chunk in _chunks(outgoing):
        messages, segments, cost = _insert(
            batch_id, now, [_row(one, now, not_before) for one in chunk]
        )
        Batch.objects.filter(pk=batch_id or 0).update(
            messages=F("messages") + messages,
            segments=F("segments") + segments,
            cost=F("cost") + cost,
        )


def _new_batch(
    operation: Operation,
    now: datetime,
    title: str,
    outgoing: Sequence[Outgoing],
    not_before: datetime | None,
) -> Batch:
    schools = {one.school_id for one in outgoing}
    provinces = {one.province_id for one in outgoing}
    return Batch.objects.create(
        school_id=schools.pop() if len(schools) == 1 else None,
        province_id=provinces.pop() if len(provinces) == 1 else None,
        title=title[:200],
        kind=next((one.kind for one in outgoing), "")[:60],
        ordered_by=operation.author.name[:150],
        ordered_by_id=operation.author.account_id,
        ordered_at=now,
        not_before=not_before,
    )


def _tell_ledger(operation: Operation, batch: Batch) -> None:
    told = {"messages": batch.messages, "segments": batch.segments, "cost": batch.cost}
    change = Change(
        subject=f"message_batch:{batch.pk}",
        action="order",
        label=f"Gửi tin: {batch.title}"[:200],
        new=told,
        school_id=batch.school_id,
        province_id=batch.province_id,
    )
    append_changes(operation, [change])


def _chunks(outgoing: Sequence[Outgoing]) -> Iterable[list[Outgoing]]:
    given = iter(outgoing)
    while chunk := list(islice(given, CHUNK)):
        yield chunk


def _parts(channel: str, text: str) -> tuple[str, int]:
    if channel not in PAID_BY_PART:
        return "", 1
    found = segments_of(text)
    return found.encoding, found.segments


def _address_of(one: Outgoing) -> str | Refusal:
    if one.channel in {"sms", "zns"}:
        return parse_phone(one.address)
    if one.channel == "email":
        name, at, domain = one.address.strip().rpartition("@")
        fine = at and name and "." in domain and not any(map(str.isspace, one.address.strip()))
        return one.address.strip() if fine else Refusal("NOT_MAIL", NOT_MAIL)
    return str(one.account_id) if one.account_id else Refusal("NO_ADDRESS", NO_ADDRESS)


def _why_not(one: Outgoing, address: str | Refusal, provider: Provider | None, parts: int) -> str:
    if isinstance(address, Refusal):
        return address.sentence[:300]
    if provider is None:
        return NO_PROVIDER
    if one.channel in PAID_BY_PART and parts > provider.most_parts:
        return TOO_LONG.format(parts=parts, most=provider.most_parts)
    return ""


def _row(one: Outgoing, now: datetime, not_before: datetime | None) -> tuple[Any, ...]:
    address, provider = _address_of(one), provider_of(one.channel)
    encoding, parts = _parts(one.channel, one.text)
    trouble = _why_not(one, address, provider, parts)
    known = "" if isinstance(address, Refusal) else address
    begins = allowed_from(
        max(now, not_before or now),
        channel=one.channel,
        urgent=one.urgent,
        zone=timezone.get_default_timezone(),
    )
    return (
        one.intent,
        one.school_id,
        one.province_id,
        one.account_id,
        one.student_id,
        one.channel,
        seal_address(known),
        digest_of_address(one.channel, known),
        (masked(one.channel, known) if known else "không rõ")[:60],
        seal_text(one.text[:MOST_WORDS]),
        Jsonb(dict(one.data)),
        encoding,
        min(parts, 32_767),
        parts * (provider.price if provider else 0),
        one.urgent,
        "refused" if trouble else "waiting",
        begins,
        one.expires_at or begins + LASTS,
        provider.name if provider else "",
        trouble,
        one.falls_back_to,
    )


def _insert(
    batch_id: int | None, now: datetime, rows: list[tuple[Any, ...]]
) -> tuple[int, int, int]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [batch_id, now, now, *columns])
        added: tuple[int, int, int] = cursor.fetchone()
    return added


def _refuse_beyond_budget(outgoing: Sequence[Outgoing], now: datetime) -> None:
    needed: Counter[int] = Counter()
    for one in outgoing:
        if one.channel in PAID_BY_PART and one.school_id:
            needed[one.school_id] += _parts(one.channel, one.text)[1]
    rooms: Mapping[int, Room] = room_of_schools(needed, timezone.localdate(now))
    for school, room in rooms.items():
        if needed[school] > room.left:
            raise OrderRefused(SHORT.format(needed=needed[school], left=max(room.left, 0)))
