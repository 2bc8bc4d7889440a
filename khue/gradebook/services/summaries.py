"""Tổng hợp của giáo viên chủ nhiệm: conduct, absences and remarks, never over a newer value.

Law: TT 22/2021/TT-BGDĐT, Điều 8; TT 22/2021/TT-BGDĐT, Điều 20
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from django.db import connection, transaction

from khue.access.api import Actor
from khue.gradebook.models import StudentResult
from khue.gradebook.queries.homeroom import WRITE, open_class, pupils_of_class
from khue.gradebook.queries.policies import policy
from khue.gradebook.rules.summaries import FIELD_NAMES, SESSIONS, Value, parse_field, print_field
from khue.gradebook.services.locking import SHARED, hold_term
from khue.gradebook.services.results import ALONE, refresh_results
from khue.gradebook.services.states import class_closed_sentence
from khue.ledger.api import (
    Author,
    Change,
    HistoryLine,
    Operation,
    append_changes,
    newest_changes,
)
from khue.organisations.api import ClassCard
from kit.dates import print_date, print_moment, vietnam_day
from kit.refusal import Refusal

Status = Literal["saved", "same", "conflict", "refused"]
# The term whose state closes a field; what stands for the whole year closes with term II.
TERM_OF_FIELD = {
    "conduct1": 1,
    "remark1": 1,
    "conduct2": 2,
    "remark2": 2,
    "absent_with": 2,
    "absent_without": 2,
    "qualities": 2,
}
FROM_ATTENDANCE = (
    "Số buổi nghỉ lấy từ điểm danh của trường nên không nhập ở đây."
    " Hãy sửa ở trang điểm danh của lớp."
)
_NO_FIELD = "Bảng tổng hợp không có cột này. Hãy tải lại trang."
_NOT_HERE = "Học sinh này không có trong danh sách lớp. Hãy tải lại trang để xem danh sách mới."


@dataclass(frozen=True, slots=True)
class SummaryChange:
    """A cell that should change: from what the writer saw (`base`) to `text`, both as shown."""

    student_id: int
    field: str
    base: str
    text: str


@dataclass(frozen=True, slots=True)
class SummaryOutcome:
    """What became of a cell: what it holds now, and a sentence where there is one."""

    student_id: int
    field: str
    status: Status
    text: str = ""
    sentence: str = ""
    author: str = ""
    at: str = ""


@dataclass(slots=True)
class Desk:
    """The rows of a class under the pen while a save runs."""

    card: ClassCard
    operation: Operation
    rows: dict[int, StudentResult]
    pupils: dict[int, tuple[str, str]]
    closed: Callable[[str], str]
    fields: Iterable[str] = tuple(TERM_OF_FIELD)


def write_summary(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    changes: Sequence[SummaryChange],
    operation_id: uuid.UUID | None = None,
) -> list[SummaryOutcome]:
    """Ghi bảng tổng hợp của lớp; a cell that somebody changed meanwhile is left as it stands."""
    card = open_class(actor, class_id, WRITE)
    author = Author(actor.account_id, actor.name)
    operation = Operation(author, now, operation_id or uuid.uuid4())
    with transaction.atomic():
        for term in (1, 2):
            hold_term(SHARED, card.school_id, card.year, term)
        sentences = {term: class_closed_sentence(class_id, term, now) for term in _terms(changes)}
        desk = open_desk(card, operation, changes)
        follows = policy("absence_source", school_id=card.school_id, year=card.year) != "typed"
        desk.closed = lambda name: (
            FROM_ATTENDANCE if follows and name in SESSIONS else sentences[TERM_OF_FIELD[name]]
        )
        return save_cells(desk, changes)


def _terms(changes: Sequence[SummaryChange]) -> set[int]:
    return {TERM_OF_FIELD[one.field] for one in changes if one.field in TERM_OF_FIELD}


def open_desk(card: ClassCard, operation: Operation, changes: Sequence[SummaryChange]) -> Desk:
    """Hold the class, so that two who write in it wait for each other, then read its rows."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE, [card.id])
    wanted = {one.student_id for one in changes}
    rows = StudentResult.objects.filter(
        year=card.year, school_class_id=card.id, student_id__in=wanted
    )
    today = vietnam_day(operation.at)
    pupils = {
        pupil[0]: (pupil[1], _left(pupil[1], pupil[4]) if pupil[3] else "")
        for pupil in pupils_of_class(card, today)
        if pupil[0] in wanted
    }
    return Desk(card, operation, {row.student_id: row for row in rows}, pupils, lambda name: "")


