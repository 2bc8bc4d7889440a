"""Phát thông báo: receipts for a whole audience in one statement, messages in slices.

Every slice is one transaction that moves `ordered_to` along; a sending that was cut off goes on
behind the last one, and an intent that was ordered before is left as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F

from khue.contactbook.models import Notice
from khue.contactbook.queries.audience import Place, readers_sql, readers_values
from khue.contactbook.rules.audience import Audience
from khue.contactbook.rules.notices import is_personal
from khue.ledger.api import Operation
from khue.messaging.api import Outgoing, fill, order_messages, push_public_key, without_diacritics
from kit.dates import print_date, vietnam_day

SLICE = 5000
INBOX = "/thong-bao-cua-toi/"
INSERT = """
insert into contactbook_receipt (notice_id, account_id, guardian_id, student_id, name, school_id,
  province_id, fields, text)
select %(notice)s, account_id, guardian_id, student_id, name, school_id, province_id, fields, ''
from reader on conflict do nothing
"""
# What somebody was kept away from, or what ended meanwhile, is not brought to the telephone.
WAYS = """
select receipt.id, receipt.account_id, receipt.guardian_id, receipt.student_id, receipt.name,
  receipt.text, receipt.fields, receipt.school_id, receipt.province_id,
  coalesce(guardian.phone, staff.phone, ''), coalesce(guardian.email, staff.email, ''),
  coalesce(link.is_contact, receipt.guardian_id is null), coalesce(link.blocked, false)
from contactbook_receipt receipt
left join records_guardian guardian on guardian.id = receipt.guardian_id
left join records_staff staff
  on staff.account_id = receipt.account_id and receipt.student_id is null
