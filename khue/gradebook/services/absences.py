"""Số buổi nghỉ từ điểm danh: where the school keeps attendance here, the summary follows it.

Law: TT 22/2021/TT-BGDĐT, Điều 12
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from khue.attendance.api import sessions_absent
from khue.gradebook.queries.homeroom import pupils_of_class
from khue.gradebook.queries.policies import policy
from khue.gradebook.rules.summaries import FIELD_NAMES, SESSIONS, print_field
from khue.gradebook.services.results import refresh_results
from khue.gradebook.services.states import class_closed_sentence
from khue.gradebook.services.summaries import (
    Desk,
    SummaryChange,
    open_desk,
    row_of,
    subject_of_summary,
)
from khue.ledger.api import Change, Operation, append_changes
from khue.organisations.api import ClassCard, class_summary
from kit.dates import vietnam_day

FOLLOWS = "attendance"
LAST_TERM = 2


def follows_attendance(school_id: int, year: int) -> bool:
    """Whether the summary of a school takes its absences from attendance in a year."""
    return policy("absence_source", school_id=school_id, year=year) == FOLLOWS


def follow_attendance(class_id: int, student_ids: Sequence[int], operation: Operation) -> None:
    """Called in the transaction of every change of attendance; a closed book stays as it is."""
    card = class_summary(class_id)
    if follows_attendance(card.school_id, card.year):
        bring_absences(card, student_ids, operation)


def bring_class(class_id: int, operation: Operation) -> None:
    """Every pupil of a class, after the school has turned to attendance."""
    card = class_summary(class_id)
    if follows_attendance(card.school_id, card.year):
        pupils = pupils_of_class(card, vietnam_day(operation.at))
        bring_absences(card, [one[0] for one in pupils], operation)


def bring_absences(card: ClassCard, student_ids: Iterable[int], operation: Operation) -> None:
    """Write the sessions of the year that the law counts, in the caller's transaction."""
    ids = sorted(set(student_ids))
    if not ids or class_closed_sentence(card.id, LAST_TERM, operation.at):
        return
    desk = open_desk(card, operation, [SummaryChange(one, "", "", "") for one in ids])
    counts = sessions_absent(ids, card.year)
    told = [change for one in ids for change in _put(desk, one, counts.get(one, (0, 0)))]
    if told:
        append_changes(operation, told)
        refresh_results(class_id=card.id, now=operation.at, student_ids=ids)


def _put(desk: Desk, student_id: int, count: tuple[int, int]) -> list[Change]:
    row = row_of(desk, student_id)
    moved = [
        (name, getattr(row, name), value)
        for name, value in zip(SESSIONS, count, strict=True)
        if getattr(row, name) != value
    ]
    for name, _, value in moved:
        setattr(row, name, value)
    if moved:
        row.version += 1
        row.save(force_insert=row._state.adding)
    return [_told(desk, student_id, *one) for one in moved]


def _told(desk: Desk, student_id: int, name: str, old: int | None, new: int) -> Change:
    return Change(
        subject=subject_of_summary(desk.card.id, student_id),
        action="follow",
        label=FIELD_NAMES[name],
        old=print_field(name, old) or None,
        new=print_field(name, new),
        reason="Theo điểm danh",
        school_id=desk.card.school_id,
        province_id=desk.card.province_id,
    )
