"""Hạn mức: what a school may still send this month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from khue.messaging.models import Budget, Message


@dataclass(frozen=True, slots=True)
class Room:
    """A month of a school in parts: allowed, sent, and still waiting to be sent."""

    limit: int
    spent: int
    waiting: int = 0

    @property
    def left(self) -> int:
        return self.limit - self.spent - self.waiting


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def room_of_schools(schools: Iterable[int], day: date) -> dict[int, Room]:
    """The room of every school that has a budget in this month; no budget is no limit."""
    rows = Budget.objects.filter(school_id__in=list(schools), month=month_of(day))
    limits = {row.school_id: row for row in rows}
    waiting = _waiting(list(limits)) if limits else {}
    return {
        school: Room(row.limit, row.spent, waiting.get(school, 0)) for school, row in limits.items()
    }


def _waiting(schools: list[int]) -> dict[int, int]:
    rows = Message.objects.filter(school_id__in=schools, state="waiting", channel="sms")
    counted = rows.values_list("school_id").annotate(parts=Sum("segments"))
    return {int(school): int(parts) for school, parts in counted if school is not None}
