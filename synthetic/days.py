"""Điểm danh: sessions taken day by day, and who was away; presence is the absence of a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from khue.attendance.api import ClassPlan, SchoolDays, sessions_of_day, why_free
from synthetic.chance import stream
from synthetic.pupils import Seat

TAKING_COLUMNS = (
    *("school_class_id", "school_id", "province_id", "year", "day", "session", "period"),
    *("taken_by", "taken_by_id", "taken_at", "size", "version"),
)
ABSENCE_COLUMNS = (
    *("student_id", "school_class_id", "school_id", "province_id", "year", "day", "session"),
    *("period", "kind", "minutes", "note", "source", "written_by", "written_at"),
)
HANOI = timedelta(hours=7)
BEGINS = {"am": 7, "pm": 14}
# Spells of illness a pupil has in 100 school days, and how long one lasts.
SPELLS = 0.9
LASTS = (1, 1, 1, 1, 2, 2, 3, 5)
LATE = 0.6
WITH, WITHOUT, LATE_KIND = "p", "k", "m"
NOTES = {
    WITH: ("Sốt, gia đình xin nghỉ", "Đau bụng", "Nhà có việc", "Đi khám bệnh", ""),
    WITHOUT: ("", "", "Đã gọi cho gia đình, chưa ai nghe máy"),
    LATE_KIND: ("Xe hỏng", "Đường trơn vì mưa", "", "Ngủ quên"),
}
MOST_AWAY = 30
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A class as attendance sees it: when it has school, who takes it, who sits in it."""

    id: int
    key: str
    year: int
    school_id: int
    province_id: int
    plan: ClassPlan
    teacher: str
    teacher_id: int
    seats: Sequence[Seat]


def school_days_until(days: SchoolDays, until: date) -> list[date]:
    """The days with school of the year up to a day."""
    last = min(days.last, until)
    span = range((last - days.first).days + 1)
    every = (days.first + timedelta(days=place) for place in span)
    return [day for day in every if why_free(days, day) is None]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a school with the sessions that each of its kinds of classes holds."""

    days: Sequence[date]
    held: Mapping[ClassPlan, Sequence[Sequence[str]]]


def calendar_of(days: SchoolDays, plans: Sequence[ClassPlan], until: date) -> Calendar:
    found = school_days_until(days, until)
    return Calendar(
        found,
        {plan: [sessions_of_day(days, plan, day) for day in found] for plan in plans},
    )


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day by the clock on the wall."""
    return datetime.combine(day, time(hour, minute), tzinfo=UTC) - HANOI


def taking_rows(room: Room, calendar: Calendar, *, without_last: int = 0) -> Iterator[Row]:
    """One row for each session that was taken; `without_last` days were forgotten."""
    told = len(calendar.days) - without_last
    held = calendar.held[room.plan]
    sizes = sizes_on(room.seats, calendar.days)
    where = (room.id, room.school_id, room.province_id, room.year)
    for place, day in enumerate(calendar.days[:told]):
        minute = (room.id + place * 7) % 25 + 2
        for session in held[place]:
            at = moment(day, BEGINS[session], minute)
            yield (*(*where, day, session, 0, room.teacher, room.teacher_id, at, sizes[place], 1),)


def sizes_on(seats: Sequence[Seat], days: Sequence[date]) -> list[int]:
    """How many pupils sit in the class on each day."""
    if not days:
        return []
    moving = [one for one in seats if not (one.sits_on(days[0]) and one.sits_on(days[-1]))]
    steady = len(seats) - len(moving)
    return [steady + sum(one.sits_on(day) for one in moving) for day in days]


# A pupil's days away: place of the day -> kind.
Away = dict[int, str]


def away_of(random: Random, seat: Seat, days: int) -> Away:
    """On which days a pupil is away or late; weaker pupils a little more often."""
    share = SPELLS * days / 100 * (1.6 if seat.usual < 50 else 1.0)
    found: Away = {}
    for _ in range(_poisson(random, LATE * days / 100)):
        found[random.randrange(days)] = LATE_KIND
    for _ in range(_poisson(random, share)):
        _spell(random, found, days)
    return found


def _poisson(random: Random, mean: float) -> int:
    """How often something rare happens."""
    left, times = random.expovariate(1.0), 0
    while left < mean:
        left += random.expovariate(1.0)
        times += 1
    return times


def _spell(random: Random, found: Away, days: int) -> None:
    first, kind = random.randrange(days), WITH if random.random() < 0.86 else WITHOUT
    lasts = 1 if kind == WITHOUT else random.choice(LASTS)
    if sum(one != LATE_KIND for one in found.values()) + lasts <= MOST_AWAY:
        for place in range(first, min(days, first + lasts)):
            found[place] = kind


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who was away in a class, and how many sessions of the programme each pupil missed."""

    rows: list[Row]
    missed: Mapping[int, tuple[int, int]]


def absences_of(seed: int, room: Room, calendar: Calendar, *, without_last: int = 0) -> Attendance:
    """Rows of absence of a class, and (with leave, without leave) by pupil."""
    random = stream(seed, "away", room.key)
    told = len(calendar.days) - without_last
    rows: list[Row] = []
    missed = {}
    for seat in room.seats:
        away = away_of(random, seat, told) if told > 0 else {}
        kept = {place: kind for place, kind in away.items() if seat.sits_on(calendar.days[place])}
        rows += _rows(random, room, calendar, seat, kept)
        missed[seat.student_id] = _missed(room, calendar, kept)
    return Attendance(rows, missed)


def _rows(random: Random, room: Room, calendar: Calendar, seat: Seat, away: Away) -> Iterator[Row]:
    held = calendar.held[room.plan]
    for place in sorted(away):
        kind, day = away[place], calendar.days[place]
        note = random.choice(NOTES[kind])
        sessions = held[place][:1] if kind == LATE_KIND else held[place]
        for session in sessions:
            yield _row(room, seat, day, session, (kind, note))


def _row(room: Room, seat: Seat, day: date, session: str, told: tuple[str, str]) -> Row:
    kind, note = told
    where = (seat.student_id, room.id, room.school_id, room.province_id, room.year, day, session)
    minutes = 10 if kind == LATE_KIND else None
    at = moment(day, BEGINS[session], 30)
    return (*where, 0, kind, minutes, note, "teacher", room.teacher, at)


def _missed(room: Room, calendar: Calendar, away: Away) -> tuple[int, int]:
    """Sessions of the programme that were missed: with leave, without leave."""
    held, program = calendar.held[room.plan], room.plan.program
    kinds = [kind for place, kind in away.items() if program in held[place]]
    return kinds.count(WITH), kinds.count(WITHOUT)
