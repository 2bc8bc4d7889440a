"""Nhắc và thu hồi: what a sender does with a notice after it went out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.background.api import Work, start_task
from khue.contactbook.models import Notice
from khue.contactbook.queries.sight import may_open
from khue.contactbook.services.delivering import SLICE, order_reminders
from khue.contactbook.services.notice_work import NoticeRefused, change_of, operation_of
from khue.ledger.api import append_changes
from khue.messaging.api import OrderRefused, cancel_waiting
from kit.dates import print_moment
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import tidy

REMINDING = "contactbook.remind"
PAUSE = timedelta(hours=4)
WAYS = ("push", "sms", "email")
NOT_SENT = "Thông báo này chưa gửi hoặc đã thu hồi nên không nhắc được."
TOO_SOON = "Đã nhắc lúc {when}. Hãy chờ ít nhất 4 giờ giữa hai lần nhắc."
NO_WAY = "Hãy chọn nhắc bằng thông báo đẩy, SMS hoặc thư điện tử."
NO_REASON = "Hãy ghi lý do thu hồi để người đã đọc biết."
LONG_REASON = "Lý do dài tối đa 300 chữ."
NOT_RECALLABLE = "Chỉ thu hồi được thông báo đã gửi và chưa thu hồi."


def opened(actor: Actor, notice_id: int) -> Notice:
    """A notice from its sender's side, locked; raises OutsidePlace."""
    notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
    if notice is None or not may_open(actor, notice):
        raise OutsidePlace(notice_id)
    return notice


@transaction.atomic
def remind(*, actor: Actor, now: datetime, notice_id: int, ways: tuple[str, ...]) -> None:
    """Nhắc those who have not read it, or not acknowledged it, or not answered.

    Raises NoticeRefused: not sent, reminded a while ago, no way chosen, no budget.
    """
    with scoped(EVERYTHING):
        notice = opened(actor, notice_id)
        _require_remindable(notice, now, ways)
        notice.reminded_at = now
        notice.save(update_fields=["reminded_at"])
        change = change_of(notice, "remind", f"Nhắc thông báo: {notice.title}", new=list(ways))
        append_changes(operation_of(actor, now), [change])
        if notice.readers > SLICE:
            _start(actor, now, notice, ways, after=0)
        else:
            _remind_now(actor, now, notice, ways)


def _require_remindable(notice: Notice, now: datetime, ways: tuple[str, ...]) -> None:
    if notice.state != Notice.State.SENT:
        raise NoticeRefused(NOT_SENT)
    if notice.reminded_at and now - notice.reminded_at < PAUSE:
        raise NoticeRefused(TOO_SOON.format(when=print_moment(notice.reminded_at)))
    if not ways or not set(ways) <= set(WAYS):
        raise NoticeRefused(NO_WAY)


def _remind_now(actor: Actor, now: datetime, notice: Notice, ways: tuple[str, ...]) -> None:
    try:
        order_reminders(notice, ways, operation_of(actor, now), now, after=0)
    except OrderRefused as refused:
        raise NoticeRefused(str(refused)) from refused


def _start(
    actor: Actor, now: datetime, notice: Notice, ways: tuple[str, ...], *, after: int
) -> None:
    start_task(
        actor=actor,
        now=now,
        kind=REMINDING,
        title=f"Nhắc thông báo: {notice.title[:120]}",
        arguments={
            "notice": notice.pk,
            "ways": list(ways),
            "after": after,
            "route": "contactbook.notice",
            "key": notice.pk,
        },
        school_id=notice.school_id,
    )


def remind_in_background(work: Work) -> dict[str, Any]:
    """One slice of reminders, and the order for the next one, in one transaction."""
    told = work.arguments
    with scoped(EVERYTHING):
        notice = Notice.objects.get(pk=told["notice"])
        ways = tuple(told["ways"])
        operation = operation_of(work.actor, work.now)
        last = order_reminders(notice, ways, operation, work.now, after=int(told["after"]))
        if last is not None and notice.state == Notice.State.SENT:
            _start(work.actor, work.now, notice, ways, after=last)
    return {"text": "Đã nhắc một phần danh sách; phần còn lại chạy tiếp." if last else "Đã nhắc."}


@transaction.atomic
def recall(*, actor: Actor, now: datetime, notice_id: int, reason: str) -> int:
    """Thu hồi: readers see the reason instead of the words; what waits is not sent.

    Returns how many waiting messages were cancelled. Raises NoticeRefused.
    """
    why = tidy(reason)
    if not why:
        raise NoticeRefused(NO_REASON, "reason")
    if len(why) > 300:
        raise NoticeRefused(LONG_REASON, "reason")
    with scoped(EVERYTHING):
        notice = opened(actor, notice_id)
        if notice.state != Notice.State.SENT:
            raise NoticeRefused(NOT_RECALLABLE)
        notice.state, notice.recalled_at, notice.recalled_reason = (
            Notice.State.RECALLED,
            now,
            why,
        )
        notice.save(update_fields=["state", "recalled_at", "recalled_reason"])
        change = change_of(notice, "recall", f"Thu hồi thông báo: {notice.title}", reason=why)
        append_changes(operation_of(actor, now), [change])
        return _cancel(notice, now, actor)


def _cancel(notice: Notice, now: datetime, actor: Actor) -> int:
    why = f"{actor.name} thu hồi thông báo."
    starts = (f"notice:{notice.pk}:", f"post:{notice.pk}:")
    return sum(cancel_waiting(intent_prefix=one, now=now, why=why) for one in starts)
