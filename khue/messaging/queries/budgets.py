"""Hạn mức: what a school may still send this month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum
from django.db.models.functions import TruncMonth

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


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of a school: its budget, if any, and what was sent and paid."""

    month: date
    limit: int | None
    sent: int
    cost: int


def months_of_school(school_id: int, day: date, count: int = 6) -> list[MonthLine]:
    """This month and the ones before, the newest first."""
    first = month_of(day)
    budgets = {row.month: row for row in Budget.objects.filter(school_id=school_id)}
    months = [first]
    while len(months) < count:
        months.append(month_of(months[-1] - timedelta(days=1)))
    paid = _paid(school_id, months[-1])
    return [
        MonthLine(
            month, budgets[month].limit if month in budgets else None, *paid.get(month, (0, 0))
        )
        for month in months
    ]


def _paid(school_id: int, since: date) -> dict[date, tuple[int, int]]:
    rows = Message.objects.filter(
        school_id=school_id, channel="sms", sent_at__date__gte=since
    ).annotate(month=TruncMonth("sent_at"))
    summed = rows.values_list("month").annotate(Sum("segments"), Sum("cost"))
    return {month.date(): (int(parts), int(cost)) for month, parts, cost in summed}
