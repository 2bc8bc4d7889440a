"""Cổng trường for those who manage it: hours, devices, the day, the troubles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from khue.access.api import Actor
from khue.attendance.models import GateDevice, GateEvent
from khue.attendance.permissions import GATE
from khue.attendance.queries.cards import open_school
from khue.attendance.queries.gate_settings import choices_for
from khue.attendance.rules.gate import (
    CLOCK_WRONG,
    COUNTED,
    DIRECTION_NAMES,
    TROUBLES,
    clock_sentence,
    round_seconds,
)
from khue.organisations.api import school_year_of

QUIET = timedelta(minutes=10)
LATEST = 60
VERDICT_NAMES = dict(GateEvent.Verdict.choices)
# The last counted passing of each pupil who sits in a class of the school on the day.
WHERE = """
select class.id, class.name, pupil.id, pupil.name, last.direction, last.at, first.at
from records_enrolment stay
join records_student pupil on pupil.id = stay.student_id and pupil.merged_into_id is null
join organisations_schoolclass class on class.id = stay.school_class_id
left join lateral (
  select event.direction, event.at from attendance_gateevent event
  where event.student_id = pupil.id and event.day = %(day)s::date
    and event.verdict = any(%(counted)s::text[])
  order by event.at desc limit 1
) last on true
left join lateral (
  select event.at from attendance_gateevent event
  where event.student_id = pupil.id and event.day = %(day)s::date and event.direction = 'in'
    and event.verdict = any(%(counted)s::text[])
  order by event.at limit 1
) first on true
where stay.school_id = %(school)s::bigint and stay.year = %(year)s::int
  and stay.starts_on <= %(day)s::date and (stay.ends_on is null or stay.ends_on >= %(day)s::date)
order by class.name_key, pupil.name_key, pupil.id
"""


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """Một máy ở cổng as its manager sees it."""

    id: int
    name: str
    direction: str
    paired_by: str
    paired_at: datetime
    seen_at: datetime | None
    clock_off: int
    ended_at: datetime | None

    @property
    def direction_name(self) -> str:
        return DIRECTION_NAMES[self.direction]

    @property
    def clock(self) -> str:
        return clock_sentence(self.clock_off)

    def quiet(self, now: datetime) -> bool:
        """Not heard of for ten minutes."""
        return self.seen_at is None or now - self.seen_at > QUIET


def devices_of(actor: Actor, school_id: int) -> list[DeviceLine]:
    """Các máy của trường, those in use first."""
    open_school(actor, school_id, GATE)
    rows = GateDevice.objects.filter(school_id=school_id).order_by("-ended_at", "name")
    names = ("id", "name", "direction", "paired_by", "paired_at", "seen_at", "clock_off_seconds")
    lines = [DeviceLine(*row) for row in rows.values_list(*names, "ended_at")]
    return sorted(lines, key=lambda one: one.ended_at is not None)


@dataclass(frozen=True, slots=True)
class PupilNow:
    """Một học sinh: in school, left, or not yet come; since when; when she first came."""

    student_id: int
    name: str
    direction: str | None
    at: datetime | None
    first: datetime | None


@dataclass(frozen=True, slots=True)
class ClassNowLine:
    """Một lớp ở cổng hôm nay."""

    class_id: int
    name: str
    pupils: tuple[PupilNow, ...]

    def where(self, direction: str | None) -> list[PupilNow]:
        return [one for one in self.pupils if one.direction == direction]


@dataclass(frozen=True, slots=True)
class PassingLine:
    """Một lượt as the office sees it."""

    id: Any
    at: datetime
    direction: str
    verdict: str
    name: str
    class_name: str
    number: str
    device: str
    temperature: int | None
    declared: bool
    card_id: int | None
    student_id: int | None
    off: int
    waited: timedelta

    @property
    def verdict_name(self) -> str:
        return str(VERDICT_NAMES[self.verdict])

    @property
    def clock_wrong(self) -> bool:
        return abs(self.off) > CLOCK_WRONG

    @property
    def offline(self) -> bool:
        """Sent more than ten minutes after it happened."""
        return self.waited > QUIET


@dataclass(frozen=True, slots=True)
class GateToday:
    """Cổng trường hôm nay."""

    classes: Sequence[ClassNowLine]
    latest: Sequence[PassingLine]
    troubles: Sequence[PassingLine]
    staff: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


def gate_today(actor: Actor, school_id: int, day: date) -> GateToday:
    """Ai đang ở trong trường, by class; the latest passings, the troubles first."""
    open_school(actor, school_id, GATE)
    classes = _classes(school_id, day)
    fever = choices_for(school_id).fever_from
    events = GateEvent.objects.filter(school_id=school_id, day=day)
    trouble = Q(verdict__in=TROUBLES) | Q(temperature__gte=fever)
    staff = events.filter(staff__isnull=False, verdict__in=COUNTED).values("staff").distinct()
    return GateToday(
        classes,
        _lines(events),
        _lines(events.filter(trouble)),
        staff.count(),
        _counts(classes),
    )


def _classes(school_id: int, day: date) -> list[ClassNowLine]:
    given: dict[str, Any] = {
        "school": school_id,
        "day": day,
        "year": school_year_of(day),
        "counted": list(COUNTED),
    }
    with connection.cursor() as cursor:
        cursor.execute(WHERE, given)
        rows = cursor.fetchall()
    classes: dict[tuple[int, str], list[PupilNow]] = {}
    for class_id, name, *pupil in rows:
        classes.setdefault((class_id, name), []).append(PupilNow(*pupil))
    return [ClassNowLine(*key, tuple(pupils)) for key, pupils in classes.items()]


def _counts(classes: Sequence[ClassNowLine]) -> dict[str, int]:
    return {
        "in": sum(len(one.where("in")) for one in classes),
        "out": sum(len(one.where("out")) for one in classes),
        "none": sum(len(one.where(None)) for one in classes),
        "all": sum(len(one.pupils) for one in classes),
    }


def gate_summary(school_id: int, day: date) -> Mapping[str, int]:
    """Số em đang ở trường, đã về, chưa đến ("in", "out", "none", "all"). Not gated; fenced."""
    return _counts(_classes(school_id, day))


def _lines(events: Any) -> list[PassingLine]:
    rows = events.select_related("student", "staff", "device", "card").order_by("-at")[:LATEST]
    return [_line(row) for row in rows]


def _line(row: GateEvent) -> PassingLine:
    holder = row.student or row.staff
    return PassingLine(
        row.pk,
        row.at,
        row.direction,
        row.verdict,
        holder.name if holder else "",
        "Cán bộ" if row.staff_id else "",
        row.card.number if row.card else "",
        row.device.name,
        row.temperature,
        bool(row.health),
        row.card_id,
        row.student_id,
        round_seconds(row.device_at - row.at),
        row.received_at - row.at,
    )
