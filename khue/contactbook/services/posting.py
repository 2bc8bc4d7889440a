"""Tin riêng cho từng học sinh: one notice, the own words for each child's family, sent once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from khue.contactbook.models import Notice, Receipt
from khue.contactbook.queries.policies import family_policy
from khue.ledger.api import Change, Operation, append_changes
from khue.messaging.api import (
    Estimate,
    Outgoing,
    estimate,
    order_messages,
    push_public_key,
    without_diacritics,
)
from khue.organisations.api import school_summary
from khue.records.api import FamilyMember, family_members
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import search_key

INBOX = "/thong-bao-cua-toi/"


@dataclass(frozen=True, slots=True)
class Posting:
    """What is sent to the families of some pupils."""

    key: str
    kind: str
    title: str
    texts: Mapping[int, str]
    short_texts: Mapping[int, str]
    school_id: int
    province_id: int
    urgent: bool
    channels: tuple[str, ...]
    diacritics: bool

    def phone_text(self, student_id: int) -> str:
        """The words of a telephone message; without diacritics unless the school wants them."""
        text = self.short_texts.get(student_id) or self.texts[student_id]
        return text if self.diacritics else without_diacritics(text)


def post_to_family(
    *,
    operation: Operation,
    now: datetime,
    key: str,
    kind: str,
    title: str,
    texts: Mapping[int, str],
    school_id: int,
    province_id: int,
    urgent: bool = False,
    channels: Sequence[str] | None = None,
    short_texts: Mapping[int, str] | None = None,
    diacritics: bool | None = None,
) -> int:
    """Gửi tin riêng về từng học sinh: `texts` by pupil; the same `key` is the same notice.

    The caller has passed the gate. Every guardian who is not kept away, and the pupil, reads it in
    the application; contacts get it by the given channels (none: those of the school). `kind`
    stands for consent: "absence", "results", "reminder". Returns the id of the notice. Raises
    OrderRefused when the budget of the school does not suffice; nothing is written then.
    """
    chosen = family_policy(school_id, vietnam_day(now))
    posting = Posting(
        *(key[:150], kind, title[:200], texts, short_texts or {}, school_id, province_id, urgent),
        channels=chosen.channels if channels is None else tuple(channels),
        diacritics=chosen.sms_diacritics if diacritics is None else diacritics,
    )
    with scoped(EVERYTHING), transaction.atomic():
        return _post(operation, now, posting)


def _post(operation: Operation, now: datetime, posting: Posting) -> int:
    notice, fresh = Notice.objects.get_or_create(
        key=posting.key, defaults=_notice_values(operation, now, posting)
    )
    if not fresh:
        return notice.pk
    members = family_members(posting.texts, vietnam_day(now))
    Receipt.objects.bulk_create([_receipt(notice, posting, one) for one in _readers(members)])
    outgoing = list(_outgoing(notice.pk, posting, members))
    append_changes(operation, [_change(notice, posting, outgoing)])
    if outgoing:
        order_messages(operation=operation, now=now, title=posting.title, outgoing=outgoing)
    return notice.pk


def _notice_values(operation: Operation, now: datetime, posting: Posting) -> dict[str, object]:
    return {
        "place": school_summary(posting.school_id).path,
        "school_id": posting.school_id,
        "province_id": posting.province_id,
        "title": posting.title,
        "text": "",
        "kind": posting.kind,
        "audience": {"pupils": len(posting.texts)},
        "urgent": posting.urgent,
        "channels": list(posting.channels),
        "state": Notice.State.SENT,
        "written_by": operation.author.name[:150],
        "written_by_id": operation.author.account_id or 0,
        "written_at": now,
        "sent_at": now,
        "search": search_key(posting.title),
        "ordered_at": now,
    }


def _readers(members: Sequence[FamilyMember]) -> list[FamilyMember]:
    """One line for each account and child, or for each adult without an account."""
    found = {
        (one.student_id, one.account_id, one.account_id or one.guardian_id): one for one in members
    }
    return list(found.values())


def _receipt(notice: Notice, posting: Posting, member: FamilyMember) -> Receipt:
    return Receipt(
        notice=notice,
        school_id=posting.school_id,
        province_id=posting.province_id,
        account_id=member.account_id,
        guardian_id=member.guardian_id,
        student_id=member.student_id,
        name=member.name[:150],
        text=posting.texts[member.student_id],
    )


def _outgoing(
    notice_id: int, posting: Posting, members: Sequence[FamilyMember]
) -> Iterator[Outgoing]:
    """A phone or mailbox that two adults share gets one message about a child."""
    pushes = "push" in posting.channels and bool(push_public_key())
    seen: set[tuple[int, str, str]] = set()
    for one in members:
        for channel, address in _ways(posting, one, pushes=pushes):
            if (one.student_id, channel, address) not in seen:
                seen.add((one.student_id, channel, address))
                yield _message(notice_id, posting, one, channel, address)


def _ways(posting: Posting, member: FamilyMember, *, pushes: bool) -> Iterator[tuple[str, str]]:
    """By which channel to which address a person is told."""
    if pushes and member.account_id:
        yield "push", str(member.account_id)
    if not member.is_contact:
        return
    for channel, address in (("sms", member.phone), ("zns", member.phone), ("email", member.email)):
        if channel in posting.channels and address:
            yield channel, address


def _message(
    notice_id: int, posting: Posting, member: FamilyMember, channel: str, address: str
) -> Outgoing:
    texts = {"sms": posting.phone_text(member.student_id), "push": posting.title}
    who = member.guardian_id or "hs"
    return Outgoing(
        intent=f"post:{notice_id}:{member.student_id}:{who}:{channel}",
        channel=channel,
        text=texts.get(channel, posting.texts[member.student_id]),
        address="" if channel == "push" else address,
        account_id=member.account_id,
        data={"subject": posting.title, "url": f"{INBOX}{notice_id}/"},
        school_id=posting.school_id,
        province_id=posting.province_id,
        student_id=member.student_id,
        kind=posting.kind,
        urgent=posting.urgent,
    )


def _change(notice: Notice, posting: Posting, outgoing: Sequence[Outgoing]) -> Change:
    return Change(
        subject=f"notice:{notice.pk}",
        action="send",
        label=posting.title,
        new={"pupils": len(posting.texts), "messages": len(outgoing)},
        school_id=posting.school_id,
        province_id=posting.province_id,
    )


def estimate_posting(
    *, texts: Mapping[int, str], school_id: int, now: datetime, diacritics: bool
) -> Estimate:
    """Số tin SMS và chi phí trước khi gửi: one for every contact of each pupil."""
    with scoped(EVERYTHING):
        members = family_members(texts, vietnam_day(now))
    posting = Posting(
        *("", "", "", texts, {}, school_id, 0, False), channels=("sms",), diacritics=diacritics
    )
    outgoing = _outgoing(0, posting, members)
    return estimate([one.text for one in outgoing], "sms", diacritics=diacritics)
