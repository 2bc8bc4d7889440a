"""Báo cho bên kia: that a message has come, never what it says; after quiet hours, when it may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from khue.contactbook.models import ThreadMessage
from khue.contactbook.queries.contacts import OFFICE
from khue.contactbook.queries.policies import family_policy
from khue.contactbook.queries.thread_page import Opened
from khue.ledger.api import Operation
from khue.messaging.api import (
    OrderRefused,
    Outgoing,
    order_messages,
    push_public_key,
    without_diacritics,
)
from khue.records.api import FamilyMember, family_members
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped

KIND = "talk"
PAID = frozenset({"sms", "zns"})


def tell_other_side(
    operation: Operation, opened: Opened, message: ThreadMessage, now: datetime
) -> None:
    """Order what tells the other side; a spent budget never stops the message itself."""
    found = list(
        _to_school(opened, message) if opened.is_family else _to_family(opened, message, now)
    )
    free = [one for one in found if one.channel not in PAID]
    if not _order(operation, opened, message, found, now):
        _order(operation, opened, message, free, now)


def _order(
    operation: Operation,
    opened: Opened,
    message: ThreadMessage,
    outgoing: list[Outgoing],
    now: datetime,
) -> bool:
    if not outgoing:
        return True
    title = f"Báo có tin nhắn về {opened.child.name}"
    try:
        with transaction.atomic():
            order_messages(
                operation=operation,
                now=now,
                title=title,
                outgoing=outgoing,
                not_before=message.told_at,
            )
    except OrderRefused:
        return False
    return True


def _to_school(opened: Opened, message: ThreadMessage) -> Iterator[Outgoing]:
    """The office sees its own list; a teacher is pushed."""
    if opened.row.side != OFFICE and push_public_key():
        text = f"Gia đình em {opened.child.name} vừa nhắn tin cho thầy cô."
        yield _outgoing(opened, message, "push", text, account_id=opened.row.teacher_id)


def _to_family(opened: Opened, message: ThreadMessage, now: datetime) -> Iterator[Outgoing]:
    day = vietnam_day(now)
    policy = family_policy(opened.row.school_id, day)
    with scoped(EVERYTHING):
        members = family_members([opened.row.student_id], day)
    who = opened.row.teacher_name
    text = f"{opened.school.name}: {who} vừa nhắn tin về em {opened.child.name}. Mở Khuê để đọc."
    said = text if policy.sms_diacritics else without_diacritics(text)
    channels = _first_only(policy.channels, opened, message)
    for one in members:
        if one.guardian_id or opened.row.with_pupil:
            yield from _ways(opened, message, one, channels, text, said)


def _first_only(
    channels: tuple[str, ...], opened: Opened, message: ThreadMessage
) -> tuple[str, ...]:
    """What costs money tells only of the first message until the family has answered."""
    before = ThreadMessage.objects.filter(thread_id=opened.row.pk, pk__lt=message.pk)
    last = before.order_by("-id").first()
    goes_on = last is not None and not last.from_family
    return tuple(one for one in channels if not (goes_on and one in PAID))


def _ways(
    opened: Opened,
    message: ThreadMessage,
    member: FamilyMember,
    channels: tuple[str, ...],
    text: str,
    said: str,
) -> Iterator[Outgoing]:
    if "push" in channels and member.account_id and push_public_key():
        yield _outgoing(opened, message, "push", text, account_id=member.account_id)
    if not member.is_contact:
        return
    for channel, address in (("sms", member.phone), ("zns", member.phone), ("email", member.email)):
        if channel in channels and address:
            words = said if channel == "sms" else text
            yield _outgoing(opened, message, channel, words, address=address)


def _outgoing(
    opened: Opened,
    message: ThreadMessage,
    channel: str,
    text: str,
    *,
    account_id: int | None = None,
    address: str = "",
) -> Outgoing:
    row = opened.row
    return Outgoing(
        intent=f"talk:{message.pk}:{channel}:{account_id or address}",
        channel=channel,
        text=text,
        address=address,
        account_id=account_id,
        data={"subject": "Tin nhắn mới", "url": f"/trao-doi/{row.pk}/"},
        school_id=row.school_id,
        province_id=row.province_id,
        student_id=row.student_id,
        kind=KIND,
    )
