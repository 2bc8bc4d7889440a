"""Một cuộc trao đổi: who talks, what was said, how far it was read, why nobody may write now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from khue.access.api import Actor, OutsidePlace
from khue.contactbook.models import Thread, ThreadMessage, ThreadSeen
from khue.contactbook.queries.contacts import OFFICE, contacts_of_child
from khue.contactbook.queries.seats import Seat, seats_of
from khue.contactbook.queries.threads import other_of
from khue.contactbook.rules.links import linked_lines
from khue.organisations.api import SchoolCard, school_summary
from khue.records.api import StudentSummary, student_summary
from kit.dates import print_date, vietnam_day

MOST_MESSAGES = 300
ONLY_READING = "Lãnh đạo trường chỉ đọc cuộc trao đổi này để giải quyết phản ánh."
GONE_CHILD = "Em {child} không còn học ở {school} nên cuộc trao đổi này chỉ để đọc."
GONE_TEACHER = (
    "{teacher} không còn dạy lớp của em {child} nên cuộc trao đổi này chỉ để đọc. "
    "Hãy nhắn cho giáo viên hiện nay của em hoặc văn phòng nhà trường."
)
CLOSED = "{who} đã đóng cuộc trao đổi này ngày {day}. Hãy mở lại nếu cần nhắn tiếp."


@dataclass(frozen=True, slots=True)
class MessageLine:
    """Một tin; `seen`: somebody of the other side has read this far."""

    id: int
    name: str
    from_family: bool
    mine: bool
    text: str
    written_at: datetime
    told_at: datetime
    waits: bool
    seen: bool

    @property
    def lines(self) -> list[list[tuple[str, str]]]:
        """Words and links, line by line."""
        return linked_lines(self.text)


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """Một cuộc trao đổi, as one person sees it."""

    id: int
    child: StudentSummary
    school: SchoolCard
    subject: str
    side: str
    side_name: str
    teacher_name: str
    other: str
    seat: Seat
    with_pupil: bool
    messages: tuple[MessageLine, ...]
    closed: bool
    read_only: str
    complaint: str
    complained_by: str
    complained_at: datetime | None

    @property
    def last_id(self) -> int:
        return self.messages[-1].id if self.messages else 0

    @property
    def may_reopen(self) -> bool:
        return self.closed and self.seat != "leader"


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation that this person may open, and where she sits in it."""

    row: Thread
    seat: Seat
    child: StudentSummary
    school: SchoolCard

    @property
    def is_family(self) -> bool:
        return self.seat == "family"


def open_thread(actor: Actor, thread_id: int, on: date, *, lock: bool = False) -> Opened:
    """A conversation for its two sides, and for leaders after a complaint; else OutsidePlace."""
    rows = Thread.objects.select_for_update(of=("self",)) if lock else Thread.objects.all()
    row = rows.filter(pk=thread_id).first()
    child = student_summary(row.student_id) if row else None
    if row is None or child is None:
        raise OutsidePlace(thread_id)
    school = school_summary(row.school_id)
    seat = seats_of(actor, on).seat_at(row, school.path)
    if seat is None:
        raise OutsidePlace(thread_id)
    return Opened(row, seat, child, school)


def why_read_only(opened: Opened, on: date) -> str:
    """Why nobody may write here now; empty when they may."""
    row, child = opened.row, opened.child
    if opened.seat == "leader":
        return ONLY_READING
    contacts = contacts_of_child(child, on) if child.home_school_id == row.school_id else []
    if not contacts:
        return GONE_CHILD.format(child=child.name, school=opened.school.name)
    if row.side != OFFICE and row.teacher_id not in {one.account_id for one in contacts}:
        return GONE_TEACHER.format(teacher=row.teacher_name, child=child.name)
    if row.closed_at is not None:
        return CLOSED.format(who=row.closed_by, day=print_date(vietnam_day(row.closed_at)))
    return ""


def thread_page(actor: Actor, thread_id: int, now: datetime) -> ThreadPage:
    """One conversation with its newest messages, the oldest of them first."""
    day = vietnam_day(now)
    opened = open_thread(actor, thread_id, day)
    row = opened.row
    return ThreadPage(
        row.pk,
        opened.child,
        opened.school,
        row.subject,
        row.side,
        str(Thread.Side(row.side).label),
        row.teacher_name,
        other_of(row, opened.seat, opened.child.name),
        opened.seat,
        row.with_pupil,
        tuple(messages_of(opened, actor, now)),
        row.closed_at is not None,
        why_read_only(opened, day),
        row.complaint,
        row.complained_by,
        row.complained_at,
    )


def messages_of(opened: Opened, actor: Actor, now: datetime, after: int = 0) -> list[MessageLine]:
    """Các tin sau một tin, the oldest first."""
    rows = ThreadMessage.objects.filter(thread_id=opened.row.pk, pk__gt=after).order_by("-id")
    found = list(rows[:MOST_MESSAGES])[::-1]
    read = _read_by(opened.row.pk)
    return [_message(one, actor, now, read) for one in found]


def _read_by(thread_id: int) -> dict[bool, int]:
    """How far each side has read: {from_family of the reader: id of the last message}."""
    seen = dict(
        ThreadSeen.objects.filter(thread_id=thread_id)
        .values_list("as_family")
        .annotate(last=Max("last_message_id"))
    )
    return {bool(side): int(last) for side, last in seen.items()}


def _message(row: ThreadMessage, actor: Actor, now: datetime, read: dict[bool, int]) -> MessageLine:
    return MessageLine(
        row.pk,
        row.name,
        row.from_family,
        row.account_id == actor.account_id,
        row.text,
        row.written_at,
        row.told_at,
        row.told_at > now,
        read.get(not row.from_family, 0) >= row.pk,
    )
