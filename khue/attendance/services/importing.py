"""Nhập các buổi nghỉ từ tệp: rows that a plan has checked, with the takings they stand in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F

from khue.access.api import Actor, permit
from khue.attendance.models import Absence, Taking
from khue.attendance.queries.days import subject_of_day
from khue.attendance.queries.frames import CORRECT
from khue.attendance.rules.days import SESSION_NAMES
from khue.attendance.rules.kinds import print_kind
from khue.attendance.services.work import operation_of, tell_followers
from khue.ledger.api import Change, Operation, append_changes
from khue.organisations.api import ClassCard, class_summaries, class_summary, school_summary
from khue.records.api import class_sizes
from kit.dates import print_date
from kit.row_history import RowEffect, Selection, effects_between, take_picture

ABSENCE_TABLE, TAKING_TABLE = "attendance_absence", "attendance_taking"
Place = tuple[int, date, str]


@dataclass(frozen=True, slots=True)
class AbsencePayload:
    """One absence of one pupil to write."""

    student_id: int
    name: str
    class_id: int
    day: date
    session: str
    kind: str
    minutes: int | None
    note: str
    before: str = ""

    @property
    def place(self) -> Place:
        return self.class_id, self.day, self.session


def import_absences(
    *, actor: Actor, now: datetime, school_id: int, rows: Sequence[AbsencePayload]
) -> list[RowEffect]:
    """Ghi các buổi nghỉ của một tệp, in the caller's transaction.

    A session that nobody had taken counts as taken: the file says who was away.
    """
    school = school_summary(school_id)
    permit(actor, CORRECT, school.path)
    operation = operation_of(actor, now)
    cards = class_summaries(sorted({row.class_id for row in rows}))
    before = _picture(cards, rows)
    _take(cards, {row.place for row in rows}, operation)
    _write(cards, rows, operation)
    append_changes(operation, [_change(cards[row.class_id], row) for row in rows])
    _tell(rows, operation)
    names = {row.student_id: row.name for row in rows}

    def title(table: str, kept: dict[str, Any]) -> str:
        return names.get(kept.get("student_id", 0), cards[kept["school_class_id"]].name)

    return effects_between(before, _picture(cards, rows), title)


def _picture(cards: dict[int, ClassCard], rows: Sequence[AbsencePayload]) -> Any:
    """The rows of the days concerned, before and after."""
    days = {row.day for row in rows}
    of_days = {"school_class_id__in": list(cards), "day__in": list(days)}
    takings = Taking.objects.filter(**of_days).values_list("pk", flat=True)
    students = {row.student_id for row in rows}
    absences = Absence.objects.filter(student_id__in=students, day__in=list(days))
    return take_picture(
        [
            Selection(TAKING_TABLE, "id", list(takings)),
            Selection(ABSENCE_TABLE, "id", list(absences.values_list("pk", flat=True))),
        ]
    )


def _take(cards: dict[int, ClassCard], places: Iterable[Place], operation: Operation) -> None:
    """Takings that are missing are made; those that stand rise, so that open pages notice."""
    for class_id, day, session in sorted(places):
        card = cards[class_id]
        where = {"school_class_id": class_id, "day": day, "session": session, "period": 0}
        if Taking.objects.filter(**where).update(version=F("version") + 1):
            continue
        Taking.objects.create(
            **where,
            school_id=card.school_id,
            province_id=card.province_id,
            year=card.year,
            taken_by=operation.author.name,
            taken_by_id=operation.author.account_id or 0,
            taken_at=operation.at,
            size=class_sizes([class_id], day).get(class_id, 0),
        )


def _write(
    cards: dict[int, ClassCard], rows: Sequence[AbsencePayload], operation: Operation
) -> None:
    Absence.objects.bulk_create(
        [_absence(cards[row.class_id], row, operation) for row in rows],
        update_conflicts=True,
        unique_fields=["student", "day", "session", "period"],
        update_fields=["kind", "minutes", "note", "source", "written_by", "written_at"],
    )


def _absence(card: ClassCard, row: AbsencePayload, operation: Operation) -> Absence:
    return Absence(
        student_id=row.student_id,
        school_class_id=card.id,
        school_id=card.school_id,
        province_id=card.province_id,
        year=card.year,
        day=row.day,
        session=row.session,
        kind=row.kind,
        minutes=row.minutes,
        note=row.note,
        source=Absence.Source.FILE,
        written_by=operation.author.name,
        written_at=operation.at,
    )


def _change(card: ClassCard, row: AbsencePayload) -> Change:
    return Change(
        subject=subject_of_day(card.id, row.day, row.session, 0),
        action="import",
        label=f"{row.name}, {SESSION_NAMES[row.session]} {print_date(row.day)}",
        old=row.before or None,
        new=print_kind(row.kind, row.minutes),
        school_id=card.school_id,
        province_id=card.province_id,
    )


def _tell(rows: Sequence[AbsencePayload], operation: Operation) -> None:
    pupils: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        pupils[row.class_id].append(row.student_id)
    for class_id, student_ids in pupils.items():
        tell_followers(class_id, student_ids, operation)


def follow_undone(*, actor: Actor, now: datetime, effects: Sequence[RowEffect]) -> None:
    """After an import is undone, whoever counts absences counts anew."""
    operation = operation_of(actor, now)
    pupils: dict[int, set[int]] = defaultdict(set)
    for one in effects:
        row = one.after or one.before or {}
        if one.table == ABSENCE_TABLE:
            pupils[class_summary(row["school_class_id"]).id].add(row["student_id"])
    for class_id, student_ids in pupils.items():
        tell_followers(class_id, sorted(student_ids), operation)
