"""Trao đổi: the conversations of a person, unread first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from khue.access.api import Actor, actor_of_account
from khue.contactbook.models import Thread
from khue.contactbook.queries.contacts import OFFICE, OFFICE_NAME
from khue.contactbook.queries.seats import Seat, Seats, seats_of
from khue.records.api import ChildLine
from kit.dates import vietnam_day
from kit.statements import kept_rows, numbers_array
from kit.vietnamese import search_key

MOST_THREADS = 1000
LONGEST_GLANCE = 90

# They stand on the first page of every family and every teacher, so their plans are kept.
OF_FAMILY = """(thread.student_id = any(%(children)s::bigint[])
  or thread.with_pupil and thread.student_id = any(%(own)s::bigint[]))"""
OF_SCHOOL = """(thread.teacher_id = %(account)s and %(teaches)s
  or thread.side = 'office' and thread.school_id = any(%(office)s::bigint[]))"""
FRESH = """message.account_id <> %(account)s and message.told_at <= %(now)s
  and message.id > coalesce((select seen.last_message_id from contactbook_threadseen seen
    where seen.thread_id = thread.id and seen.account_id = %(account)s), 0)"""
# In the order of the model's own columns.
THREAD = (
    *("id", "student_id", "school_id", "teacher_id", "side", "with_pupil", "teacher_name"),
    *("subject", "last_at", "closed_at", "complained_at"),
)
LINES = f"""
select {", ".join(f"thread.{one}" for one in THREAD)},
  node.path, coalesce(last.name, ''), coalesce(last.text, ''), fresh.of_family, fresh.of_school,
  pupil.name, coalesce(seat.name, '')
from contactbook_thread thread
join organisations_organisation node on node.id = thread.school_id
join records_student pupil on pupil.id = thread.student_id
left join lateral (
  select message.name, message.text from contactbook_threadmessage message
  where message.thread_id = thread.id order by message.id desc limit 1
) last on true
left join lateral (
  select count(*) filter (where message.from_family) as of_family,
    count(*) filter (where not message.from_family) as of_school
  from contactbook_threadmessage message where message.thread_id = thread.id and {FRESH}
) fresh on true
left join lateral (
  select class.name from records_enrolment stay
  join organisations_schoolclass class on class.id = stay.school_class_id
  where stay.student_id = thread.student_id order by stay.starts_on desc, stay.id desc limit 1
) seat on true
where {{which}} order by thread.last_at desc, thread.id desc limit {MOST_THREADS}
"""  # noqa: S608  (put together from our own conditions)
MINE = LINES.format(which=f"({OF_FAMILY} or {OF_SCHOOL})")
OF_CHILD = LINES.format(which=f"thread.student_id = %(student)s and ({OF_FAMILY} or {OF_SCHOOL})")
COMPLAINED = LINES.format(
    which="thread.complained_at is not null and thread.school_id = any(%(leads)s::bigint[])"
)
UNREAD = f"""
select count(*) from contactbook_thread thread
join contactbook_threadmessage message on message.thread_id = thread.id
where (not message.from_family and {OF_FAMILY} or message.from_family and {OF_SCHOOL}) and {FRESH}
"""  # noqa: S608  (put together from our own conditions)


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
    actor: Actor,
    *,
    text: str = "",
    now: datetime | None = None,
    student_id: int | None = None,
    children: Sequence[ChildLine] | None = None,
) -> list[ThreadLine]:
    """Các cuộc trao đổi of a person, unread first, then the newest; found without diacritics.

    `children`: those of the account, where the caller has read them already.
    """
    moment = now or timezone.now()
    seats = seats_of(actor, vietnam_day(moment), children)
    values = _values(seats, moment) | {"student": student_id}
    rows = kept_rows(MINE if student_id is None else OF_CHILD, values)
    lines = [_line(row, seats) for row in rows]
    words = search_key(text).split()
    found = [one for one in lines if _has(one.searched, words)] if words else lines
    return sorted(found, key=lambda one: not one.unread)


def complaints_for(actor: Actor, *, now: datetime | None = None) -> list[ThreadLine]:
    """Cuộc trao đổi bị phản ánh: those that somebody asked the leaders of the school to read."""
    moment = now or timezone.now()
    seats = seats_of(actor, vietnam_day(moment))
    values = _values(seats, moment) | {"leads": numbers_array(seats.leads)}
    lines = [_line(row, seats) for row in kept_rows(COMPLAINED, values)]
    return [one for one in lines if one.seat == "leader"]


def unread_messages(account_id: int, actor: Actor | None = None) -> int:
    """Số tin chưa đọc of a person; what was written in quiet hours counts when they are over."""
    now = timezone.now()
    who = actor or actor_of_account(account_id, "", vietnam_day(now))
    ((many,),) = kept_rows(UNREAD, _values(seats_of(who, vietnam_day(now)), now))
    return int(many)


def _values(seats: Seats, now: datetime) -> dict[str, Any]:
    return {
        "account": seats.account_id,
        "now": now,
        "children": numbers_array(seats.children),
        "own": numbers_array(seats.own),
        "office": numbers_array(seats.office),
        "teaches": bool(seats.teaches),
    }


def _has(searched: str, words: list[str]) -> bool:
    return all(word in searched for word in words)


def _line(row: tuple[Any, ...], seats: Seats) -> ThreadLine:
    thread = Thread.from_db("default", THREAD, row[: len(THREAD)])
    path, last_name, last_text, of_family, of_school, child, class_name = row[len(THREAD) :]
    seat = seats.seat_at(thread, path) or "leader"
    return ThreadLine(
        thread.pk,
        thread.student_id,
        child,
        class_name,
        thread.subject,
        other_of(thread, seat, child),
        thread.last_at,
        last_name,
        glance(last_text),
        {"family": of_school, "school": of_family, "leader": 0}[seat],
        thread.closed_at is not None,
        thread.complained_at is not None,
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
