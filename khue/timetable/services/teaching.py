"""Phân công giảng dạy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from khue.access.api import Actor, NewGrant, OutsidePlace, end_grants, grant_roles, permit
from khue.ledger.api import Change, Operation, append_changes
from khue.organisations.api import (
    ClassSubjectCard,
    class_subjects_by_ids,
    class_summaries,
    school_summary,
)
from khue.records.api import StaffLine
from khue.timetable.models import TeachingAssignment
from khue.timetable.queries.assignments import (
    TeachingLine,
    assignments_of_staff,
    teaching_line,
    teaching_rows,
)
from khue.timetable.services.work import (
    ONE_DAY,
    AssignmentRefused,
    AssignmentsRefused,
    colleague,
    homeroom_grant,
    operation_of,
    posted,
    refuse_closed,
    teaching_grant,
    teaching_key,
)
from kit.dates import print_date

MOST_PERIODS = 40


@dataclass(frozen=True)
class NewTeaching:
    """A person for a subject of a class, from a day on."""

    class_subject_id: int
    staff_id: int
    starts_on: date
    periods_per_week: int | None = None
    ends_on: date | None = None


def assign_teaching(
    *,
    actor: Actor,
    now: datetime,
    class_subject_id: int,
    staff_id: int,
    starts_on: date,
    periods_per_week: int | None = None,
    ends_on: date | None = None,
    operation: Operation | None = None,
) -> int:
    """Let a person teach a subject of a class; several may share it."""
    card = class_subjects_by_ids([class_subject_id]).get(class_subject_id)
    if card is None:
        raise OutsidePlace
    row = NewTeaching(class_subject_id, staff_id, starts_on, periods_per_week, ends_on)
    try:
        made = assign_teaching_many(
            actor=actor, now=now, school_id=card.school_id, rows=[row], operation=operation
        )
    except AssignmentsRefused as refused:
        raise refused.rows[0] from refused
    return made[0]


@transaction.atomic
def assign_teaching_many(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    rows: Sequence[NewTeaching],
    operation: Operation | None = None,
) -> list[int]:
    """Write a list of assignments, all or none.

    Who already teaches the subject keeps the assignment; only its periods follow the list.
    """
    school = school_summary(school_id)
    permit(actor, "timetable.manage_assignments", school.path)
    act = operation_of(actor, now, operation)
    cards = class_subjects_by_ids([row.class_subject_id for row in rows])
    standing = _standing(school_id, rows)
    people = _check(school_id, rows, cards, standing)
    fresh = [row for row in rows if _pair(row) not in standing]
    made = TeachingAssignment.objects.bulk_create([_row(school_id, row) for row in fresh])
    changes, grants = [], []
    for new, assignment in zip(fresh, made, strict=True):
        person, card = people[new.staff_id, new.starts_on], cards[new.class_subject_id]
        changes.append(_assigned(card, person, new, assignment.pk))
        grants += _grant(card, person, new, assignment.pk)
    changes += _adjust_periods(rows, cards, standing)
    append_changes(act, changes)
    grant_roles(operation=act, grants=grants)
    ids = {_pair(new): assignment.pk for new, assignment in zip(fresh, made, strict=True)}
    ids |= {pair: line.id for pair, line in standing.items()}
    return [ids[_pair(row)] for row in rows]


Pair = tuple[int, int]
People = Mapping[tuple[int, date], StaffLine]


def _pair(row: NewTeaching) -> Pair:
    return row.class_subject_id, row.staff_id


def _row(school_id: int, new: NewTeaching) -> TeachingAssignment:
    return TeachingAssignment(
        school_id=school_id,
        class_subject_id=new.class_subject_id,
        staff_id=new.staff_id,
        periods_per_week=new.periods_per_week,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
    )


def _standing(school_id: int, rows: Sequence[NewTeaching]) -> dict[Pair, TeachingLine]:
    """What stands already for the pairs of the list and reaches into its days."""
    first = min((row.starts_on for row in rows), default=date.max)
    found = teaching_rows().filter(
        school_id=school_id, class_subject_id__in={row.class_subject_id for row in rows}
    )
    lines = [teaching_line(row) for row in found]
    return {
        (line.class_subject_id, line.staff_id): line
        for line in lines
        if line.ends_on is None or line.ends_on >= first
    }


def _check(
    school_id: int,
    rows: Sequence[NewTeaching],
    cards: Mapping[int, ClassSubjectCard],
    standing: Mapping[Pair, TeachingLine],
) -> People:
    """The people of the list by id and first day; refuse everything that cannot be at once."""
    by_day = {day: posted(school_id, day) for day in {row.starts_on for row in rows}}
    classes = class_summaries([card.class_id for card in cards.values()])
    people: dict[tuple[int, date], StaffLine] = {}
    refused: dict[int, AssignmentRefused] = {}
    seen: set[Pair] = set()
    for index, row in enumerate(rows):
        try:
            card = _own_subject(cards, row, school_id)
            refuse_closed(classes[card.class_id], row.starts_on)
            _refuse_numbers(row, card, repeated=_pair(row) in seen)
            person = colleague(by_day[row.starts_on], row.staff_id, row.starts_on)
            _refuse_clash(row, card, standing.get(_pair(row)))
            people[row.staff_id, row.starts_on] = person
        except AssignmentRefused as refusal:
            refused[index] = refusal
        seen.add(_pair(row))
    if refused:
        raise AssignmentsRefused(refused)
    return people


def _own_subject(
    cards: Mapping[int, ClassSubjectCard], row: NewTeaching, school_id: int
) -> ClassSubjectCard:
    card = cards.get(row.class_subject_id)
    if card is None or card.school_id != school_id:
        sentence = "Môn học này không thuộc lớp nào của trường."
        raise AssignmentRefused("FOREIGN_SUBJECT", sentence, "class_subject_id")
    return card


def _refuse_numbers(row: NewTeaching, card: ClassSubjectCard, *, repeated: bool) -> None:
    what = f"{card.subject_name} lớp {card.class_name}"
    if repeated:
        raise AssignmentRefused("TWICE", f"Danh sách ghi hai lần cùng một người dạy {what}.")
    if row.periods_per_week is not None and not 0 < row.periods_per_week <= MOST_PERIODS:
        sentence = f"{what}: số tiết mỗi tuần phải từ 1 đến {MOST_PERIODS}."
        raise AssignmentRefused("PERIODS", sentence, "periods_per_week")
    if row.ends_on and row.ends_on < row.starts_on:
        raise AssignmentRefused("DAYS", f"{what}: ngày cuối phải từ ngày đầu trở đi.", "ends_on")


def _refuse_clash(row: NewTeaching, card: ClassSubjectCard, line: TeachingLine | None) -> None:
    """A later assignment of the same person to the same subject leaves no room."""
    if line and line.starts_on > row.starts_on:
        sentence = (
            f"{line.staff_name} đã được phân công {card.subject_name} lớp {card.class_name} "
            f"từ ngày {print_date(line.starts_on)}. Hãy bỏ phân công đó trước."
        )
        raise AssignmentRefused("LATER_ASSIGNMENT", sentence, "starts_on")


def _grant(
    card: ClassSubjectCard, person: StaffLine, new: NewTeaching, assignment_id: int
) -> list[NewGrant]:
    if not person.account_id:
        return []
    return [teaching_grant(card, person.account_id, assignment_id, new.starts_on, new.ends_on)]


def _assigned(
    card: ClassSubjectCard, person: StaffLine, new: NewTeaching, assignment_id: int
) -> Change:
    values = {"staff": person.name, "starts_on": print_date(new.starts_on)}
    if new.periods_per_week:
        values["periods_per_week"] = str(new.periods_per_week)
    return _change(card, assignment_id, "assign", new=values)


def _adjust_periods(
    rows: Sequence[NewTeaching],
    cards: Mapping[int, ClassSubjectCard],
    standing: Mapping[Pair, TeachingLine],
) -> list[Change]:
    changes = []
    for row in rows:
        line = standing.get(_pair(row))
        wanted = row.periods_per_week
        if line is None or wanted is None or line.periods_per_week == wanted:
            continue
        TeachingAssignment.objects.filter(pk=line.id).update(periods_per_week=wanted)
        old, new = {"periods_per_week": line.periods_per_week}, {"periods_per_week": wanted}
        changes.append(_change(cards[row.class_subject_id], line.id, "change", old=old, new=new))
    return changes


def _change(card: ClassSubjectCard, assignment_id: int, action: str, **more: Any) -> Change:
    return Change(
        subject=teaching_key(assignment_id),
        action=action,
        label=f"Phân công {card.subject_name} lớp {card.class_name}",
        school_id=card.school_id,
        province_id=card.province_id,
        **more,
    )


@transaction.atomic
def end_teaching(
    *,
    actor: Actor,
    now: datetime,
    teaching_id: int,
    on: date,
    reason: str = "",
    operation: Operation | None = None,
) -> None:
    """End an assignment; `on` is its last day. One that has not begun is taken back."""
    row = teaching_rows().filter(pk=teaching_id).first()
    if row is None:
        raise OutsidePlace
    line = teaching_line(row)
    card = class_subjects_by_ids([line.class_subject_id])[line.class_subject_id]
    permit(actor, "timetable.manage_assignments", card.school_path)
    _end(operation_of(actor, now, operation), card, line, on, reason)


def _end(act: Operation, card: ClassSubjectCard, line: TeachingLine, on: date, reason: str) -> None:
    rows = TeachingAssignment.objects.filter(pk=line.id)
    if line.starts_on > on:
        rows.delete()
    else:
        rows.update(ends_on=on)
    end_grants(operation=act, source_key=teaching_key(line.id), day=on, reason=reason)
    old, new = {"staff": line.staff_name}, {"ends_on": print_date(on)}
    append_changes(act, [_change(card, line.id, "end", old=old, new=new, reason=reason)])


@transaction.atomic
def transfer_load(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    from_staff_id: int,
    to_staff_id: int,
    starts_on: date,
    reason: str,
    teaching_ids: Iterable[int] | None = None,
) -> int:
    """Chuyển giao lớp dạy: another person teaches from a day on what one taught until then."""
    permit(actor, "timetable.manage_assignments", school_summary(school_id).path)
    if from_staff_id == to_staff_id:
        raise AssignmentRefused("SAME_PERSON", "Hãy chọn hai người khác nhau.", "to_staff_id")
    act = operation_of(actor, now, None)
    wanted = None if teaching_ids is None else set(teaching_ids)
    lines, _ = assignments_of_staff(from_staff_id, starts_on)
    cards = class_subjects_by_ids([line.class_subject_id for line in lines])
    moving = [
        line
        for line in lines
        if cards[line.class_subject_id].school_id == school_id
        and (wanted is None or line.id in wanted)
    ]
    for line in moving:
        _end(act, cards[line.class_subject_id], line, starts_on - ONE_DAY, reason)
    rows = [_handed_over(line, to_staff_id, starts_on) for line in moving]
    try:
        assign_teaching_many(actor=actor, now=now, school_id=school_id, rows=rows, operation=act)
    except AssignmentsRefused as refused:
        raise next(iter(refused.rows.values())) from refused
    return len(moving)


def _handed_over(line: TeachingLine, staff_id: int, starts_on: date) -> NewTeaching:
    return NewTeaching(
        line.class_subject_id,
        staff_id,
        max(starts_on, line.starts_on),
        line.periods_per_week,
        line.ends_on,
    )


@transaction.atomic
def sync_grants_of_staff(*, operation: Operation, staff_id: int, account_id: int, on: date) -> int:
    """Give a new account the rights of the assignments that its person already has."""
    taught, led = assignments_of_staff(staff_id, on)
    subjects = class_subjects_by_ids([line.class_subject_id for line in taught])
    classes = class_summaries([line.class_id for line in led])
    grants = [
        teaching_grant(
            subjects[line.class_subject_id], account_id, line.id, line.starts_on, line.ends_on
        )
        for line in taught
    ]
    grants += [
        homeroom_grant(classes[line.class_id], account_id, line.id, line.starts_on, line.ends_on)
        for line in led
    ]
    return grant_roles(operation=operation, grants=grants)


@transaction.atomic
def remove_created_assignments(
    *,
    actor: Actor,
    now: datetime,
    teaching_ids: Iterable[int],
    reason: str,
    operation: Operation | None = None,
) -> None:
    """Take assignments back that were written by mistake: they never held."""
    act = operation_of(actor, now, operation)
    rows = teaching_rows().filter(pk__in=list(teaching_ids))
    lines = [teaching_line(row) for row in rows]
    cards = class_subjects_by_ids([line.class_subject_id for line in lines])
    for path in {card.school_path for card in cards.values()}:
        permit(actor, "timetable.manage_assignments", path)
    for line in lines:
        _end(act, cards[line.class_subject_id], line, line.starts_on - ONE_DAY, reason)
