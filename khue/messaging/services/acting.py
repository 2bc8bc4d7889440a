"""What a person does at the outbox: cancel what waits, send once more, set a month's budget."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from khue.access.api import Actor, OutsidePlace, permit
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.messaging.models import Batch, Budget, Message
from khue.messaging.permissions import BUDGET, MANAGE
from khue.messaging.queries.budgets import month_of
from khue.messaging.queries.outbox import STATE_NAMES, place_of
from khue.messaging.rules.states import AGAIN
from khue.messaging.services.outbox import Outgoing, order_messages
from khue.messaging.services.sealing import open_address, open_text
from khue.messaging.services.spending import give_budget_back
from khue.organisations.api import school_summary

CANNOT_AGAIN = "Tin này đang ở trạng thái “{state}” nên không gửi lại được."
CLEARED = "Nội dung tin đã được xóa vì quá hạn lưu. Hãy soạn tin mới."
BELOW_SPENT = "Tháng này trường đã dùng {spent} tin. Hãy đặt hạn mức từ {spent} trở lên."
MOST = 10_000_000
OUT_OF_RANGE = "Hạn mức là một số từ 0 đến 10.000.000."


class ActRefused(Exception):
    """It cannot be done; the text says why and what to do."""


def cancel_batch(*, actor: Actor, now: datetime, batch_id: int) -> int:
    """Hủy lần gửi: what still waits is not sent; return how many."""
    with transaction.atomic():
        batch = _batch(actor, batch_id)
        waiting = Message.objects.select_for_update(skip_locked=True).filter(
            batch_id=batch.pk, state="waiting"
        )
        numbers = list(waiting.values_list("id", flat=True))
        give_budget_back(numbers)
        Message.objects.filter(pk__in=numbers).update(
            state="cancelled", ended_at=now, trouble=f"{actor.name} hủy."[:300]
        )
        Batch.objects.filter(pk=batch.pk).update(cancelled_at=now)
        _tell(actor, now, batch, "cancel", f"Hủy {len(numbers)} tin: {batch.title}")
    return len(numbers)


def send_again(*, actor: Actor, now: datetime, message_id: int) -> int:
    """Gửi lại: the same text to the same address, as a new intent; return the batch of the old."""
    row = Message.objects.filter(pk=message_id).select_related("batch").first()
    if row is None or row.batch is None:
        raise OutsidePlace
    permit(actor, MANAGE, place_of(row.batch.school_id, row.batch.province_id))
    if row.state not in AGAIN:
        raise ActRefused(CANNOT_AGAIN.format(state=STATE_NAMES[row.state].lower()))
    if not row.address and row.channel not in {"app", "push"}:
        raise ActRefused(CLEARED)
    order_messages(
        operation=Operation(Author(actor.account_id, actor.name), now),
        now=now,
        title=f"Gửi lại: {row.batch.title}",
        outgoing=[_copy(row, row.batch.kind)],
    )
    return row.batch.pk


def _copy(row: Message, kind: str) -> Outgoing:
    first = row.intent.partition("~")[0]
    times = Message.objects.filter(intent__startswith=f"{first}~").count()
    return Outgoing(
        intent=f"{first}~{times + 2}",
        channel=row.channel,
        text=open_text(row.text),
        address=open_address(row.address),
        account_id=row.account_id,
        data=row.data,
        school_id=row.school_id,
        province_id=row.province_id,
        student_id=row.student_id,
        kind=kind,
        urgent=row.urgent,
        falls_back_to=row.falls_back_to,
    )


def set_budget(*, actor: Actor, now: datetime, school_id: int, limit: int) -> None:
    """Đặt hạn mức tháng này của một trường, in parts."""
    school = school_summary(school_id)
    permit(actor, BUDGET, school.path)
    if not 0 <= limit <= MOST:
        raise ActRefused(OUT_OF_RANGE)
    month = month_of(timezone.localdate(now))
    with transaction.atomic():
        row, _ = Budget.objects.select_for_update().get_or_create(
            school_id=school_id,
            month=month,
            defaults={"province_id": school.province_id, "limit": limit},
        )
        if limit < row.spent:
            raise ActRefused(BELOW_SPENT.format(spent=row.spent))
        old, row.limit = row.limit, limit
        row.save(update_fields=["limit"])
        change = Change(
            subject=f"message_budget:{row.pk}",
            action="set",
            label=f"Hạn mức tin nhắn tháng {month:%m/%Y}",
            old=old,
            new=limit,
            school_id=school_id,
            province_id=school.province_id,
        )
        append_changes(Operation(Author(actor.account_id, actor.name), now), [change])


def _batch(actor: Actor, batch_id: int) -> Batch:
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise OutsidePlace
    permit(actor, MANAGE, place_of(batch.school_id, batch.province_id))
    return batch


def _tell(actor: Actor, now: datetime, batch: Batch, action: str, label: str) -> None:
    change = Change(
        subject=f"message_batch:{batch.pk}",
        action=action,
        label=label[:200],
        school_id=batch.school_id,
        province_id=batch.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
