"""Ghi từng ô của sổ tiểu học, mầm non: decided cell by cell, never over a newer value."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from khue.access.api import Actor
from khue.gradebook.rules.cell_kinds import READERS, print_cell
from khue.gradebook.rules.sheet_cells import CellRow, Column, Value, base_of
from khue.gradebook.services.cells import CellChange
from khue.ledger.api import (
    Author,
    Change,
    HistoryLine,
    Operation,
    append_changes,
    changes_of_operation,
    newest_changes,
)
from kit.dates import print_moment
from kit.refusal import Refusal

Status = Literal["saved", "same", "conflict", "refused"]
# Within this time its own author puts right a slip of the finger, not a value of the book.
SLIP = timedelta(minutes=10)
_NO_COLUMN = "Bảng này không có cột đó. Hãy tải lại trang để xem các cột đúng."
_NOT_HERE = "Học sinh này không có trong danh sách lớp. Hãy tải lại trang để xem danh sách mới."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a cell, what it holds now, and a sentence where there is one."""

    student_id: int
    slot: str
    status: Status
    value: Value
    text: str
    sentence: str = ""
    author: str = ""
    at: str = ""
    struck: str = ""


@dataclass(slots=True)
class Stroke:
    """One cell that is really written, and as what."""

    student_id: int
    column: Column
    old: Value
    new: Value
    action: str = "enter"
    operation: uuid.UUID | None = None
    reason: str = ""


@dataclass(slots=True)
class Desk:
    """A sheet under the pen: what it is called, its columns and rows, who may not write, why."""

    title: str
    columns: Mapping[str, Column]
    rows: Mapping[int, CellRow]
    subject: Callable[[int], str]
    closed: str
    operation: Operation
    school_id: int
    province_id: int
    reason: str = ""
    check: Callable[[CellRow, Column, Value], str] = lambda _row, _column, _value: ""
    applied: set[tuple[int, str]] = field(default_factory=set)

    def label(self, column: Column) -> str:
        """How the ledger calls a cell."""
        return f"{column.label}, {self.title}"

    def slot_of(self, line: HistoryLine) -> str:
        """The slot of a line of the ledger; none of another sheet."""
        found = (slot for slot, one in self.columns.items() if self.label(one) == line.label)
        return next(found, "")


def operation_of(actor: Actor, now: datetime, operation_id: uuid.UUID | None) -> Operation:
    """One save as the ledger knows it; sent again it has the same id."""
    return Operation(Author(actor.account_id, actor.name), now, operation_id or uuid.uuid4())


def settle(desk: Desk, changes: Iterable[CellChange]) -> tuple[list[Outcome], list[Stroke]]:
    """Decide every cell; the caller writes the strokes and notes them within its transaction."""
    desk.applied = _applied(desk)
    outcomes: list[Outcome] = []
    strokes: list[Stroke] = []
    for change in {(one.student_id, one.slot): one for one in changes}.values():
        outcome, stroke = _decide(desk, change)
        outcomes.append(outcome)
        if stroke:
            strokes.append(stroke)
    _name_actions(desk, strokes)
    return _with_struck(_with_rivals(desk, outcomes), strokes), strokes


def note(desk: Desk, strokes: Sequence[Stroke]) -> None:
    """Append the strokes to the ledger."""
    if strokes:
        append_changes(desk.operation, [_change(desk, stroke) for stroke in strokes])


def written_rows(desk: Desk, strokes: Sequence[Stroke]) -> dict[int, dict[str, Value]]:
    """The rows that change, whole, as they shall stand."""
    rows: dict[int, dict[str, Value]] = {}
    for stroke in strokes:
        row = rows.setdefault(stroke.student_id, dict(desk.rows[stroke.student_id].values))
        row[stroke.column.slot] = stroke.new
    return rows


def _applied(desk: Desk) -> set[tuple[int, str]]:
    """The cells that this very operation has written before (the answer was lost on the way)."""
    subjects = {desk.subject(student): student for student in desk.rows}
    lines = changes_of_operation(desk.operation.id)
    return {
        (subjects[line.subject], desk.slot_of(line)) for line in lines if line.subject in subjects
    }


def _outcome(
    desk: Desk, change: CellChange, status: Status, value: Value, sentence: str = ""
) -> Outcome:
    column = desk.columns.get(change.slot)
    text = print_cell(column.kind, value) if column else ""
    return Outcome(change.student_id, change.slot, status, value, text, sentence)


