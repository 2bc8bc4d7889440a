"""Đóng, mở lại, phản ánh: the ends of a conversation, and asking the leaders to read it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.contactbook.models import Thread
from khue.contactbook.queries.thread_page import Opened, ThreadPage, open_thread, thread_page
from khue.contactbook.services.thread_work import TalkRefused, operation_of, thread_change
from khue.contactbook.services.threads import see_thread
from khue.ledger.api import Author, append_changes, log_sensitive_read
from kit.dates import vietnam_day
from kit.vietnamese import tidy

LONGEST_COMPLAINT = 500
NO_REASON = "Hãy ghi điều cần phản ánh để lãnh đạo trường biết việc gì."


def _open(actor: Actor, thread_id: int, now: datetime) -> Opened:
    """One of the two sides, who may end it; a leader only reads."""
    opened = open_thread(actor, thread_id, vietnam_day(now), lock=True)
    if opened.seat == "leader":
        raise OutsidePlace(thread_id)
    return opened


@transaction.atomic
def close_thread(*, actor: Actor, now: datetime, thread_id: int) -> None:
    """Đóng cuộc trao đổi: nobody writes until one of the two sides opens it again."""
    opened = _open(actor, thread_id, now)
    if opened.row.closed_at is None:
        _set_closed(opened, now, actor.name[:150])
        change = thread_change(opened.row, "close", f"Trao đổi: {opened.child.name}")
        append_changes(operation_of(actor, now), [change])


@transaction.atomic
def reopen_thread(*, actor: Actor, now: datetime, thread_id: int) -> None:
    """Mở lại cuộc trao đổi."""
    opened = _open(actor, thread_id, now)
    if opened.row.closed_at is not None:
        _set_closed(opened, None, "")
        change = thread_change(opened.row, "reopen", f"Trao đổi: {opened.child.name}")
        append_changes(operation_of(actor, now), [change])


def _set_closed(opened: Opened, at: datetime | None, by: str) -> None:
    Thread.objects.filter(pk=opened.row.pk).update(closed_at=at, closed_by=by)


@transaction.atomic
def complain(*, actor: Actor, now: datetime, thread_id: int, reason: str) -> None:
    """Phản ánh với lãnh đạo trường: from now on they may read this conversation. Said once."""
    opened = _open(actor, thread_id, now)
    told = tidy(reason)[:LONGEST_COMPLAINT]
    if not told:
        raise TalkRefused(NO_REASON)
    if opened.row.complained_at is None:
        Thread.objects.filter(pk=opened.row.pk).update(
            complaint=told, complained_by=actor.name[:150], complained_at=now
        )
        label = f"Phản ánh cuộc trao đổi về {opened.child.name}"
        append_changes(operation_of(actor, now), [thread_change(opened.row, "complain", label)])


@transaction.atomic
def read_thread(*, actor: Actor, now: datetime, thread_id: int) -> ThreadPage:
    """Đọc cuộc trao đổi: what was read is marked; a leader's reading is written down."""
    found = thread_page(actor, thread_id, now)
    if found.seat == "leader":
        log_sensitive_read(
            Author(actor.account_id, actor.name),
            now,
            subject=f"thread:{thread_id}",
            fields="cuộc trao đổi giữa gia đình và giáo viên (có phản ánh)",
            school_id=found.school.id,
            province_id=found.school.province_id,
        )
    else:
        see_thread(actor=actor, now=now, thread_id=thread_id, last_id=found.last_id)
    return found
