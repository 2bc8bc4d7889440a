"""Điểm danh của một lớp trong một buổi: who took it, who is not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from khue.access.api import Actor, explain
from khue.attendance.models import Absence, Taking
from khue.attendance.queries.frames import (
    CORRECT,
    TAKE,
    days_of_class,
    days_of_classes,
    explain_inside,
    open_class,
    plan_of,
    plans_of,
)
from khue.attendance.queries.gate_lists import list_of_gate
from khue.attendance.rules.days import SESSIONS, sessions_of_day, why_free
from khue.attendance.rules.gate_lists import NO_LIST, GateList
from khue.attendance.rules.kinds import ABSENT, PRESENT, WITH, WITHOUT, print_kind
from khue.ledger.api import HistoryLine, history_of
from khue.organisations.api import ClassCard, class_summaries
from khue.records.api import students_of_class
from kit.dates import print_date, vietnam_day
from kit.statements import kept_rows, keys_array

# Behind the page that every class is taken on; the plans are kept.
STANDING = """
select student_id, kind, minutes, note, source from attendance_absence
where student_id = any(%(students)s::bigint[]) and day = %(day)s and session = %(session)s
  and period = %(period)s
"""
TAKING = """
select version, taken_by, taken_at, size from attendance_taking
where school_class_id = %(class)s and day = %(day)s and session = %(session)s
  and period = %(period)s
