"""Điểm danh mang theo: a class for some days, so that it can be taken without a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from khue.access.api import Actor
from khue.attendance.models import Absence, ExcuseNote, Taking
from khue.attendance.queries.days import Standing, TakingLine
from khue.attendance.queries.frames import TAKE, days_of_class, open_class, plan_of
from khue.attendance.rules.days import sessions_of_day
from khue.organisations.api import ClassCard
from khue.records.api import RollLine, roll_of_class

Slot = tuple[date, str]
Part = tuple[date, str, int]
"""A session, or a period of it; period 0 is the whole session."""


@dataclass(frozen=True, slots=True)
class ClassAlong:
    """A class between two days: who is in it, when there is school, what stands in each session."""

    card: ClassCard
    pupils: Sequence[RollLine]
    sessions: Mapping[date, Sequence[str]]
    takings: Mapping[Part, TakingLine]
    standings: Mapping[Part, Sequence[Standing]]
    excused: Sequence[tuple[int, Slot, Slot]]
    """(pupil, first session, last session) of requests that were approved."""


def class_along(actor: Actor, class_id: int, first: date, last: date) -> ClassAlong:
    """Everything about the sessions of a class between two days, for who may take it."""
    card = open_class(actor, class_id, TAKE)
    pupils = roll_of_class(class_id, first, last)
    ids = [one.student_id for one in pupils]
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    calendar, plan = days_of_class(card, first), plan_of(card)
    return ClassAlong(
        card,
        pupils,
        {day: sessions_of_day(calendar, plan, day) for day in days},
        _takings(class_id, first, last),
        _standings(ids, first, last),
        _excused(ids, first, last),
    )


def _takings(class_id: int, first: date, last: date) -> dict[Part, TakingLine]:
    rows = Taking.objects.filter(
        school_class_id=class_id, day__gte=first, day__lte=last, version__gt=0
    )
    names = ("day", "session", "period", "version", "taken_by", "taken_at", "size")
    return {(one[0], one[1], one[2]): TakingLine(*one[3:]) for one in rows.values_list(*names)}


def _standings(ids: Sequence[int], first: date, last: date) -> dict[Part, list[Standing]]:
    rows = Absence.objects.filter(student_id__in=ids, day__gte=first, day__lte=last)
    names = ("day", "session", "period", "student_id", "kind", "minutes", "note", "source")
    found: dict[Part, list[Standing]] = {}
    for day, session, period, *rest in rows.values_list(*names):
        found.setdefault((day, session, period), []).append(Standing(*rest))
    return found


def _excused(ids: Sequence[int], first: date, last: date) -> list[tuple[int, Slot, Slot]]:
    rows = ExcuseNote.objects.filter(
        Q(first_day__lte=last, last_day__gte=first),
        student_id__in=ids,
        state=ExcuseNote.State.APPROVED,
    )
    names = ("student_id", "first_day", "first_session", "last_day", "last_session")
    return [(one[0], (one[1], one[2]), (one[3], one[4])) for one in rows.values_list(*names)]
