"""Đọc, xác nhận, trả lời phiếu hỏi: what a reader does with a notice that came to her."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.contactbook.models import Notice, Receipt
from khue.contactbook.queries.inbox import own_receipts
from khue.contactbook.services.notice_work import NoticeRefused, operation_of
from khue.ledger.api import Change, append_changes
from kit.dates import print_moment

RECALLED = "Thông báo này đã được thu hồi nên không cần xác nhận hay trả lời nữa."
NO_POLL = "Thông báo này không hỏi ý kiến."
CLOSED = "Phiếu hỏi đã hết hạn lúc {when} nên không ghi thêm được. Hãy nhắn cho giáo viên."
NO_CHOICE = "Hãy chọn một trong các câu trả lời."


@transaction.atomic
def read_notice(*, actor: Actor, now: datetime, notice_id: int) -> list[Receipt]:
    """Đọc thông báo: the reader's receipts, one for each child; opening it is reading it."""
    found = _held(actor, notice_id)
    fresh = [row.pk for row in found if row.read_at is None]
    if fresh:
        Receipt.objects.filter(pk__in=fresh, read_at__isnull=True).update(read_at=now)
    return found


def _held(actor: Actor, notice_id: int) -> list[Receipt]:
    found = own_receipts(actor, notice_id)
    if not found:
        raise OutsidePlace(notice_id)
    return found


@transaction.atomic
def acknowledge(*, actor: Actor, now: datetime, notice_id: int) -> None:
    """Xác nhận đã đọc và đồng ý, once for every child it is about."""
    found = _held(actor, notice_id)
    _require_open(found[0].notice)
    waiting = [row.pk for row in found if row.acknowledged_at is None]
    if not waiting:
        return
    Receipt.objects.filter(pk__in=waiting).update(acknowledged_at=now)
    Receipt.objects.filter(pk__in=waiting, read_at__isnull=True).update(read_at=now)
    _tell(actor, now, found[0], "acknowledge", "Xác nhận đã đọc thông báo")


def _require_open(notice: Notice) -> None:
    if notice.state == Notice.State.RECALLED:
        raise NoticeRefused(RECALLED)


@transaction.atomic
def answer_poll(
    *, actor: Actor, now: datetime, notice_id: int, choice: int | None, student_id: int | None
) -> None:
    """Trả lời phiếu hỏi for one child; it may be changed until the closing time."""
    found = [row for row in _held(actor, notice_id) if row.student_id == student_id]
    if not found:
        raise OutsidePlace(notice_id)
    row = found[0]
    _require_answerable(row.notice, choice, now)
    old = row.choice
    Receipt.objects.filter(pk=row.pk).update(
        choice=choice, answered_at=now, read_at=row.read_at or now
    )
    if old != choice:
        _tell(actor, now, row, "answer", "Trả lời phiếu hỏi", old=old, new=choice)


def _require_answerable(notice: Notice, choice: int | None, now: datetime) -> None:
    _require_open(notice)
    if not notice.choices:
        raise NoticeRefused(NO_POLL)
    if notice.answer_until and now >= notice.answer_until:
        raise NoticeRefused(CLOSED.format(when=print_moment(notice.answer_until)))
    if choice is None or not 0 <= choice < len(notice.choices):
        raise NoticeRefused(NO_CHOICE)


def _tell(
    actor: Actor,
    now: datetime,
    row: Receipt,
    action: str,
    label: str,
    *,
    old: int | None = None,
    new: int | None = None,
) -> None:
    choices = row.notice.choices
    change = Change(
        subject=f"notice:{row.notice_id}",
        action=action,
        label=f"{label}: {row.notice.title}"[:200],
        old=choices[old] if old is not None else None,
        new=choices[new] if new is not None else None,
        school_id=row.school_id,
        province_id=row.province_id,
    )
    append_changes(operation_of(actor, now), [change])
