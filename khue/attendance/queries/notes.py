"""Đơn xin nghỉ học: the inbox of a teacher, and what a family has sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Q

from khue.access.api import Actor, child_place, permit
from khue.attendance.models import ExcuseNote
from khue.attendance.queries.frames import ANSWER, ASK, classes_of_actor
from khue.attendance.rules.days import SESSION_NAMES
from khue.attendance.rules.notes import Moment
from kit.cipher import Unreadable, unseal
from kit.dates import print_date
from kit.statements import kept_rows, keys_array

REASON_LABEL = "excuse.reason"
OPEN_STATES = (ExcuseNote.State.ASKED, ExcuseNote.State.APPROVED)
MOST_SHOWN = 200
# In the order of NoteLine, the days and sessions apart.
OF_CHILD = f"""
select note.id, note.student_id, pupil.name, note.school_class_id, class.name, note.first_day,
  note.first_session, note.last_day, note.last_session, note.reason, note.asked_by, note.asked_at,
  note.state, note.answered_by, note.answered_at, note.answer
from attendance_excusenote note
join records_student pupil on pupil.id = note.student_id
join organisations_schoolclass class on class.id = note.school_class_id
where note.student_id = %s order by note.asked_at desc, note.id desc limit {MOST_SHOWN}
"""  # noqa: S608  (our own number)
# On the first page of every homeroom teacher; the plan is kept.
WAITING = """
select count(*) from attendance_excusenote
where school_class_id = any(%s::bigint[]) and state = %s
"""
LOOKS = {"asked": "warning", "approved": "success", "refused": "danger", "withdrawn": "neutral"}


@dataclass(frozen=True, slots=True)
class NoteLine:
    """Một đơn xin nghỉ học."""

    id: int
    student_id: int
    name: str
    class_id: int
    class_name: str
    first: Moment
    last: Moment
    reason: str
    asked_by: str
    asked_at: datetime
    state: str
    answered_by: str
    answered_at: datetime | None
    answer: str

    @property
    def days(self) -> str:
        """From when to when, in words."""
        return told_days(self.first, self.last)

    @property
    def state_name(self) -> str:
        return str(ExcuseNote.State(self.state).label)

    @property
    def look(self) -> str:
        return LOOKS[self.state]

    @property
    def waits(self) -> bool:
        return self.state == ExcuseNote.State.ASKED

    def may_withdraw(self, today: date) -> bool:
        return self.waits or (self.state == ExcuseNote.State.APPROVED and self.first[0] > today)


def told_days(first: Moment, last: Moment) -> str:
    """ "Cả ngày 20/11/2026", "Buổi sáng 20/11/2026", "từ … đến …"."""
    if first[0] != last[0]:
        names = [f"{SESSION_NAMES[one[1]].lower()} {print_date(one[0])}" for one in (first, last)]
        return f"Từ {names[0]} đến {names[1]}"
    if first[1] == last[1]:
        return f"{SESSION_NAMES[first[1]]} {print_date(first[0])}"
    return f"Cả ngày {print_date(first[0])}"


def covering(student_id: int, first: Moment, last: Moment) -> bool:
    """Whether an open request of the pupil touches these sessions."""
    begins = Q(first_day__lt=last[0]) | Q(first_day=last[0], first_session__lte=last[1])
    ends = Q(last_day__gt=first[0]) | Q(last_day=first[0], last_session__gte=first[1])
    rows = ExcuseNote.objects.filter(begins, ends, student_id=student_id, state__in=OPEN_STATES)
    return rows.exists()


def notes_to_answer(actor: Actor, on: date, *, answered: bool = False) -> list[NoteLine]:
    """Đơn xin nghỉ of the classes that this person answers for: those that wait, or the others."""
    cards = classes_of_actor(actor, ANSWER, on)
    rows = ExcuseNote.objects.filter(school_class_id__in=[card.id for card in cards])
    waiting = Q(state=ExcuseNote.State.ASKED)
    rows = rows.exclude(waiting) if answered else rows.filter(waiting)
    return _lines(rows.order_by("-asked_at" if answered else "first_day", "id")[:MOST_SHOWN])


def notes_waiting(actor: Actor, on: date) -> int:
    """How many requests wait for this person."""
    ids = [card.id for card in classes_of_actor(actor, ANSWER, on)]
    return int(kept_rows(WAITING, [keys_array(ids), ExcuseNote.State.ASKED.value])[0][0])


def notes_of_child(actor: Actor, student_id: int) -> list[NoteLine]:
    """What a family has sent for a child, the newest first."""
    permit(actor, ASK, child_place(student_id))
    return [_kept_line(row) for row in kept_rows(OF_CHILD, [student_id])]


def _kept_line(row: tuple[Any, ...]) -> NoteLine:
    who, first, last, reason, rest = row[:5], row[5:7], row[7:9], row[9], row[10:]
    return NoteLine(*[*who, first, last, _opened(reason), *rest])


def _lines(rows: Iterable[ExcuseNote]) -> list[NoteLine]:
    query = rows.annotate(  # type: ignore[attr-defined]
        name=F("student__name"), class_name=F("school_class__name")
    )
    return [_line(row) for row in query]


def _line(row: ExcuseNote) -> NoteLine:
    return NoteLine(
        row.pk,
        row.student_id,
        row.name,  # type: ignore[attr-defined]
        row.school_class_id,
        row.class_name,  # type: ignore[attr-defined]
        (row.first_day, row.first_session),
        (row.last_day, row.last_session),
        _opened(row.reason),
        row.asked_by,
        row.asked_at,
        row.state,
        row.answered_by,
        row.answered_at,
        row.answer,
    )


def _opened(reason: str) -> str:
    try:
        return unseal(reason, label=REASON_LABEL, key_hex=settings.FIELD_KEY)
    except Unreadable:
        return "Không đọc được lý do đã niêm phong."
