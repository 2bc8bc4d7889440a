"""Phân công chủ nhiệm."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from khue.access.api import Actor, OutsidePlace, end_grants, grant_roles, permit
from khue.ledger.api import Change, Operation, append_changes
from khue.organisations.api import ClassCard, class_summary
from khue.timetable.models import HomeroomAssignment
from khue.timetable.queries.assignments import HomeroomLine, homeroom_line, homeroom_rows
from khue.timetable.services.work import (
    ONE_DAY,
    AssignmentRefused,
    colleague,
    homeroom_grant,
    homeroom_key,
    operation_of,
    posted,
    refuse_closed,
)
from kit.dates import print_date


@transaction.atomic
def assign_homeroom(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    staff_id: int,
    starts_on: date,
    operation: Operation | None = None,
) -> int:
    """Let a person lead a class from a day on; the one before leads until the day before."""
    card = class_summary(class_id)
    permit(actor, "timetable.manage_assignments", card.school_path)
    refuse_closed(card, starts_on)
    person = colleague(posted(card.school_id, starts_on), staff_id, starts_on)
    act = operation_of(actor, now, operation)
    earlier = _running(class_id, starts_on)
    if earlier and earlier.staff_id == staff_id:
        return earlier.id
    _refuse_later(card, starts_on)
    if earlier:
        _end(act, card, earlier, starts_on - ONE_DAY, f"Giao lớp cho {person.name}")
    made = HomeroomAssignment.objects.create(
        school_id=card.school_id, school_class_id=class_id, staff_id=staff_id, starts_on=starts_on
    )
    if person.account_id:
        grant = homeroom_grant(card, person.account_id, made.pk, starts_on, None)
        grant_roles(operation=act, grants=[grant])
    new = {"staff": person.name, "starts_on": print_date(starts_on)}
    append_changes(act, [_change(card, made.pk, "assign", new=new)])
    return made.pk


def _running(class_id: int, on: date) -> HomeroomLine | None:
    rows = homeroom_rows().filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), school_class_id=class_id, starts_on__lte=on
    )
    row = rows.select_for_update(of=("self",)).first()
    return homeroom_line(row) if row else None


def _refuse_later(card: ClassCard, starts_on: date) -> None:
    later = homeroom_rows().filter(school_class_id=card.id, starts_on__gt=starts_on).first()
    if later:
        line = homeroom_line(later)
        sentence = (
            f"Lớp {card.name} đã giao cho {line.staff_name} từ ngày {print_date(line.starts_on)}. "
            "Hãy bỏ phân công đó trước, hoặc chọn ngày sau."
        )
        raise AssignmentRefused("LATER_HOMEROOM", sentence, "starts_on")


@transaction.atomic
def end_homeroom(
    *,
    actor: Actor,
    now: datetime,
    homeroom_id: int,
    on: date,
    reason: str = "",
    operation: Operation | None = None,
) -> None:
    """End a homeroom; `on` is its last day. One that has not begun is taken back."""
    row = homeroom_rows().filter(pk=homeroom_id).first()
    if row is None:
        raise OutsidePlace
    card = class_summary(row.school_class_id)
    permit(actor, "timetable.manage_assignments", card.school_path)
    _end(operation_of(actor, now, operation), card, homeroom_line(row), on, reason)


def _end(act: Operation, card: ClassCard, line: HomeroomLine, on: date, reason: str) -> None:
    rows = HomeroomAssignment.objects.filter(pk=line.id)
    if line.starts_on > on:
        rows.delete()
    else:
        rows.update(ends_on=on)
    end_grants(operation=act, source_key=homeroom_key(line.id), day=on, reason=reason)
    old = {"staff": line.staff_name}
    new = {"ends_on": print_date(on)}
    append_changes(act, [_change(card, line.id, "end", old=old, new=new, reason=reason)])


def _change(card: ClassCard, homeroom_id: int, action: str, **more: Any) -> Change:
    return Change(
        subject=homeroom_key(homeroom_id),
        action=action,
        label=f"Chủ nhiệm lớp {card.name}",
        school_id=card.school_id,
        province_id=card.province_id,
        **more,
    )
