"""Thông báo của tôi: what came to an account, about which child. Only the reader's own receipts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from khue.access.api import Actor, reach
from khue.contactbook.models import Notice, Receipt
from khue.contactbook.permissions import READ
from khue.contactbook.rules.links import linked_lines
from khue.contactbook.rules.notices import fields_in
from khue.messaging.api import fill
from kit.dates import print_date, vietnam_day
from kit.statements import kept_rows
from kit.vietnamese import search_key

MOST_LINES, PAGE = 200, 20

# What stands on everybody's first page; the plan is kept. In the order of the models' columns.
RECEIPT = ("id", "student_id", "name", "fields", "read_at", "acknowledged_at", "choice")
NOTICE = (
    *("id", "title", "kind", "urgent", "asks_receipt", "choices", "state", "written_by"),
    *("written_at", "sent_at", "sent_by"),
)
NEWEST = f"""
select coalesce(pupil.name, ''), {", ".join(f"receipt.{one}" for one in RECEIPT)},
  {", ".join(f"notice.{one}" for one in NOTICE)}
from contactbook_receipt receipt
join contactbook_notice notice on notice.id = receipt.notice_id and notice.sent_at is not null
left join records_student pupil on pupil.id = receipt.student_id
where receipt.account_id = %(account)s {{which}} order by receipt.id desc limit %(most)s
"""  # noqa: S608  (our own column names)
NEWEST_OF_ALL = NEWEST.format(which="")
NEWEST_OF_CHILD = NEWEST.format(which="and receipt.student_id = %(student)s")
UNREAD = """
select count(distinct receipt.notice_id) from contactbook_receipt receipt
join contactbook_notice notice on notice.id = receipt.notice_id and notice.state = 'sent'
where receipt.account_id = %s and receipt.read_at is null
"""


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
    values = {"account": account_id, "student": student_id, "most": min(limit, MOST_LINES)}
    rows = kept_rows(NEWEST_OF_ALL if student_id is None else NEWEST_OF_CHILD, values)
    return [line_of(_receipt(row)) for row in rows]


def _receipt(row: tuple[Any, ...]) -> Receipt:
    child, *own = row
    receipt = Receipt.from_db("default", RECEIPT, own[: len(RECEIPT)])
    receipt.fields = json.loads(str(receipt.fields))
    notice = Notice.from_db("default", NOTICE, own[len(RECEIPT) :])
    notice.choices = json.loads(str(notice.choices))
    receipt.notice, receipt.child = notice, child  # type: ignore[attr-defined]
    return receipt


def own_receipts(actor: Actor, notice_id: int) -> list[Receipt]:
    """The reader's own receipts of one notice, in the order of the children; [] for a stranger.

    A child from whom somebody is kept away is no longer among the actor's children.
    """
    rows = receipts_of(actor.account_id).filter(notice_id=notice_id)
    children = reach(actor, READ).children
    mine = rows.filter(Q(student_id__isnull=True) | Q(student_id__in=children))
    ordered = mine.annotate(child=F("student__name")).order_by("student__name_key", "id")
    return list(ordered)


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
    ((many,),) = kept_rows(UNREAD, [account_id])
    return int(many)


def notices_sent_today(school_id: int, day: date) -> int:
    """How many notices people of a school sent on a day. Not gated."""
    begin = timezone.make_aware(datetime.combine(day, time.min))
    rows = Notice.objects.filter(school_id=school_id, kind="notice", sent_at__isnull=False)
    return rows.filter(sent_at__gte=begin, sent_at__lt=begin + timedelta(days=1)).count()


def my_page(actor: Actor, text: str, number: int) -> Page[NoticeLine]:
    """Thông báo của tôi, a page of them; one line for each child it is about."""
    children = reach(actor, READ).children
    rows = receipts_of(actor.account_id).filter(
        Q(student_id__isnull=True) | Q(student_id__in=children)
    )
    if text:
        rows = rows.filter(notice__search__contains=search_key(text))
    ordered = rows.annotate(child=F("student__name")).order_by("-id")
    shown: Page[Any] = Paginator(ordered, PAGE).get_page(number)
    shown.object_list = [line_of(row) for row in shown.object_list]
    return shown


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """What one notice says about one child, and what was answered for her."""

    student_id: int | None
    child: str
    lines: list[list[tuple[str, str]]]
    choice: int | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenNotice:
    """A notice as its reader reads it."""

    id: int
    title: str
    sender: str
    sent_at: datetime
    urgent: bool
    asks_receipt: bool
    acknowledged_at: datetime | None
    choices: list[str]
    answer_until: datetime | None
    is_open: bool
    recalled_reason: str
    recalled_at: datetime | None
    corrects_id: int | None
    corrected_by: int | None
    copies: list[OwnCopy]
    same_words: bool


def opened_notice(receipts: Sequence[Receipt], now: datetime) -> OpenNotice:
    """The reader's own receipts of one notice as a page."""
    first = receipts[0]
    notice = first.notice
    copies = [_copy(row) for row in receipts]
    return OpenNotice(
        id=notice.pk,
        title=filled_for(notice.title, first),
        sender=notice.sent_by or notice.written_by,
        sent_at=notice.sent_at or notice.written_at,
        urgent=notice.urgent,
        asks_receipt=notice.asks_receipt,
        acknowledged_at=first.acknowledged_at,
        choices=list(notice.choices),
        answer_until=notice.answer_until,
        is_open=notice.answer_until is None or now < notice.answer_until,
        recalled_reason=notice.recalled_reason,
        recalled_at=notice.recalled_at,
        corrects_id=_came(first, notice.corrects_id),
        corrected_by=_correction(first),
        copies=copies,
        same_words=all(one.lines == copies[0].lines for one in copies),
    )


def _copy(row: Receipt) -> OwnCopy:
    recalled = row.notice.state == Notice.State.RECALLED
    lines = [] if recalled else linked_lines(words_for(row))
    child = getattr(row, "child", None) or ""
    return OwnCopy(row.student_id, child, lines, row.choice, row.answered_at)


def _came(row: Receipt, notice_id: int | None) -> int | None:
    """A notice only when it came to the same reader."""
    if notice_id is None:
        return None
    found = receipts_of(row.account_id or 0).filter(notice_id=notice_id).exists()
    return notice_id if found else None


def _correction(row: Receipt) -> int | None:
    """The newest notice that corrects this one and came to the same reader."""
    rows = receipts_of(row.account_id or 0).filter(
        notice__corrects_id=row.notice_id, notice__state=Notice.State.SENT
    )
    return rows.order_by("-notice_id").values_list("notice_id", flat=True).first()
