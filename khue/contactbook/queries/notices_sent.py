"""Thông báo đã gửi và bản nháp from the sender's side: lists, one with its numbers, readers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from khue.access.api import Actor, OutsidePlace
from khue.contactbook.models import Notice, NoticeFile, Receipt
from khue.contactbook.queries.sight import in_sight, may_open, with_sight
from kit.vietnamese import search_key

LINES, READERS, MOST_EXPORTED = 30, 50, 50_000
STATES: list[tuple[str, str]] = [(one.value, str(one.label)) for one in Notice.State]
STATE_NAMES = dict(STATES)
AUTOMATIC = "auto"
ANSWERS = [
    ("unread", "Chưa đọc"),
    ("read", "Đã đọc"),
    ("silent", "Chưa xác nhận"),
    ("acknowledged", "Đã xác nhận"),
    ("unanswered", "Chưa trả lời"),
    ("phone", "Không có tài khoản"),
]
WANTED = {
    "unread": Q(read_at__isnull=True),
    "read": Q(read_at__isnull=False),
    "silent": Q(acknowledged_at__isnull=True),
    "acknowledged": Q(acknowledged_at__isnull=False),
    "unanswered": Q(choice__isnull=True),
    "phone": Q(account__isnull=True),
}


@dataclass(frozen=True, slots=True)
class SentLine:
    """A notice as a line of its sender's list."""

    id: int
    title: str
    to: str
    state: str
    state_name: str
    sender: str
    at: datetime
    urgent: bool
    asks_receipt: bool
    is_poll: bool
    readers: int
    read: int
    acknowledged: int
    answered: int
    by_phone: int
    """Readers without an account, who are told by telephone only."""


@dataclass(frozen=True, slots=True)
class SentFilter:
    """What is looked for in the list."""

    text: str = ""
    state: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class FileLine:
    """An attachment as it is shown."""

    id: int
    name: str
    size: int

    @property
    def told_size(self) -> str:
        return f"{max(self.size // 1024, 1)} KB"


@dataclass(frozen=True, slots=True)
class ReaderLine:
    """Một người nhận: what she did with the notice."""

    name: str
    child: str
    class_name: str
    has_account: bool
    read_at: datetime | None
    acknowledged_at: datetime | None
    answer: str
    answered_at: datetime | None


def page_of_notices(actor: Actor, wanted: SentFilter, number: int) -> Page[SentLine]:
    """Notices in sight, drafts and the newest first."""

    def read() -> Page[Any]:
        shown: Page[Any] = Paginator(_notices(actor, wanted), LINES).get_page(number)
        shown.object_list = _lines(list(shown.object_list))
        return shown

    return with_sight(read)


def every_notice(actor: Actor, wanted: SentFilter) -> list[SentLine]:
    """The same for a file."""
    return with_sight(lambda: _lines(list(_notices(actor, wanted)[:5000])))


def _notices(actor: Actor, wanted: SentFilter) -> QuerySet[Notice]:
    rows = Notice.objects.filter(in_sight(actor)).defer("text", "short_text")
    rows = rows.exclude(kind="notice") if wanted.kind == AUTOMATIC else rows.filter(kind="notice")
    if wanted.state in STATE_NAMES:
        rows = rows.filter(state=wanted.state)
    if wanted.text:
        rows = rows.filter(search__contains=search_key(wanted.text))
    return rows.order_by("-id")


def _lines(rows: list[Notice]) -> list[SentLine]:
    counts = _counts([row.pk for row in rows])
    return [_line(row, counts.get(row.pk, {})) for row in rows]


def _counts(ids: list[int]) -> dict[int, dict[str, int]]:
    rows: Any = (
        Receipt.objects.filter(notice_id__in=ids)
        .values("notice_id")
        .annotate(
            readers=Count("id"),
            read=Count("read_at"),
            acknowledged=Count("acknowledged_at"),
            answered=Count("choice"),
            by_phone=Count("id", filter=Q(account__isnull=True)),
        )
    )
    return {row["notice_id"]: row for row in rows}


