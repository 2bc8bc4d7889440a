"""Trao đổi: the conversations of a person, unread first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from khue.access.api import Actor, actor_of_account
from khue.contactbook.models import Thread, ThreadMessage, ThreadSeen
from khue.contactbook.queries.contacts import OFFICE, OFFICE_NAME
from khue.contactbook.queries.seats import Seat, Seats, seats_of
from khue.records.api import StudentSummary, student_summaries
from kit.dates import vietnam_day
from kit.vietnamese import search_key

MOST_THREADS = 1000
LONGEST_GLANCE = 90


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """Một cuộc trao đổi trong danh sách; `other` is the other side as this reader calls it."""

    id: int
    student_id: int
    student_name: str
    class_name: str
    subject: str
    other: str
    last_at: datetime
    last_name: str
    last_text: str
    unread: int
    closed: bool
    complained: bool
    seat: Seat

    @property
    def searched(self) -> str:
        words = (self.student_name, self.class_name, self.other, self.subject)
        return search_key(" ".join(words))


def threads_for(
    actor: Actor, *, text: str = "", now: datetime | None = None, student_id: int | None = None
) -> list[ThreadLine]:
    """Các cuộc trao đổi of a person, unread first, then the newest; found without diacritics."""
    moment = now or timezone.now()
    seats = seats_of(actor, vietnam_day(moment))
    rows = Thread.objects.filter(seats.family | seats.school)
    if student_id is not None:
        rows = rows.filter(student_id=student_id)
    words = search_key(text).split()
    found = [one for one in _lines(rows, seats, moment) if _has(one.searched, words)]
    return sorted(found, key=lambda one: not one.unread)


def complaints_for(actor: Actor, *, now: datetime | None = None) -> list[ThreadLine]:
    """Cuộc trao đổi bị phản ánh: those that somebody asked the leaders of the school to read."""
    moment = now or timezone.now()
    seats = seats_of(actor, vietnam_day(moment))
    rows = Thread.objects.filter(complained_at__isnull=False, school_id__in=seats.leads)
    return [one for one in _lines(rows, seats, moment) if one.seat == "leader"]


def unread_messages(account_id: int, actor: Actor | None = None) -> int:
    """Số tin chưa đọc of a person; what was written in quiet hours counts when they are over."""
    now = timezone.now()
    who = actor or actor_of_account(account_id, "", vietnam_day(now))
    seats = seats_of(who, vietnam_day(now))
    to_family = Q(from_family=False, thread__in=Thread.objects.filter(seats.family))
    to_school = Q(from_family=True, thread__in=Thread.objects.filter(seats.school))
    rows = ThreadMessage.objects.filter(to_family | to_school, told_at__lte=now)
    rows = rows.exclude(account_id=account_id)
    seen = _seen(account_id, OuterRef("thread_id"))
    return rows.filter(pk__gt=Coalesce(Subquery(seen), 0)).count()


def _seen(account_id: int, thread: OuterRef) -> Any:
    rows = ThreadSeen.objects.filter(thread_id=thread, account_id=account_id)
    return rows.values("last_message_id")[:1]


def _has(searched: str, words: list[str]) -> bool:
    return all(word in searched for word in words)


def _lines(rows: QuerySet[Thread], seats: Seats, now: datetime) -> list[ThreadLine]:
    threads = list(
        _with_last(rows, seats.account_id, now).order_by("-last_at", "-id")[:MOST_THREADS]
    )
    children = student_summaries({one.student_id for one in threads})
    return [_line(one, seats, children[one.student_id]) for one in threads]


def _with_last(rows: QuerySet[Thread], account_id: int, now: datetime) -> Any:
    last = ThreadMessage.objects.filter(thread_id=OuterRef("pk")).order_by("-id")
    seen = Coalesce(Subquery(_seen(account_id, OuterRef("thread_id"))), 0)
    told = ThreadMessage.objects.filter(thread_id=OuterRef("pk"), told_at__lte=now)
    fresh = told.exclude(account_id=account_id).filter(pk__gt=seen)
    return rows.annotate(
        school_path=F("school__organisation__path"),
        last_name=Subquery(last.values("name")[:1]),
        last_text=Subquery(last.values("text")[:1]),
        from_family=_count(fresh.filter(from_family=True)),
        from_school=_count(fresh.filter(from_family=False)),
    )


def _count(rows: QuerySet[ThreadMessage]) -> Coalesce:
    grouped = rows.order_by().values("thread_id").annotate(many=Count("id")).values("many")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)


def _line(row: Any, seats: Seats, child: StudentSummary) -> ThreadLine:
    seat = seats.seat_at(row, row.school_path) or "leader"
    unread = {"family": row.from_school, "school": row.from_family, "leader": 0}[seat]
    return ThreadLine(
        row.pk,
        row.student_id,
        child.name,
        child.class_name,
        row.subject,
        other_of(row, seat, child.name),
        row.last_at,
        row.last_name or "",
        glance(row.last_text or ""),
        unread,
        row.closed_at is not None,
        row.complained_at is not None,
        seat,
    )


def other_of(row: Thread, seat: Seat, child: str) -> str:
    """The other side in words."""
    if seat == "school":
        return f"Gia đình em {child}"
    return OFFICE_NAME if row.side == OFFICE else row.teacher_name


def glance(text: str) -> str:
    """The beginning of a message on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_GLANCE else line[: LONGEST_GLANCE - 1].rstrip() + "…"
