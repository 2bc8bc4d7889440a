"""Cổng tự điểm danh, where the school chose it: never over a list that a person saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from khue.attendance.models import GateEvent, GateSettings, Taking
from khue.attendance.queries.days import Standing, excused_on, standing_of
from khue.attendance.queries.frames import days_of_class, plans_of
from khue.attendance.queries.gate_lists import hours_on, list_of_gate
from khue.attendance.rules.days import sessions_of_day
from khue.attendance.rules.gate import Hours
from khue.attendance.rules.gate_lists import GateList
from khue.attendance.rules.kinds import WITH, WITHOUT
from khue.attendance.services.taking import (
    Desk,
    change_of,
    hold_taking,
    sign_taking,
    words_of,
    write_absences,
)
from khue.attendance.services.work import tell_followers
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import ClassCard, classes_of, school_year_of
from khue.records.api import students_of_class
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, Scope, scoped

GATE_NAME = "Cổng trường"
NOBODY = 0


def take_due_lists(*, now: datetime) -> int:
    """Điểm danh theo cổng ở mọi trường đã chọn; return how many lists changed.

    For the job: each school is seen with its own fence.
    """
    with scoped(EVERYTHING):
        schools = _schools_due(vietnam_day(now))
    changed = 0
    for school_id in schools:
        with scoped(Scope(schools=(school_id,))):
            changed += take_gate_lists(now=now, school_id=school_id)
    return changed


def _schools_due(day: date) -> list[int]:
    chose = GateSettings.objects.filter(takes=GateSettings.Takes.TAKE)
    moved = GateEvent.objects.filter(school__in=chose.values("school"), day=day)
    return sorted(moved.values_list("school_id", flat=True).distinct())


def take_gate_lists(*, now: datetime, school_id: int) -> int:
    """The classes of one school whose waiting time is over; the gate's own lists are kept up."""
    day = vietnam_day(now)
    cards = classes_of(school_id, school_year_of(day), open_on=day)
    plans = plans_of(cards)
    return sum(
        _take_list(card, day, session, now)
        for card in cards
        for session in sessions_of_day(days_of_class(card, day), plans[card.id], day)
    )


def _take_list(card: ClassCard, day: date, session: str, now: datetime) -> bool:
    hours = hours_on(card.school_id, day, session)
    if hours is None or now < hours.absent_from(day):
        return False
    names = {one.id: one.name for one in students_of_class(card.id, day)}
    found = list_of_gate(school_id=card.school_id, pupils=names, day=day, session=session, now=now)
    if not (found.useful and found.trusted):
        return False
    operation = Operation(Author(None, GATE_NAME), now)
    return _write(Desk(card, day, session, 0, operation, "", names), found, hours)


@transaction.atomic
def _write(desk: Desk, found: GateList, hours: Hours) -> bool:
    row = hold_taking(desk)
    if row.version and not is_of_gate(row):
        return False
    stands = standing_of(desk.names, desk.day, desk.session, 0)
    wanted = _wanted(desk, found)
    # What came in from a note or a file before anybody took the list is not the gate's to change.
    kept = {key: one for key, one in stands.items() if one.source != "gate"}
    wanted = {**wanted, **kept}
    changed = [key for key in {*stands, *wanted} if stands.get(key) != wanted.get(key)]
    first = row.version == 0
    if not (first or changed):
        return False
    write_absences(desk, wanted, changed)
    sign_taking(desk, row)
    append_changes(desk.operation, _changes(desk, stands, wanted, changed, first=first))
    tell_followers(desk.card.id, changed, desk.operation)
    return True


def is_of_gate(row: Taking) -> bool:
    """Whether the list still is the gate's own: no person has saved it."""
    return row.taken_by_id == NOBODY and row.taken_by == GATE_NAME


def _wanted(desk: Desk, found: GateList) -> dict[int, Standing]:
    excused = excused_on(found.marks, desk.day, desk.session)
    return {
        key: Standing(
            key,
            WITH if key in excused and mark.kind == WITHOUT else mark.kind,
            mark.minutes,
            mark.note,
            "gate",
        )
        for key, mark in found.marks.items()
    }


def _changes(
    desk: Desk,
    stands: Mapping[int, Standing],
    wanted: Mapping[int, Standing],
    changed: list[int],
    *,
    first: bool,
) -> list[Change]:
    """One line for the first list of a session; afterwards one for each pupil that changed."""
    if first:
        told = ", ".join(f"{desk.names[key]} ({one.told})" for key, one in wanted.items())
        return [change_of(desk, f"Cổng điểm danh {desk.told}", None, told or "Có mặt đủ")]
    return [
        change_of(
            desk, f"{desk.names[key]}, {desk.told}", words_of(stands, key), words_of(wanted, key)
        )
        for key in changed
    ]
