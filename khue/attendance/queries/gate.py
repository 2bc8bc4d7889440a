"""Cổng trường as a device sees it: few statements, whose plans are kept; fenced to one school."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings

from khue.attendance.queries.frames import school_days
from khue.attendance.rules.cards import DIGEST_LABEL
from khue.attendance.rules.days import SchoolDays, plan_of_class, why_free
from khue.attendance.rules.gate import COUNTED, GateDay, Hours, Passed
from khue.organisations.api import school_year_of
from kit.cipher import digest
from kit.dates import vietnam_day
from kit.statements import kept_rows

DEVICE = """
select device.id, device.name, device.direction, device.school_id, device.province_id,
  device.seen_at, device.clock_off_seconds
from attendance_gatedevice device
where device.secret_digest = %s and device.ended_at is null
"""
FRAME = """
select hours.session, hours.opens_at, hours.begins_at, hours.ends_at, hours.late_after_minutes,
  hours.absent_after_minutes, hours.asks_health, hours.weekdays,
  coalesce(chosen.twice_seconds, 10), coalesce(chosen.borrowed_seconds, 60),
  coalesce(chosen.fever_from, 375), coalesce(chosen.takes, 'propose'),
  coalesce(chosen.tells_family, false)
from (select %(school)s::bigint as id) school
left join attendance_gatesettings chosen on chosen.school_id = school.id
left join lateral (
  select distinct on (one.session) one.* from attendance_schoolhours one
  where one.school_id = school.id and one.starts_on <= %(day)s::date
  order by one.session, one.starts_on desc
) hours on true
order by hours.session
"""
HOLDERS = """
select card.code_digest, card.id, card.state, card.student_id, card.staff_id,
  coalesce(pupil.name, member.name), coalesce(class.name, ''), coalesce(class.session, ''),
  school.two_sessions,
  case when card.staff_id is null then seat.school_class_id else post.id end is not null,
  exists (select 1 from records_studentphoto photo where photo.student_id = card.student_id),
  (select json_agg(json_build_array(passed.id, passed.direction, passed.at)) from (
    select event.id, event.direction, event.at from attendance_gateevent event
    where event.student_id = card.student_id and event.day = %(day)s::date
      and event.verdict = any(%(counted)s::text[])
    union all
    select event.id, event.direction, event.at from attendance_gateevent event
    where event.staff_id = card.staff_id and event.day = %(day)s::date
      and event.verdict = any(%(counted)s::text[])
  ) passed)
from attendance_card card
join organisations_school school on school.organisation_id = card.school_id
left join records_student pupil on pupil.id = card.student_id
left join records_staff member on member.id = card.staff_id
left join lateral (
  select stay.school_class_id from records_enrolment stay
  where stay.student_id = card.student_id and stay.school_id = card.school_id
    and stay.starts_on <= %(day)s::date and (stay.ends_on is null or stay.ends_on >= %(day)s::date)
  order by stay.starts_on desc limit 1
) seat on true
left join organisations_schoolclass class on class.id = seat.school_class_id
left join lateral (
  select held.id from records_posting held
  where held.staff_id = card.staff_id and held.school_id = card.school_id
    and held.starts_on <= %(day)s::date and (held.ends_on is null or held.ends_on >= %(day)s::date)
  limit 1
) post on true
where card.code_digest = any(%(digests)s::text[])
"""
STORED = """
select event.id, event.direction, event.verdict, event.at, event.temperature, card.id,
  card.code_digest