def _line(row: Notice, counts: dict[str, int]) -> SentLine:
    return SentLine(
        id=row.pk,
        title=row.title,
        to=str(row.audience.get("name", "")) or _automatic(row),
        state=row.state,
        state_name=STATE_NAMES[row.state],
        sender=row.sent_by or row.written_by,
        at=row.sent_at or row.written_at,
        urgent=row.urgent,
        asks_receipt=row.asks_receipt,
        is_poll=bool(row.choices),
        readers=counts.get("readers", row.readers),
        read=counts.get("read", 0),
        acknowledged=counts.get("acknowledged", 0),
        answered=counts.get("answered", 0),
        by_phone=counts.get("by_phone", 0),
    )


def _automatic(row: Notice) -> str:
    pupils = row.audience.get("pupils")
    return f"{pupils} học sinh" if pupils else "Từng học sinh"


def open_notice(actor: Actor, notice_id: int) -> tuple[Notice, SentLine]:
    """One notice from the sender's side with its numbers; raises OutsidePlace."""

    def read() -> tuple[Notice, SentLine]:
        row = Notice.objects.filter(pk=notice_id).select_related("corrects").first()
        if row is None or not may_open(actor, row):
            raise OutsidePlace(notice_id)
        return row, _lines([row])[0]

    return with_sight(read)


def files_of(notice_id: int) -> list[FileLine]:
    """The attachments of a notice that was opened."""
    rows = NoticeFile.objects.filter(notice_id=notice_id).order_by("id")
    return with_sight(lambda: [FileLine(*row) for row in rows.values_list("id", "name", "size")])


def poll_of(notice: Notice) -> list[tuple[str, int]]:
    """Kết quả phiếu hỏi: every choice with how many took it."""

    def read() -> dict[int | None, int]:
        rows = Receipt.objects.filter(notice=notice, choice__isnull=False).values_list("choice")
        return dict(rows.annotate(times=Count("id")))

    counts = with_sight(read) if notice.choices else {}
    return [(choice, counts.get(place, 0)) for place, choice in enumerate(notice.choices)]


@dataclass(frozen=True, slots=True)
class ReaderFilter:
    """Which readers are looked for."""

    text: str = ""
    state: str = ""


def page_of_readers(notice: Notice, wanted: ReaderFilter, number: int) -> Page[ReaderLine]:
    """The readers of a notice that was opened."""

    def read() -> Page[Any]:
        shown: Page[Any] = Paginator(_readers(notice, wanted), READERS).get_page(number)
        shown.object_list = [_reader(notice, row) for row in shown.object_list]
        return shown

    return with_sight(read)


def every_reader(notice: Notice, wanted: ReaderFilter) -> Iterator[ReaderLine]:
    """The same for a file."""
    rows = with_sight(lambda: list(_readers(notice, wanted)[:MOST_EXPORTED]))
    return (_reader(notice, row) for row in rows)


def _readers(notice: Notice, wanted: ReaderFilter) -> Any:
    rows = Receipt.objects.filter(notice=notice)
    if wanted.state in WANTED:
        rows = rows.filter(WANTED[wanted.state])
    if wanted.text:
        key = search_key(wanted.text)
        rows = rows.filter(
            Q(student__name_search__contains=key)
            | Q(guardian__name_search__contains=key)
            | Q(account__name_search__contains=key)
        )
    return rows.order_by("student__name_key", "student_id", "name", "id").values(
        *("name", "student__name", "fields", "account_id", "read_at", "acknowledged_at"),
        *("choice", "answered_at"),
    )


def _reader(notice: Notice, row: dict[str, Any]) -> ReaderLine:
    choice = row["choice"]
    known = choice is not None and choice < len(notice.choices)
    return ReaderLine(
        name=row["name"],
        child=row["student__name"] or "",
        class_name=row["fields"].get("lop", ""),
        has_account=row["account_id"] is not None,
        read_at=row["read_at"],
        acknowledged_at=row["acknowledged_at"],
        answer=notice.choices[choice] if known else "",
        answered_at=row["answered_at"],
    )
