"""Nhập điểm: cells of one term of one book, in one transaction, never over a newer value."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import transaction

from khue.access.api import Actor, permit
from khue.gradebook.queries.books import Book, Count, count_of, find_book
from khue.gradebook.queries.grid import PupilRow, pupils_of, row_subject, year_of_row
from khue.gradebook.rules.marks import Mark, is_comment, is_score, parse_cell, print_mark_cell
from khue.gradebook.rules.slots import (
    EVERY_SLOT,
    SPOKEN_TERMS,
    provisional_result,
    term_result,
)
from khue.gradebook.services.cells import CellChange, CellOutcome, RowResult, Saved
from khue.gradebook.services.counting import count_book
from khue.gradebook.services.results import refresh_results
from khue.gradebook.services.states import closed_sentence
from khue.gradebook.services.strands import strand_cells, write_strands
from khue.gradebook.services.writing import WrittenRow, hold_term_and_book, write_rows
from khue.ledger.api import (
    Author,
    Change,
    HistoryLine,
    Operation,
    append_changes,
    changes_of_operation,
    newest_changes,
)
from kit.dates import print_date, print_moment, vietnam_day
from kit.refusal import Refusal

# Within this time of writing a mark its own author puts right a slip of the finger, not a mark.
SLIP = timedelta(minutes=10)
_NOT_LAWFUL = "Giá trị này không dùng được cho hình thức đánh giá của môn học."
_NO_COLUMN = "Môn học này không có cột điểm đó. Hãy tải lại trang để xem các cột đúng."
_COMPUTED = "Ô này được tính từ các phân môn. Hãy mở từng phân môn để nhập."
_NOT_HERE = "Học sinh này không có trong danh sách lớp. Hãy tải lại trang để xem danh sách mới."


class UnknownTerm(ValueError):
    """There are two terms in a year."""


@dataclass(slots=True)
class _Sheet:
    """The rows under the pen while a save runs."""

    book: Book
    term: int
    closed: str
    pupils: dict[int, PupilRow]
    applied: dict[tuple[int, str], HistoryLine]
    now: datetime
    author: Author
    progress: Count = field(default_factory=Count)
    computed: frozenset[tuple[int, str]] = frozenset()
    reason: str = ""

    def marks(self, student_id: int) -> dict[str, Mark]:
        return dict(self.pupils[student_id].marks)


def enter_marks(
    *,
    actor: Actor,
    now: datetime,
    class_subject_id: int,
    term: int,
    changes: Sequence[CellChange],
    operation_id: uuid.UUID | None = None,
    reason: str = "",
    strand: int = 0,
) -> Saved:
    """Nhập điểm của một môn ở một lớp; the same operation sent twice is applied once.

    `reason` is told in the ledger beside every cell that is written. `strand`: the cells of one
    strand of an integrated subject; where strands decide, the subject's cells follow.
    """
    if term not in SPOKEN_TERMS:
        raise UnknownTerm(term)
    book = find_book(class_subject_id).in_term(term).in_strand(strand)
    permit(actor, "gradebook.enter_marks", book.place)
    operation = Operation(Author(actor.account_id, actor.name), now, operation_id or uuid.uuid4())
    with transaction.atomic():
        sheet = _open_sheet(book, term, operation, changes)
        sheet.reason = reason
        outcomes, writing = _decide(sheet, changes)
        results = _write(sheet, operation, writing)
    return Saved(_with_struck(outcomes, writing), results, sheet.progress)


def correct_cell(
    *, operation: Operation, book: Book, term: int, change: CellChange, reason: str
) -> CellOutcome:
    """Sửa điểm theo đề nghị đã được xác nhận: the same way of writing, whatever closes the book.

    The caller is in a transaction and has passed the gate; a cell that moved is a conflict.
    """
    sheet = _open_sheet(book, term, operation, [change])
    sheet.closed, sheet.reason = "", reason
    outcome, stroke = _decide_cell(sheet, change)
    if stroke:
        stroke.action = "correct"
        _write(sheet, operation, [stroke])
    return outcome


def _open_sheet(
    book: Book, term: int, operation: Operation, changes: Sequence[CellChange]
) -> _Sheet:
    """Take the locks in their order, then read what stands in the rows."""
    progress = hold_term_and_book(book, term, operation.at)
    closed = closed_sentence(book, term, operation.at)
    wanted = {change.student_id for change in changes}
    pupils = pupils_of(book, term, vietnam_day(operation.at), only=wanted)
    applied = _applied(book, term, operation.id)
    by_id = {pupil.student_id: pupil for pupil in pupils}
    at, author = operation.at, operation.author
    computed = _computed(book, term, wanted)
    return _Sheet(book, term, closed, by_id, applied, at, author, progress, computed)


def _computed(book: Book, term: int, students: Iterable[int]) -> frozenset[tuple[int, str]]:
    """Cells that follow from strands and take nothing by themselves."""
    if book.strand or not book.strands_decide:
        return frozenset()
    return frozenset(strand_cells(book, term, list(students)))


def _applied(book: Book, term: int, operation: uuid.UUID) -> dict[tuple[int, str], HistoryLine]:
    """The cells that this very operation has written before (the answer was lost on the way)."""
    slots = {_label(book, term, slot): slot for slot in book.slots}
    own = row_subject(book, term, 0)[:-1]
    return {
        (int(line.subject.removeprefix(own)), slots[line.label]): line
        for line in changes_of_operation(operation)
        if line.subject.startswith(own) and line.label in slots
    }


def _label(book: Book, term: int, slot: str) -> str:
    return f"{book.slot_label(slot)}, {book.title}, {SPOKEN_TERMS[term]}"


@dataclass(slots=True)
class _Stroke:
    """One cell that is really written, and as what."""

    change: CellChange
    old: Mark
    new: Mark
    action: str = "enter"


def _decide(
    sheet: _Sheet, changes: Iterable[CellChange]
) -> tuple[list[CellOutcome], list[_Stroke]]:
    outcomes: list[CellOutcome] = []
    strokes: list[_Stroke] = []
    for change in {(one.student_id, one.slot): one for one in changes}.values():
        outcome, stroke = _decide_cell(sheet, change)
        outcomes.append(outcome)
        if stroke:
            strokes.append(stroke)
    _name_actions(sheet, strokes)
    return _name_rivals(sheet, outcomes), strokes


def _decide_cell(sheet: _Sheet, change: CellChange) -> tuple[CellOutcome, _Stroke | None]:
    where = (change.student_id, change.slot)
    wanted = _read(sheet, change)
    if isinstance(wanted, Refusal):
        pupil = sheet.pupils.get(change.student_id)
        stands = pupil.marks.get(change.slot) if pupil else None
        return CellOutcome(*where, "refused", stands, str(wanted)), None
    stands = sheet.pupils[change.student_id].marks[change.slot]
    if where in sheet.applied:
        return CellOutcome(*where, "saved", stands), None
    if stands == wanted:
        return CellOutcome(*where, "same", stands), None
    if stands != change.base:
        return CellOutcome(*where, "conflict", stands), None
    return CellOutcome(*where, "saved", wanted), _Stroke(change, stands, wanted)


def _read(sheet: _Sheet, change: CellChange) -> Mark | Refusal:
    """The stored value that a change asks for, or why this cell cannot take it."""
    pupil = sheet.pupils.get(change.student_id)
    if change.slot not in sheet.book.slots:
        return Refusal("NO_COLUMN", _NO_COLUMN)
    if pupil is None:
        return Refusal("NOT_HERE", _NOT_HERE)
    if pupil.left and pupil.ends_on:
        return Refusal("LEFT", _left_sentence(pupil.name, print_date(pupil.ends_on)))
    closed = sheet.closed or pupil.closed(sheet.term)
    if closed:
        return Refusal("LOCKED", closed)
    if (change.student_id, change.slot) in sheet.computed:
        return Refusal("COMPUTED", _COMPUTED)
    return _lawful(change.value, by_comment=sheet.book.by_comment)


def _left_sentence(name: str, day: str) -> str:
    return f"{name} đã rời lớp ngày {day} nên không nhập điểm được nữa."


# A class types the same few dozen texts again and again.
_typed = lru_cache(maxsize=512)(parse_cell)


def _lawful(value: Mark | str, *, by_comment: bool) -> Mark | Refusal:
    if isinstance(value, str):
        return _typed(value, by_comment=by_comment)
    fits = is_comment(value) if by_comment else is_score(value)
    return value if fits else Refusal("NOT_LAWFUL", _NOT_LAWFUL)


def _name_actions(sheet: _Sheet, strokes: list[_Stroke]) -> None:
    """Tell a first entry, a slip put right at once, and a correction (bút đỏ) from one another."""
    replacing = [stroke for stroke in strokes if stroke.old is not None]
    latest = _latest(sheet, {stroke.change.student_id for stroke in replacing})
    for stroke in replacing:
        before = latest.get((stroke.change.student_id, stroke.change.slot))
        own = before is not None and before.account_id == sheet.author.account_id
        fresh = before is not None and sheet.now - before.at < SLIP
        stroke.action = "change" if own and fresh else "correct"


def _latest(sheet: _Sheet, students: set[int]) -> dict[tuple[int, str], HistoryLine]:
    """The newest change of each cell of these pupils, from the ledger."""
    if not students:
        return {}
    subjects = {row_subject(sheet.book, sheet.term, one): one for one in students}
    slots = {_label(sheet.book, sheet.term, slot): slot for slot in EVERY_SLOT}
    return {
        (subjects[line.subject], slots.get(line.label, "")): line
        for line in newest_changes(subjects)
    }


def _name_rivals(sheet: _Sheet, outcomes: list[CellOutcome]) -> list[CellOutcome]:
    """Say whose value stands in a cell where two people wrote."""
    clashes = {one.student_id for one in outcomes if one.status == "conflict"}
    latest = _latest(sheet, clashes)
    return [
        _with_rival(one, latest.get((one.student_id, one.slot))) if _clashes(one) else one
        for one in outcomes
    ]


def _clashes(outcome: CellOutcome) -> bool:
    return outcome.status == "conflict"


def _with_rival(outcome: CellOutcome, line: HistoryLine | None) -> CellOutcome:
    author, at = (line.actor_name, print_moment(line.at)) if line else ("Người khác", "")
    return CellOutcome(
        outcome.student_id,
        outcome.slot,
        "conflict",
        outcome.value,
        f"{author} vừa ghi {outcome.text or 'ô trống'} vào ô này. Thầy cô chọn giữ giá trị nào.",
        author,
        at,
    )


def _with_struck(outcomes: list[CellOutcome], strokes: list[_Stroke]) -> list[CellOutcome]:
    struck = {
        (stroke.change.student_id, stroke.change.slot): print_mark_cell(stroke.old)
        for stroke in strokes
        if stroke.action == "correct"
    }
    return [
        CellOutcome(one.student_id, one.slot, one.status, one.value, struck=shown)
        if (shown := struck.get((one.student_id, one.slot), ""))
        else one
        for one in outcomes
    ]


def _write(sheet: _Sheet, operation: Operation, strokes: list[_Stroke]) -> list[RowResult]:
    book = sheet.book
    rows: dict[int, dict[str, Mark]] = {}
    for stroke in strokes:
        student_id = stroke.change.student_id
        rows.setdefault(student_id, sheet.marks(student_id))[stroke.change.slot] = stroke.new
    if rows and book.strand:
        append_changes(operation, [_change(sheet, stroke) for stroke in strokes])
        cells = {(stroke.change.student_id, stroke.change.slot) for stroke in strokes}
        write_strands(book, sheet.term, operation, rows, cells)
        sheet.progress = count_of(book.id, sheet.term)
        return _subject_results(sheet)
    written = {one: _written(sheet, one, rows[one]) for one in rows}
    if written:
        write_rows(book, sheet.term, list(written.values()))
        append_changes(operation, [_change(sheet, stroke) for stroke in strokes])
        counted = count_book(book.id, book.year, sheet.term, operation.at)
        sheet.progress = counted or sheet.progress
        _refresh(sheet, written.values())
    return [_result(sheet, written.get(one) or _written(sheet, one)) for one in sheet.pupils]


def _subject_results(sheet: _Sheet) -> list[RowResult]:
    """The results of the subject after its strands were written."""
    book, day = sheet.book.whole, vietnam_day(sheet.now)
    pupils = pupils_of(book, sheet.term, day, only=list(sheet.pupils))
    whole = _Sheet(
        book, sheet.term, "", {one.student_id: one for one in pupils}, {}, sheet.now, sheet.author
    )
    return [_result(whole, _written(whole, one)) for one in whole.pupils]


def _refresh(sheet: _Sheet, written: Iterable[WrittenRow]) -> None:
    """Results of the pupils whose result of the term is another one now."""
    moved = [
        row.student_id for row in written if row.average != sheet.pupils[row.student_id].average
    ]
    if moved:
        refresh_results(class_id=sheet.book.class_id, now=sheet.now, student_ids=moved)


def _written(sheet: _Sheet, student_id: int, marks: Mapping[str, Mark] | None = None) -> WrittenRow:
    """The row of a pupil with these marks, or with those that stand in it."""
    marks = sheet.pupils[student_id].marks if marks is None else marks
    result = term_result(marks, sheet.book.regular_marks, by_comment=sheet.book.by_comment)
    return WrittenRow(student_id, marks, result, sheet.pupils[student_id].version)


def _result(sheet: _Sheet, row: WrittenRow) -> RowResult:
    book, pupil = sheet.book, sheet.pupils[row.student_id]
    result = pupil.average if pupil.is_brought(sheet.term) else row.average
    provisional = result
    if row.average is None:
        provisional = provisional_result(row.marks, book.regular_marks, by_comment=book.by_comment)
    year = year_of_row(book, pupil.first_average, result, pupil) if sheet.term == 2 else None
    return RowResult(row.student_id, result, provisional, year)


def _change(sheet: _Sheet, stroke: _Stroke) -> Change:
    book = sheet.book
    return Change(
        subject=row_subject(book, sheet.term, stroke.change.student_id),
        action=stroke.action,
        label=_label(book, sheet.term, stroke.change.slot),
        old=print_mark_cell(stroke.old) or None,
        new=print_mark_cell(stroke.new) or None,
        reason=stroke.change.reason or sheet.reason,
        school_id=book.school_id,
        province_id=book.province_id,
        operation=stroke.change.operation,
    )