def _left(name: str, day: object) -> str:
    return f"{name} đã rời lớp ngày {print_date(day)} nên không ghi được nữa."  # type: ignore[arg-type]


def save_cells(desk: Desk, changes: Sequence[SummaryChange]) -> list[SummaryOutcome]:
    """Decide every cell, write those that may be, and compute anew what follows from them."""
    newest = {(one.student_id, one.field): one for one in changes}.values()
    decided = [_decide(desk, one) for one in newest]
    told = [change for _, change in decided if change]
    touched = {outcome.student_id for outcome, change in decided if change}
    for student_id in touched:
        desk.rows[student_id].save(force_insert=desk.rows[student_id]._state.adding)
    if told:
        append_changes(desk.operation, told)
        refresh_results(class_id=desk.card.id, now=desk.operation.at, student_ids=sorted(touched))
    return _name_rivals(desk, [outcome for outcome, _ in decided])


def _decide(desk: Desk, change: SummaryChange) -> tuple[SummaryOutcome, Change | None]:
    where = (change.student_id, change.field)
    wanted = _read(desk, change)
    if isinstance(wanted, Refusal):
        return SummaryOutcome(*where, "refused", _stands(desk, change), str(wanted)), None
    stands, shown = _stands(desk, change), print_field(change.field, wanted)
    if stands == shown:
        return SummaryOutcome(*where, "same", stands), None
    if stands != change.base:
        return SummaryOutcome(*where, "conflict", stands), None
    _put(desk, change, wanted)
    told = _told(desk, change, stands, shown)
    return SummaryOutcome(*where, "saved", shown), told


def _read(desk: Desk, change: SummaryChange) -> Value | Refusal:
    """The value that a change asks for, or why this cell cannot take it."""
    if change.field not in desk.fields:
        return Refusal("NO_FIELD", _NO_FIELD)
    if change.student_id not in desk.pupils:
        return Refusal("NOT_HERE", _NOT_HERE)
    why_not = desk.pupils[change.student_id][1] or desk.closed(change.field)
    return Refusal("CLOSED", why_not) if why_not else parse_field(change.field, change.text)


def _stands(desk: Desk, change: SummaryChange) -> str:
    row = desk.rows.get(change.student_id)
    known = row is not None and change.field in FIELD_NAMES
    return print_field(change.field, getattr(row, change.field)) if known else ""


def row_of(desk: Desk, student_id: int) -> StudentResult:
    """The pupil's row of the year; a new one when nothing was kept before."""
    card = desk.card
    return desk.rows.setdefault(
        student_id,
        StudentResult(
            year=card.year,
            school_class_id=card.id,
            student_id=student_id,
            school_id=card.school_id,
            province_id=card.province_id,
            grade=card.grade,
            version=0,
        ),
    )


def _put(desk: Desk, change: SummaryChange, value: Value) -> None:
    row = row_of(desk, change.student_id)
    setattr(row, change.field, value)
    row.version += 1


def subject_of_summary(class_id: int, student_id: int) -> str:
    """How the ledger calls the pupil's row of the year."""
    return f"result:{class_id}.{student_id}"


def _told(desk: Desk, change: SummaryChange, old: str, new: str) -> Change:
    return Change(
        subject=subject_of_summary(desk.card.id, change.student_id),
        action="change" if old else "enter",
        label=FIELD_NAMES[change.field],
        old=old or None,
        new=new or None,
        school_id=desk.card.school_id,
        province_id=desk.card.province_id,
    )


def _name_rivals(desk: Desk, outcomes: list[SummaryOutcome]) -> list[SummaryOutcome]:
    """Say whose value stands in a cell where two people wrote."""
    clashes = [one for one in outcomes if one.status == "conflict"]
    if not clashes:
        return outcomes
    subjects = {subject_of_summary(desk.card.id, one.student_id) for one in clashes}
    latest = {(line.subject, line.label): line for line in newest_changes(subjects)}
    return [_with_rival(desk, one, latest) if one.status == "conflict" else one for one in outcomes]


def _with_rival(
    desk: Desk, one: SummaryOutcome, latest: dict[tuple[str, str], HistoryLine]
) -> SummaryOutcome:
    where = subject_of_summary(desk.card.id, one.student_id), FIELD_NAMES[one.field]
    line = latest.get(where)
    author, at = (line.actor_name, print_moment(line.at)) if line else ("Người khác", "")
    sentence = (
        f"{author} vừa ghi “{one.text or 'để trống'}” vào ô này. Thầy cô chọn giữ giá trị nào."
    )
    return replace(one, sentence=sentence, author=author, at=at)