def _decide(desk: Desk, change: CellChange) -> tuple[Outcome, Stroke | None]:
    row = desk.rows.get(change.student_id)
    stands = row.values.get(change.slot) if row else None
    wanted = _read(desk, change, row)
    if isinstance(wanted, Refusal):
        return _outcome(desk, change, "refused", stands, str(wanted)), None
    if (change.student_id, change.slot) in desk.applied:
        return _outcome(desk, change, "saved", stands), None
    if base_of(stands) == base_of(wanted):
        return _outcome(desk, change, "same", stands), None
    if base_of(stands) != change.base:
        return _outcome(desk, change, "conflict", stands), None
    stroke = Stroke(change.student_id, desk.columns[change.slot], stands, wanted)
    stroke.operation, stroke.reason = change.operation, change.reason
    return _outcome(desk, change, "saved", wanted), stroke


def _read(desk: Desk, change: CellChange, row: CellRow | None) -> Value | Refusal:
    """The value that a change asks for, or why this cell cannot take it."""
    column = desk.columns.get(change.slot)
    if column is None:
        return Refusal("NO_COLUMN", _NO_COLUMN)
    if row is None:
        return Refusal("NOT_HERE", _NOT_HERE)
    reason = row.refusal or row.blocked.get(change.slot, "") or desk.closed
    if reason:
        return Refusal("CLOSED", reason)
    value = READERS[column.kind](str(change.value or ""))
    doubt = "" if isinstance(value, Refusal) else desk.check(row, column, value)
    return Refusal("DOUBTFUL", doubt) if doubt else value


def _name_actions(desk: Desk, strokes: Sequence[Stroke]) -> None:
    """Tell a first entry, a slip put right at once, and a correction (bút đỏ) from one another."""
    replacing = [stroke for stroke in strokes if stroke.old not in (None, "")]
    latest = _latest(desk, {stroke.student_id for stroke in replacing})
    for stroke in replacing:
        before = latest.get((stroke.student_id, stroke.column.slot))
        own = before is not None and before.account_id == desk.operation.author.account_id
        fresh = before is not None and desk.operation.at - before.at < SLIP
        is_text = stroke.column.kind == "text"
        stroke.action = "change" if is_text or (own and fresh) else "correct"


def _latest(desk: Desk, students: set[int]) -> dict[tuple[int, str], HistoryLine]:
    """The newest change of each cell of these pupils, from the ledger."""
    if not students:
        return {}
    subjects = {desk.subject(one): one for one in students}
    return {(subjects[line.subject], desk.slot_of(line)): line for line in newest_changes(subjects)}


def _with_rivals(desk: Desk, outcomes: list[Outcome]) -> list[Outcome]:
    """Say whose value stands in a cell where two people wrote."""
    clashes = {one.student_id for one in outcomes if one.status == "conflict"}
    latest = _latest(desk, clashes)
    return [
        _with_rival(one, latest.get((one.student_id, one.slot)))
        if one.status == "conflict"
        else one
        for one in outcomes
    ]


def _with_rival(outcome: Outcome, line: HistoryLine | None) -> Outcome:
    author, at = (line.actor_name, print_moment(line.at)) if line else ("Người khác", "")
    stands = outcome.text or "ô trống"
    sentence = f"{author} vừa ghi {stands} vào ô này. Thầy cô chọn giữ giá trị nào."
    return replace(outcome, sentence=sentence, author=author, at=at)


def _with_struck(outcomes: list[Outcome], strokes: Sequence[Stroke]) -> list[Outcome]:
    struck = {
        (stroke.student_id, stroke.column.slot): print_cell(stroke.column.kind, stroke.old)
        for stroke in strokes
        if stroke.action == "correct"
    }
    return [replace(one, struck=struck.get((one.student_id, one.slot), "")) for one in outcomes]


def _change(desk: Desk, stroke: Stroke) -> Change:
    kind = stroke.column.kind
    return Change(
        subject=desk.subject(stroke.student_id),
        action=stroke.action,
        label=desk.label(stroke.column),
        old=print_cell(kind, stroke.old) or None,
        new=print_cell(kind, stroke.new) or None,
        reason=stroke.reason or desk.reason,
        school_id=desk.school_id,
        province_id=desk.province_id,
        operation=stroke.operation,
    )
