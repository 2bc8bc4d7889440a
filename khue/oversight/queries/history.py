"""Lời nhắc đã gửi from an authority, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from khue.access.api import Actor, permit
from khue.oversight.models import Reminder
from khue.oversight.permissions import VIEW
from khue.oversight.queries.places import Authority


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """Một lần nhắc."""

    notice_id: int
    theme: str
    title: str
    place_name: str
    schools: int
    sent_by: str
    sent_at: datetime


def reminders_of(actor: Actor, place: Authority, most: int = 100) -> list[ReminderLine]:
    """The reminders that were sent at a place and below it."""
    permit(actor, VIEW, place.path)
    rows = Reminder.objects.filter(organisation__path__startswith=place.path)
    return [
        ReminderLine(
            *(row.notice_id, row.theme, row.title, row.organisation.name, len(row.schools)),
            *(row.sent_by, row.sent_at),
        )
        for row in rows.select_related("organisation").order_by("-sent_at", "-pk")[:most]
    ]