from attendance_gateevent event left join attendance_card card on card.id = event.card_id
where event.id = any(%s::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Device:
    """Thiết bị đã ghép nối."""

    id: int
    name: str
    direction: str
    school_id: int
    province_id: int
    seen_at: datetime | None
    clock_off: int


@dataclass(frozen=True, slots=True)
class GateFrame:
    """Một ngày ở cổng của một trường, with what the school chose."""

    gate: GateDay
    fever_from: int
    takes: str
    tells_family: bool
    free: str

    @property
    def asks_health(self) -> bool:
        return any(one.asks_health for one in self.gate.hours)


@dataclass(frozen=True, slots=True)
class Holder:
    """Người mang thẻ, and what counted of her today: (id of the passing, passing)."""

    card_id: int
    state: str
    student_id: int | None
    staff_id: int | None
    name: str
    class_name: str
    sessions: tuple[str, ...]
    here: bool
    has_photo: bool
    passed: tuple[tuple[UUID, Passed], ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """Một lượt đã lưu."""

    id: UUID
    direction: str
    verdict: str
    at: datetime
    temperature: int | None
    card_id: int | None
    code_digest: str | None


def device_with(secret_digest: str) -> Device | None:
    """The paired device whose secret this is; nothing for one that was ended."""
    rows = kept_rows(DEVICE, [secret_digest])
    return Device(*rows[0]) if rows else None


def code_digest(school_id: int, code: str) -> str:
    """By which a card is found: keyed, and another one at every school."""
    return digest(f"{school_id}:{code}", label=DIGEST_LABEL, key_hex=settings.FIELD_KEY)


def frame_of(school_id: int, province_id: int, now: datetime) -> GateFrame:
    """The hours of the day and the choices of the school: one statement; the calendar is kept."""
    day = vietnam_day(now)
    rows = kept_rows(FRAME, {"school": school_id, "day": day})
    days = _calendar(school_id, province_id, day, now.replace(second=0, microsecond=0))
    return _frame(rows, days, day)


def _frame(rows: Sequence[tuple[Any, ...]], days: SchoolDays, day: date) -> GateFrame:
    named = [row for row in rows if row[0]]
    weeks = {row[0]: row[7] for row in named}
    held = SchoolDays(days.first, days.last, days.breaks, weeks)
    hours = [Hours(*row[:7]) for row in named if why_free(held, day, row[0]) is None]
    twice, borrowed, fever, takes, tells = rows[0][8:]
    free = why_free(held, day)
    known = bool(named) or free is not None
    ordered = tuple(sorted(hours, key=lambda one: one.begins_at))
    gate = GateDay(day, ordered, known, twice, borrowed)
    return GateFrame(gate, fever, takes, tells, free.sentence if free else "")


@lru_cache(maxsize=4096)
def _calendar(school_id: int, province_id: int, day: date, minute: datetime) -> SchoolDays:
    """Lịch học, read once a minute: breaks and holidays do not come between two cards."""
    del minute
    return school_days(school_id, province_id, school_year_of(day), day)


def holders_of(digests: Iterable[str], day: date) -> dict[str, Holder]:
    """Who carries these cards: one statement for all of them."""
    given = {"digests": sorted(set(digests)), "day": day, "counted": list(COUNTED)}
    return {row[0]: _holder(row) for row in kept_rows(HOLDERS, given)}


def _holder(row: tuple[Any, ...]) -> Holder:
    _, card_id, state, student, staff, name, class_name, session, two, here, photo, passed = row
    plan = plan_of_class(session, two_sessions=two)
    return Holder(
        card_id,
        state,
        student,
        staff,
        name,
        class_name,
        () if staff else plan.sessions,
        here,
        photo,
        tuple(_passed(one) for one in passed or ()),
    )


def _passed(one: Sequence[str]) -> tuple[UUID, Passed]:
    return UUID(one[0]), Passed(one[1], datetime.fromisoformat(one[2]))


def stored_of(ids: Iterable[UUID]) -> dict[UUID, Stored]:
    """Passings that were taken before."""
    wanted = [str(one) for one in ids]
    if not wanted:
        return {}
    return {row[0]: Stored(*row) for row in kept_rows(STORED, [wanted])}


def hours_told(frame: GateFrame) -> list[dict[str, Any]]:
    """Giờ học hôm nay as a device is told."""
    return [
        {
            "session": one.session,
            "opens_at": f"{one.opens_at:%H:%M}",
            "begins_at": f"{one.begins_at:%H:%M}",
            "ends_at": f"{one.ends_at:%H:%M}",
            "late_after_minutes": one.late_after,
            "asks_health": one.asks_health,
        }
        for one in frame.gate.hours
    ]
