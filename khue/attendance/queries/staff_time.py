"""Chấm công: first in and last out of each member of staff, from the passings of the gate."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from khue.access.api import Actor
from khue.attendance.models import GateEvent, SchoolHours
from khue.attendance.permissions import STAFF_TIME
from khue.attendance.queries.cards import open_school
from khue.attendance.rules.gate import COUNTED, Passed
from khue.attendance.rules.staff_time import StaffDay, staff_day
from khue.records.api import StaffLine, staff_of_account, staff_of_school
from kit.dates import VIETNAM


@dataclass(frozen=True, slots=True)
class StaffMonth:
    """Một người trong một tháng."""

    staff_id: int
    name: str
    title: str
    days: Mapping[date, StaffDay]

    @property
    def present(self) -> int:
        return len(self.days)

    @property
    def late(self) -> int:
        return sum(one.late_minutes > 0 for one in self.days.values())

    @property
    def open_ended(self) -> int:
        """Days without a going out."""
        return sum(one.last_out is None for one in self.days.values())

    @property
    def hours(self) -> str:
        """Giờ có mặt in all, "152:30"."""
        minutes = sum(one.minutes for one in self.days.values())
        return f"{minutes // 60}:{minutes % 60:02}"


def staff_times(actor: Actor, school_id: int, first: date, last: date) -> list[StaffMonth]:
    """Bảng chấm công của trường between two days, both included."""
    open_school(actor, school_id, STAFF_TIME)
    people = {one.id: one for one in [*staff_of_school(school_id, first), *_now(school_id, last)]}
    days = _days(school_id, list(people), first, last)
    ordered = sorted(people.values(), key=lambda one: (one.name_key, one.id))
    return [_month(one, days.get(one.id, {})) for one in ordered]


def _now(school_id: int, day: date) -> list[StaffLine]:
    return staff_of_school(school_id, day)


def own_times(actor: Actor, on: date, first: date, last: date) -> list[StaffMonth]:
    """Chấm công của chính mình, one line for each school of posting."""
    posts = staff_of_account(actor.account_id, on)
    return [
        _month(one, _days(one.school_id, [one.id], first, last).get(one.id, {})) for one in posts
    ]


def _month(one: StaffLine, days: Mapping[date, StaffDay]) -> StaffMonth:
    return StaffMonth(one.id, one.name, one.title, days)


def _days(
    school_id: int, staff: Sequence[int], first: date, last: date
) -> dict[int, dict[date, StaffDay]]:
    rows = GateEvent.objects.filter(
        school_id=school_id, staff_id__in=staff, day__range=(first, last), verdict__in=COUNTED
    ).order_by("at")
    passed: dict[tuple[int, date], list[Passed]] = defaultdict(list)
    for staff_id, day, direction, at in rows.values_list("staff_id", "day", "direction", "at"):
        if staff_id is not None:
            passed[staff_id, day].append(Passed(direction, at.astimezone(VIETNAM)))
    begins = _beginnings(school_id, first, last)
    found: dict[int, dict[date, StaffDay]] = defaultdict(dict)
    for (staff_id, day), many in passed.items():
        found[staff_id][day] = staff_day(many, day, begins.get(day, ()))
    return found


_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)
Sessions = tuple[tuple[time, time], ...]


def _beginnings(school_id: int, first: date, last: date) -> dict[date, Sessions]:
    """When the sessions of each day begin and end."""
    rows = list(
        SchoolHours.objects.filter(school_id=school_id, starts_on__lte=last).order_by("starts_on")
    )
    span = [first + timedelta(days=one) for one in range((last - first).days + 1)]
    return {day: _held(rows, day) for day in span}


def _held(rows: Sequence[SchoolHours], day: date) -> Sessions:
    newest = {row.session: row for row in rows if row.starts_on <= day}
    held = [row for row in newest.values() if row.weekdays[day.weekday()] == "1"]
    return tuple(sorted((row.begins_at, row.ends_at) for row in held))


def month_bounds(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following - timedelta(days=1)


def month_of(text: str, now: datetime) -> tuple[int, int]:
    """ "2026-11" of an address; else the month of now."""
    asked = _MONTH.fullmatch(text)
    local = now.astimezone(VIETNAM)
    return (int(asked[1]), int(asked[2])) if asked else (local.year, local.month)
