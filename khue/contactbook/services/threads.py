"""Trao đổi: beginning a conversation, writing in it, reading it, closing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.contactbook.models import Thread, ThreadMessage, ThreadSeen
from khue.contactbook.queries.contacts import OFFICE, Contact, contacts_of_child
from khue.contactbook.queries.policies import family_policy
from khue.contactbook.queries.seats import seats_of
from khue.contactbook.queries.thread_page import Opened, open_thread, why_read_only
from khue.contactbook.rules.quiet import told_from
from khue.contactbook.rules.talk import (
    LONGEST_SUBJECT,
    MOST_AN_HOUR,
    ONE_HOUR,
    TOO_MANY,
    check_message,
    tidy_message,
)
from khue.contactbook.services.telling import tell_other_side
from khue.contactbook.services.thread_work import (
    TalkRefused,
    operation_of,
    thread_change,
    wait_for_intent,
)
from khue.ledger.api import append_changes
from khue.records.api import StudentSummary, guardians_of_student, student_summary
from kit.dates import vietnam_day
from kit.vietnamese import tidy

NO_SUBJECT = "Hãy ghi việc cần trao đổi, ví dụ “Xin cô cho em ngồi bàn đầu”."
NO_CONTACT = "Người này hiện không dạy em nên chưa nhắn được. Hãy chọn lại người nhận."
NO_PUPILS = (
    "Nhà trường chưa mở cho học sinh tự nhắn tin. Em hãy nhờ bố mẹ nhắn, "
    "hoặc gặp trực tiếp thầy cô."
)
NO_FAMILY = (
    "Gia đình em {child} chưa có tài khoản nên chưa nhận được tin. "
    "Hãy mở tài khoản cho phụ huynh ở trang hồ sơ của em rồi nhắn lại."
)
NOT_YOURS = "Tin này đã được gửi từ một trang khác. Hãy tải lại trang rồi viết lại."


@dataclass(frozen=True, slots=True)
class Written:
    """A message that stands: `waits` until the quiet hours end; `again`: it was there before."""

    thread_id: int
    message_id: int
    told_at: datetime
    waits: bool
    again: bool = False


@transaction.atomic
def start_thread(
    *,
    actor: Actor,
    now: datetime,
    student_id: int,
    to: str,
    subject: str,
    text: str,
    intent: UUID,
) -> Written:
    """Mở cuộc trao đổi về một học sinh: a family with `to` (a contact's key), or the school's side.

    `to` is "" when a teacher or the office begins. One `intent` is one conversation, however often
    it comes. Raises TalkRefused, OutsidePlace.
    """
    wait_for_intent(intent)
    known = _known(actor, intent)
    if known:
        return known
    child = student_summary(student_id)
    if child is None:
        raise OutsidePlace(student_id)
    row = _new_thread(actor, now, child, to, tidy(subject)[:LONGEST_SUBJECT])
    body = _checked(text)
    row.save()
    append_changes(
        operation_of(actor, now), [thread_change(row, "open", f"Trao đổi: {child.name}")]
    )
    return _write(actor, now, open_thread(actor, row.pk, vietnam_day(now)), body, intent)


def _new_thread(
    actor: Actor, now: datetime, child: StudentSummary, to: str, subject: str
) -> Thread:
    day = vietnam_day(now)
    seats = seats_of(actor, day)
    contacts = contacts_of_child(child, day)
    row = Thread(
        student_id=child.id,
        school_id=child.home_school_id,
        province_id=child.province_id,
        subject=subject,
        opened_by_id=actor.account_id,
        opened_at=now,
        last_at=now,
    )
    if child.id in seats.children | seats.own:
        row.with_pupil = child.id in seats.own
        _check_pupil(row, day)
        chosen = _chosen(contacts, to)
    else:
        chosen = _myself(actor, contacts, child, office=child.home_school_id in seats.office)
        _check_family(child, day)
    if not subject:
        raise TalkRefused(NO_SUBJECT)
    row.teacher_id, row.teacher_name, row.side = chosen.account_id, chosen.name, chosen.side
    return row


def _check_pupil(row: Thread, day: date) -> None:
    if row.with_pupil and not family_policy(row.school_id, day).pupils_write:
        raise TalkRefused(NO_PUPILS)


def _check_family(child: StudentSummary, day: date) -> None:
    """A message that nobody can read would only look sent."""
    if not any(one.account_id for one in guardians_of_student(child.id, day)):
        raise TalkRefused(NO_FAMILY.format(child=child.name))


def _chosen(contacts: Sequence[Contact], to: str) -> Contact:
    found = next((one for one in contacts if one.key == to), None)
    if found is None:
        raise TalkRefused(NO_CONTACT)
    return found


def _myself(
    actor: Actor, contacts: Sequence[Contact], child: StudentSummary, *, office: bool
) -> Contact:
    """A teacher of the pupil writes as herself, the office as the office; others do not come in."""
    for one in contacts:
        if one.account_id == actor.account_id or (office and one.side == OFFICE):
            return one
    raise OutsidePlace(child.id)


@transaction.atomic
def write_message(
    *, actor: Actor, now: datetime, thread_id: int, text: str, intent: UUID
) -> Written:
    """Gửi một tin: one `intent` is one message, however often the page sends it.

    In quiet hours it is kept and the other side is told when they are over. Raises TalkRefused.
    """
    wait_for_intent(intent)
    opened = open_thread(actor, thread_id, vietnam_day(now), lock=True)
    known = _known(actor, intent)
    if known:
        return known
    refusal = why_read_only(opened, vietnam_day(now))
    if refusal:
        raise TalkRefused(refusal)
    return _write(actor, now, opened, _checked(text), intent)


def _known(actor: Actor, intent: UUID) -> Written | None:
    row = ThreadMessage.objects.filter(intent=intent).first()
    if row is None:
        return None
    if row.account_id != actor.account_id:
        raise TalkRefused(NOT_YOURS)
    return Written(row.thread_id, row.pk, row.told_at, row.told_at > row.written_at, again=True)


def _checked(text: str) -> str:
    body = tidy_message(text)
    refusal = check_message(body)
    if refusal:
        raise TalkRefused(refusal.sentence)
    return body


def _write(actor: Actor, now: datetime, opened: Opened, text: str, intent: UUID) -> Written:
    row = opened.row
    if opened.is_family:
        _check_rate(row, now)
    told_at = _told_at(row.school_id, now)
    message = ThreadMessage.objects.create(
        thread=row,
        student_id=row.student_id,
        school_id=row.school_id,
        province_id=row.province_id,
        intent=intent,
        account_id=actor.account_id,
        name=actor.name[:150],
        from_family=opened.is_family,
        text=text,
        written_at=now,
        told_at=told_at,
    )
    row.last_at = now
    row.save(update_fields=["last_at"])
    _see(opened, actor, message.pk, now)
    operation = operation_of(actor, now)
    label = f"Tin nhắn về {opened.child.name}"
    append_changes(operation, [thread_change(row, "write", label)])
    tell_other_side(operation, opened, message, now)
    return Written(row.pk, message.pk, told_at, told_at > now)


def _check_rate(row: Thread, now: datetime) -> None:
    """All the family together, about this child."""
    lately = ThreadMessage.objects.filter(
        student_id=row.student_id, from_family=True, written_at__gt=now - ONE_HOUR
    )
    if lately.count() >= MOST_AN_HOUR:
        raise TalkRefused(TOO_MANY)


def _told_at(school_id: int, now: datetime) -> datetime:
    policy = family_policy(school_id, vietnam_day(now))
    return told_from(now, *policy.quiet) if policy.holds else now


def see_thread(*, actor: Actor, now: datetime, thread_id: int, last_id: int) -> None:
    """Đã xem: this person has read up to a message; never back."""
    opened = open_thread(actor, thread_id, vietnam_day(now))
    if opened.seat != "leader" and last_id:
        _see(opened, actor, last_id, now)


def _see(opened: Opened, actor: Actor, last_id: int, now: datetime) -> None:
    mark, _ = ThreadSeen.objects.get_or_create(
        thread_id=opened.row.pk,
        account_id=actor.account_id,
        defaults={"as_family": opened.is_family, "last_message_id": 0, "seen_at": now},
    )
    ThreadSeen.objects.filter(pk=mark.pk, last_message_id__lt=last_id).update(
        last_message_id=last_id, seen_at=now, as_family=opened.is_family
    )
