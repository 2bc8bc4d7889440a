"""Danh sách cổng đề nghị cho một lớp, read from the counted passings of the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from khue.attendance.models import Card, GateEvent, SchoolHours
from khue.attendance.rules.gate import COUNTED, Hours, Passed
from khue.attendance.rules.gate_lists import NO_LIST, GateList, gate_list
from kit.dates import VIETNAM, vietnam_day


def list_of_gate(
    *, school_id: int, pupils: Collection[int], day: date, session: str, now: datetime
) -> GateList:
    """What the gate proposes for some pupils in a session; nothing where no hours are set."""
    hours = hours_on(school_id, day, session)
    if hours is None or day > vietnam_day(now):
        return NO_LIST
    passed = passings_of(pupils, day)
    if not passed:
        return NO_LIST
    carrying = carriers(pupils) | set(passed)
    return gate_list(hours, day, now, passed, carrying)


def hours_on(school_id: int, day: date, session: str) -> Hours | None:
    """The hours of a session that hold on a day, where it is held."""
    row = (
        SchoolHours.objects.filter(school_id=school_id, session=session, starts_on__lte=day)
        .order_by("-starts_on")
        .first()
    )
    if row is None or row.weekdays[day.weekday()] != "1":
        return None
    return Hours(
        session,
        row.opens_at,
        row.begins_at,
        row.ends_at,
        row.late_after_minutes,
        row.absent_after_minutes,
        row.asks_health,
    )


def carriers(pupils: Collection[int]) -> set[int]:
    """Pupils with a card in use."""
    rows = Card.objects.filter(student_id__in=pupils, state=Card.State.ACTIVE)
    return set(rows.values_list("student_id", flat=True))


def passings_of(pupils: Collection[int], day: date) -> dict[int, list[Passed]]:
    """Counted passings of pupils on a day."""
    rows = GateEvent.objects.filter(student_id__in=pupils, day=day, verdict__in=COUNTED)
    found: dict[int, list[Passed]] = defaultdict(list)
    for student_id, direction, at in rows.values_list("student_id", "direction", "at"):
        if student_id is not None:
            found[student_id].append(Passed(direction, at.astimezone(VIETNAM)))
    return dict(found)