"""
TAKINGS = """
select school_class_id, session, version, taken_by, taken_at, size from attendance_taking
where school_class_id = any(%s::bigint[]) and day = %s and period = 0
"""
EXCUSED = """
select distinct student_id from attendance_excusenote
where student_id = any(%(students)s::bigint[]) and state = 'approved'
  and (first_day < %(day)s or first_day = %(day)s and first_session <= %(session)s)
  and (last_day > %(day)s or last_day = %(day)s and last_session >= %(session)s)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands of one pupil."""

    student_id: int
    kind: str
    minutes: int | None = None
    note: str = ""
    source: str = "teacher"

    @property
    def told(self) -> str:
        return print_kind(self.kind, self.minutes)


@dataclass(frozen=True, slots=True)
class TakingLine:
    """Một lần điểm danh as it stands; version 0 was never taken."""

    version: int = 0
    by: str = ""
    at: datetime | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class PupilLine:
    """Một học sinh trên trang điểm danh; `excused`: an approved request covers the session."""

    student_id: int
    name: str
    standing: Standing
    excused: bool = False


@dataclass(frozen=True, slots=True)
class ClassDay:
    """Trang điểm danh của một lớp, một buổi (or a period of it)."""

    card: ClassCard
    day: date
    session: str
    period: int
    sessions: Sequence[str]
    pupils: Sequence[PupilLine]
    taking: TakingLine
    refusal: str
    needs_reason: bool
    history: Sequence[HistoryLine] = field(default_factory=tuple)
    gate: GateList = NO_LIST

    def from_gate(self, line: PupilLine) -> Standing:
        """What the gate proposes of a pupil; a request that was approved turns K into P."""
        mark = self.gate.marks.get(line.student_id)
        if mark is None:
            return Standing(line.student_id, PRESENT)
        kind = WITH if line.excused and mark.kind == WITHOUT else mark.kind
        return Standing(line.student_id, kind, mark.minutes, mark.note, "gate")

    def chosen(self, line: PupilLine) -> Standing:
        """What the page shows first: the list that was taken, or what the gate proposes."""
        return line.standing if self.taken or self.refusal else self.from_gate(line)

    @property
    def differing(self) -> list[tuple[PupilLine, Standing]]:
        """Cổng ghi khác: pupils of whom the list that was taken says something else."""
        if not self.taken:
            return []
        told = [(one, self.from_gate(one)) for one in self.pupils]
        return [(one, gate) for one, gate in told if gate.kind and gate.kind != one.standing.kind]

    @property
    def taken(self) -> bool:
        return self.taking.version > 0

    @property
    def absent(self) -> int:
        return sum(one.standing.kind in ABSENT for one in self.pupils)


def subject_of_day(class_id: int, day: date, session: str, period: int) -> str:
    """How the ledger calls the attendance of a class in a session."""
    return f"attendance:{class_id}.{day.isoformat()}.{session}{period}"


def class_day(
    *, actor: Actor, now: datetime, class_id: int, day: date, session: str = "", period: int = 0
) -> ClassDay:
    """One class in one session, with why it cannot be written where it cannot."""
    card = open_class(actor, class_id)
    held = sessions_of_day(days_of_class(card, day), plan_of(card), day) or plan_of(card).sessions
    shown = session if session in SESSIONS else held[0]
    refusal = why_not_taken(actor, card, day, shown, now)
    pupils = pupils_on(card, day, shown, period)
    return ClassDay(
        card,
        day,
        shown,
        period,
        held if shown in held else [*held, shown],
        pupils,
        taking_of(class_id, day, shown, period),
        refusal,
        not refusal and day < vietnam_day(now),
        history_of(subject_of_day(class_id, day, shown, period)),
        _gate(card, pupils, day, shown, period, now),
    )


def _gate(
    card: ClassCard,
    pupils: Sequence[PupilLine],
    day: date,
    session: str,
    period: int,
    now: datetime,
) -> GateList:
    if period:
        return NO_LIST
    ids = [one.student_id for one in pupils]
    return list_of_gate(school_id=card.school_id, pupils=ids, day=day, session=session, now=now)


def why_not_taken(actor: Actor, card: ClassCard, day: date, session: str, now: datetime) -> str:
    """Why this person cannot write on this day; nothing when she can."""
    today = vietnam_day(now)
    free = why_free(days_of_class(card, day), day, session)
    if free:
        return free.sentence
    if day > today:
        return f"Chưa đến ngày {print_date(day)} nên chưa điểm danh được."
    if day < today:
        return explain(actor, CORRECT, card.place) or ""
    return explain_inside(actor, TAKE, card.place)


def pupils_on(card: ClassCard, day: date, session: str, period: int) -> list[PupilLine]:
    """Danh sách lớp on a day, each with what stands."""
    pupils = students_of_class(card.id, day)
    ids = [one.id for one in pupils]
    stand = standing_of(ids, day, session, period)
    excused = excused_on(ids, day, session)
    return [
        PupilLine(one.id, one.name, stand.get(one.id, Standing(one.id, "")), one.id in excused)
        for one in pupils
    ]


def standing_of(
    student_ids: Iterable[int], day: date, session: str, period: int
) -> dict[int, Standing]:
    values = {"students": keys_array(student_ids), **_when(day, session, period)}
    return {row[0]: Standing(*row) for row in kept_rows(STANDING, values)}


def taking_of(class_id: int, day: date, session: str, period: int) -> TakingLine:
    rows = kept_rows(TAKING, {"class": class_id, **_when(day, session, period)})
    return TakingLine(*rows[0]) if rows else TakingLine()


def _when(day: date, session: str, period: int) -> dict[str, Any]:
    return {"day": day, "session": session, "period": period}


def excused_on(student_ids: Iterable[int], day: date, session: str) -> set[int]:
    """Học sinh có đơn xin nghỉ đã được đồng ý for this session."""
    values = {"students": keys_array(student_ids), "day": day, "session": session}
    return {student_id for (student_id,) in kept_rows(EXCUSED, values)}


Period = tuple[int, date, str, int]
"""(class, day, session, period)"""


def absent_in(class_id: int, day: date, session: str, period: int = 0) -> list[tuple[str, str]]:
    """Học sinh vắng (name, kind) of a class in a period, for the class diary."""
    where = (class_id, day, session, period)
    return absences_in([where])[where]


def absences_in(periods: Collection[Period]) -> dict[Period, list[tuple[str, str]]]:
    """Học sinh vắng (name, kind) of many periods at once, in two statements.

    What was taken in the period itself goes first; where it was not, the whole session decides.
    Pupils who are late or leave early are told too.
    """
    inside = Q(school_class_id__in={one[0] for one in periods}, day__in={one[1] for one in periods})
    names = ("school_class_id", "day", "session", "period")
    taken = set(Taking.objects.filter(inside).values_list(*names))
    rows = Absence.objects.filter(inside).order_by("student__name_key", "student_id")
    found: dict[Period, list[tuple[str, str]]] = defaultdict(list)
    for *where, name, kind in rows.values_list(*names, "student__name", "kind"):
        found[where[0], where[1], where[2], where[3]].append((name, kind))
    return {one: found.get(one if one in taken else (*one[:3], 0), []) for one in periods}


def takings_on(class_ids: Iterable[int], day: date) -> dict[int, dict[str, TakingLine]]:
    """Lần điểm danh cả buổi of some classes on a day: class → session → taking."""
    found: dict[int, dict[str, TakingLine]] = {}
    for class_id, session, *line in kept_rows(TAKINGS, [keys_array(class_ids), day]):
        found.setdefault(class_id, {})[session] = TakingLine(*line)
    return found


def not_taken_today(actor: Actor, now: datetime) -> list[tuple[ClassCard, str]]:
    """Buổi chưa điểm danh of the classes in which this person stands (for the teacher's day)."""
    today = vietnam_day(now)
    cards = class_summaries(_own_classes(actor))
    taken, plans = takings_on(cards, today), plans_of(cards.values())
    days = days_of_classes(cards.values(), today)
    return [
        (card, session)
        for card in sorted(cards.values(), key=lambda one: one.name_key)
        for session in sessions_of_day(days[card.id], plans[card.id], today)
        if session not in taken.get(card.id, {})
    ]


def _own_classes(actor: Actor) -> list[int]:
    """Classes named in the grants themselves: those of a teacher."""
    parts = (part for one in actor.grants for part in one.place.strip("/").split("/"))
    return sorted({int(part[1:]) for part in parts if part[:1] == "c" and part[1:].isdecimal()})