left join lateral (
  select bool_or(one.is_contact) as is_contact, bool_or(one.blocked_reason <> '') as blocked
  from records_guardianship one
  where one.guardian_id = receipt.guardian_id and one.student_id = receipt.student_id
) link on receipt.guardian_id is not null
where receipt.notice_id = %(notice)s and receipt.id > %(after)s {only}
order by receipt.id limit %(most)s
"""
SILENT = """and (receipt.read_at is null
  or (%(asked)s and receipt.acknowledged_at is null)
  or (%(poll)s and receipt.choice is null))"""


@dataclass(frozen=True, slots=True)
class Way:
    """A reader with the ways to reach her."""

    receipt_id: int
    account_id: int | None
    guardian_id: int | None
    student_id: int | None
    name: str
    text: str
    fields: Mapping[str, str]
    school_id: int | None
    province_id: int | None
    phone: str
    email: str
    is_contact: bool
    blocked: bool


def write_receipts(notice: Notice, audience: Audience, place: Place, on: date) -> int:
    """Một lệnh cho cả danh sách: who reads it, about which child; return how many."""
    values = {**readers_values(audience, place, on), "notice": notice.pk}
    with connection.cursor() as cursor:
        cursor.execute(f"{readers_sql(audience)} {INSERT}", values)
        return int(cursor.rowcount)


def filled(text: str, fields: Mapping[str, str], name: str, sent_at: datetime | None) -> str:
    """A text with its fields as they are for one reader."""
    day = print_date(vietnam_day(sent_at)) if sent_at else "{ngay}"
    return str(fill(text, {**fields, "nguoi_nhan": name, "ngay": day}))


def order_slice(notice: Notice, operation: Operation, now: datetime) -> bool:
    """Order the messages of the next readers; whether there may be more. In one transaction."""
    if not notice.channels:
        return _nothing_to_order(notice, now)
    ways = _ways(notice)
    outgoing = [one for way in ways for one in outgoing_of(notice, way)]
    if outgoing:
        order_messages(operation=operation, now=now, title=notice.title, outgoing=outgoing)
    last = ways[-1].receipt_id if ways else notice.ordered_to
    more = len(ways) == SLICE
    Notice.objects.filter(pk=notice.pk).update(
        ordered_to=last,
        ordered=F("ordered") + len(ways),
        ordered_at=None if more else now,
    )
    notice.ordered_to = last
    return more


def _nothing_to_order(notice: Notice, now: datetime) -> bool:
    """It is read in the application alone: the receipts were everything."""
    Notice.objects.filter(pk=notice.pk).update(ordered=notice.readers, ordered_at=now)
    return False


def _ways(notice: Notice) -> list[Way]:
    return _read(WAYS.format(only=""), notice, notice.ordered_to, SLICE)


def _read(statement: str, notice: Notice, after: int, most: int) -> list[Way]:
    values = {
        "notice": notice.pk,
        "after": after,
        "most": most,
        "asked": notice.asks_receipt,
        "poll": bool(notice.choices),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [_way(row) for row in cursor.fetchall()]


def _way(row: tuple[Any, ...]) -> Way:
    fields = json.loads(row[6]) if isinstance(row[6], str) else row[6]
    values: list[Any] = [*row[:6], fields, *row[7:]]
    return Way(*values)


def outgoing_of(notice: Notice, way: Way) -> Iterator[Outgoing]:
    """The messages outside the application for one reader; none for whom a court keeps away."""
    if way.blocked:
        return
    for channel in notice.channels:
        address = _address(channel, way)
        if address is not None:
            yield _message(notice, way, channel, address)


def _address(channel: str, way: Way) -> str | None:
    if channel == "push":
        return "" if way.account_id and push_public_key() else None
    address = way.email if channel == "email" else way.phone
    return address if way.is_contact and address else None


def phone_text(notice: Notice, way: Way) -> str:
    """Nội dung SMS: the short text where there is one; without diacritics unless wanted."""
    text = filled(notice.short_text or notice.text, way.fields, way.name, notice.sent_at)
    return text if notice.with_diacritics else without_diacritics(text)


def _text(notice: Notice, way: Way, channel: str) -> str:
    if channel in {"sms", "zns"}:
        return phone_text(notice, way)
    if channel == "push":
        return filled(notice.title, way.fields, way.name, notice.sent_at)
    return filled(notice.text, way.fields, way.name, notice.sent_at)


def _message(notice: Notice, way: Way, channel: str, address: str) -> Outgoing:
    title = filled(notice.title, way.fields, way.name, notice.sent_at)
    text = _text(notice, way, channel)
    return Outgoing(
        intent=f"notice:{notice.pk}:{channel}:{_once_for(notice, way)}",
        channel=channel,
        text=text,
        address=address,
        account_id=way.account_id,
        data={
            "subject": title,
            "url": f"{INBOX}{notice.pk}/",
            "template_data": {**way.fields, "noi_dung": text},
        },
        school_id=notice.school_id,
        province_id=way.province_id,
        student_id=way.student_id,
        kind=notice.kind,
        urgent=notice.urgent,
        falls_back_to="sms" if channel == "zns" else "",
    )


def order_reminders(
    notice: Notice, ways: Sequence[str], operation: Operation, now: datetime, *, after: int
) -> int | None:
    """Nhắc a slice of those who are silent; where to go on, None at the end."""
    silent = _read(WAYS.format(only=SILENT), notice, after, SLICE)
    outgoing = [
        _again(notice, way, channel)
        for way in silent
        if not way.blocked
        for channel in ways
        if _address(channel, way) is not None
    ]
    if outgoing:
        title = f"Nhắc: {notice.title}"
        order_messages(operation=operation, now=now, title=title, outgoing=outgoing)
    return silent[-1].receipt_id if len(silent) == SLICE else None


def _again(notice: Notice, way: Way, channel: str) -> Outgoing:
    """The reminder of one reader; one for each time that somebody pressed."""
    first = _message(notice, way, channel, _address(channel, way) or "")
    times = int(notice.reminded_at.timestamp()) if notice.reminded_at else 0
    title = filled(notice.title, way.fields, way.name, notice.sent_at)
    text = f"Nhắc: {title}. Hãy mở Khuê để đọc và trả lời."
    plain = channel == "sms" and not notice.with_diacritics
    return replace(
        first,
        intent=f"{first.intent}:{times}",
        text=without_diacritics(text) if plain else text,
    )


def _once_for(notice: Notice, way: Way) -> str:
    """One for each child where the words differ, else one for each person."""
    if is_personal(notice.title, notice.text, notice.short_text):
        return f"r{way.receipt_id}"
    return f"g{way.guardian_id}" if way.guardian_id else f"a{way.account_id}"
