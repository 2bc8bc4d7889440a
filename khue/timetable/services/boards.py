"""Whole boards at once: the teachers of a class, the homeroom teachers of a school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.ledger.api import Operation
from khue.organisations.api import class_subjects, class_summaries, class_summary, school_summary
from khue.timetable.queries.assignments import TeachingLine, homeroom_of, teachers_of
from khue.timetable.services.homerooms import assign_homeroom
from khue.timetable.services.teaching import NewTeaching, assign_teaching_many, end_teaching
from khue.timetable.services.work import (
    ONE_DAY,
    AssignmentRefused,
    AssignmentsRefused,
    operation_of,
)


@dataclass(frozen=True)
class WantedTeacher:
    """Who shall teach a subject; `share` lets those who teach it go on beside the new one."""

    class_subject_id: int
    staff_id: int
    periods_per_week: int | None = None
    share: bool = False


@transaction.atomic
def set_class_teachers(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    starts_on: date,
    wanted: Sequence[WantedTeacher],
) -> int:
    """Bring the teachers of a class to a list from a day on; return how many changed."""
    card = class_summary(class_id)
    permit(actor, "timetable.manage_assignments", card.school_path)
    act = operation_of(actor, now, None)
    own = {one.id for one in class_subjects(class_id)}
    standing = teachers_of(own, starts_on)
    rows = [one for one in wanted if _differs(one, standing.get(one.class_subject_id, []))]
    for one in rows:
        _make_room(actor, now, act, starts_on, one, standing.get(one.class_subject_id, []))
    assign_teaching_many(
        actor=actor,
        now=now,
        school_id=card.school_id,
        rows=[_new(one, starts_on) for one in rows],
        operation=act,
    )
    return len(rows)


def _new(one: WantedTeacher, starts_on: date) -> NewTeaching:
    return NewTeaching(one.class_subject_id, one.staff_id, starts_on, one.periods_per_week)


def _differs(one: WantedTeacher, lines: Sequence[TeachingLine]) -> bool:
    same = next((line for line in lines if line.staff_id == one.staff_id), None)
    return same is None or one.periods_per_week not in (None, same.periods_per_week)


def _make_room(
    actor: Actor,
    now: datetime,
    act: Operation,
    starts_on: date,
    one: WantedTeacher,
    lines: Sequence[TeachingLine],
) -> None:
    """Who taught until now ends the day before, unless both shall teach."""
    if one.share or any(line.staff_id == one.staff_id for line in lines):
        return
    for line in lines:
        end_teaching(
            actor=actor,
            now=now,
            teaching_id=line.id,
            on=starts_on - ONE_DAY,
            reason="Đổi giáo viên",
            operation=act,
        )


def set_homerooms(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    starts_on: date,
    wanted: Mapping[int, int],
) -> int:
    """Give classes their homeroom teachers from a day on, all or none; return how many changed."""
    permit(actor, "timetable.manage_assignments", school_summary(school_id).path)
    standing = homeroom_of(wanted, starts_on)
    cards = class_summaries(list(wanted))
    changed = {
        class_id: staff_id
        for class_id, staff_id in wanted.items()
        if cards[class_id].school_id == school_id
        and (class_id not in standing or standing[class_id].staff_id != staff_id)
    }
    act, refused = operation_of(actor, now, None), {}
    with transaction.atomic():
        for class_id, staff_id in changed.items():
            try:
                assign_homeroom(
                    actor=actor,
                    now=now,
                    class_id=class_id,
                    staff_id=staff_id,
                    starts_on=starts_on,
                    operation=act,
                )
            except AssignmentRefused as refusal:
                refused[class_id] = refusal
        if refused:
            raise AssignmentsRefused(refused)
    return len(changed)
