"""Giờ học và cách dùng cổng of a school, for their page."""

from __future__ import annotations

from khue.access.api import Actor
from khue.attendance.models import GateSettings, SchoolHours
from khue.attendance.permissions import GATE
from khue.attendance.queries.cards import open_school
from khue.attendance.rules.school_hours import CHOICE_NAMES, GateChoices, HoursFacts


def facts_of(row: SchoolHours) -> HoursFacts:
    return HoursFacts(
        session=row.session,
        starts_on=row.starts_on,
        opens_at=row.opens_at,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        late_after=row.late_after_minutes,
        absent_after=row.absent_after_minutes,
        weekdays=row.weekdays,
        asks_health=row.asks_health,
    )


def choices_of(row: GateSettings) -> GateChoices:
    return GateChoices(**{name: getattr(row, name) for name in CHOICE_NAMES})


def hours_of(actor: Actor, school_id: int) -> list[tuple[int, HoursFacts]]:
    """Giờ học đã đặt, the newest first in each session, each with its number."""
    open_school(actor, school_id, GATE)
    rows = SchoolHours.objects.filter(school_id=school_id).order_by("session", "-starts_on")
    return [(row.pk, facts_of(row)) for row in rows]


def choices_for(school_id: int) -> GateChoices:
    """What the school chose, or what holds where it chose nothing. Not gated; fenced."""
    row = GateSettings.objects.filter(school_id=school_id).first()
    return choices_of(row) if row else GateChoices()
