"""Thông báo của tôi: what came to an account, about which child. Only the reader's own receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from khue.contactbook.models import Notice, Receipt
from khue.contactbook.rules.notices import fields_in
from khue.messaging.api import fill
from kit.dates import print_date, vietnam_day

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice as a line of its reader's list; `id` is that of the notice."""

    id: int
    title: str
    sent_at: datetime
    sender: str
    urgent: bool
    asks_receipt: bool
    read: bool
    acknowledged: bool
    is_poll: bool
    student_id: int | None
    child: str = ""
    kind: str = "notice"
    recalled: bool = False
    answered: bool = False


def receipts_of(account_id: int) -> QuerySet[Receipt]:
    """What came to an account; the fence keeps away what a court keeps away."""
    rows = Receipt.objects.filter(account_id=account_id, notice__sent_at__isnull=False)
    return rows.select_related("notice")


def notices_for(
    account_id: int, student_id: int | None = None, limit: int = 20
) -> list[NoticeLine]:
    """The newest notices of an account, of one child when it is named, the newest first.

    A notice about several children of one family is one line for each child. Not gated.
    """
    rows = receipts_of(account_id)
    if student_id is not None:
        rows = rows.filter(student_id=student_id)
    rows = rows.annotate(child=F("student__name")).order_by("-id")
    return [line_of(row) for row in rows[: min(limit, MOST_LINES)]]


def line_of(row: Receipt) -> NoticeLine:
    """A receipt, with the notice and the child's name, as a line."""
    notice = row.notice
    return NoticeLine(
        id=notice.pk,
        title=filled_for(notice.title, row),
        sent_at=notice.sent_at or notice.written_at,
        sender=notice.sent_by or notice.written_by,
        urgent=notice.urgent,
        asks_receipt=notice.asks_receipt,
        read=row.read_at is not None,
        acknowledged=row.acknowledged_at is not None,
        is_poll=bool(notice.choices),
        student_id=row.student_id,
        child=getattr(row, "child", None) or "",
        kind=notice.kind,
        recalled=notice.state == Notice.State.RECALLED,
        answered=row.choice is not None,
    )


def filled_for(text: str, row: Receipt) -> str:
    """A text of a notice with the fields as they are for this reader."""
    if not fields_in(text):
        return text
    sent = row.notice.sent_at
    day = print_date(vietnam_day(sent)) if sent else "{ngay}"
    return str(fill(text, {**row.fields, "nguoi_nhan": row.name, "ngay": day}))


def words_for(row: Receipt) -> str:
    """What the reader reads: her own words, or those of the notice filled in."""
    return row.text or filled_for(row.notice.text, row)


def unread_count(account_id: int) -> int:
    """How many notices an account has not opened; recalled ones do not count. Not gated."""
    rows = Receipt.objects.filter(
        account_id=account_id, read_at__isnull=True, notice__state=Notice.State.SENT
    )
    return rows.values("notice_id").distinct().count()


def notices_sent_today(school_id: int, day: date) -> int:
    """How many notices people of a school sent on a day. Not gated."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    rows = Notice.objects.filter(school_id=school_id, kind="notice", sent_at__isnull=False)
    return rows.filter(sent_at__gte=begin, sent_at__lt=begin + timedelta(days=1)).count()
