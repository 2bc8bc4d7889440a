"""Đánh giá lại và rèn luyện trong kì nghỉ hè: in the old year, for promotion only.

A new result stands in its own column; ĐTBmcn and titles stay as they were. What was not sat
keeps the old result.
Law: TT 22/2021/TT-BGDĐT, Điều 13, Điều 14
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from khue.access.api import Actor, permit
from khue.gradebook.models import StudentResult, SubjectResult
from khue.gradebook.queries.homeroom import WRITE, is_failing, open_class
from khue.gradebook.queries.reassessing import AGAIN, AgainBook, books_to_reassess
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import Mark, is_settled, parse_cell, print_mark_cell
from khue.gradebook.rules.promotion import Outcome
from khue.gradebook.services.results import ALONE, refresh_results
from khue.gradebook.services.summaries import (
    SummaryChange,
    SummaryOutcome,
    open_desk,
    save_cells,
)
from khue.gradebook.services.year_moves import moved_on
from khue.ledger.api import Author, Change, Operation, append_changes, newest_changes
from khue.organisations.api import ClassCard, class_summary
from kit.dates import print_moment
from kit.refusal import Refusal

SUMMER_FIELDS = ("summer_task", "summer_remark", "conduct_after")
_MOVED = "Em đã được kết chuyển sang năm học mới nên không ghi được. Hãy hoàn tác kết chuyển trước."
_NOT_ELIGIBLE = (
    "Em không thuộc diện đánh giá lại môn này: chỉ đánh giá lại môn có ĐTBmcn dưới 5,0 hoặc mức"
    " Chưa đạt, khi kết quả rèn luyện cả năm từ Đạt trở lên và nghỉ không quá số buổi quy định."
)
_NOT_TRAINING = (
    "Em không thuộc diện rèn luyện trong kì nghỉ hè: chỉ khi kết quả rèn luyện cả năm mức Chưa đạt"
    " và kết quả học tập cả năm từ mức Đạt trở lên."
)
_ONLY_RESULTS = "Chỉ ghi kết quả đánh giá lại; em không dự đánh giá lại thì để trống ô này."


@dataclass(frozen=True, slots=True)
class AgainChange:
    """A result of re-assessment that should change: from what the writer saw to `text`."""

    student_id: int
    class_subject_id: int
    base: str
    text: str


@dataclass(slots=True)
class _Table:
    card: ClassCard
    operation: Operation
    books: Mapping[int, AgainBook]
    results: Mapping[tuple[int, int], SubjectResult]
    eligible: set[int]
    moved: set[int]


def enter_reassessed(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    changes: Sequence[AgainChange],
    operation_id: uuid.UUID | None = None,
) -> list[SummaryOutcome]:
    """Nhập kết quả đánh giá lại; results are computed again for promotion, never the titles."""
    card = class_summary(class_id)
    books = books_to_reassess(card, sorted({one.class_subject_id for one in changes}))
    for book in books.values():
        permit(actor, AGAIN, book.place)
    author = Author(actor.account_id, actor.name)
    operation = Operation(author, now, operation_id or uuid.uuid4())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ALONE, [card.id])
        return _save(_open_table(card, operation, books, changes), changes)


def _open_table(
    card: ClassCard,
    operation: Operation,
    books: Mapping[int, AgainBook],
    changes: Sequence[AgainChange],
) -> _Table:
    ids = {one.student_id for one in changes}
    rows = SubjectResult.objects.filter(
        year=card.year, class_subject_id__in=books, student_id__in=ids
    )
    pupils = StudentResult.objects.filter(
        year=card.year, school_class_id=card.id, student_id__in=ids
    )
    return _Table(
        card,
        operation,
        books,
        {(row.student_id, row.class_subject_id): row for row in rows},
        {row.student_id for row in pupils if _is_offered(row)},
        moved_on(card.year, ids),
    )


def _is_offered(row: StudentResult) -> bool:
    """Whether re-assessment is offered at all, before and after its first result is in."""
    return row.outcome == Outcome.REASSESS or row.learning_after is not None


def _save(table: _Table, changes: Sequence[AgainChange]) -> list[SummaryOutcome]:
    newest = {(one.student_id, one.class_subject_id): one for one in changes}.values()
    decided = [_decide(table, one) for one in newest]
    told = [change for _, change in decided if change]
    touched = sorted({outcome.student_id for outcome, change in decided if change})
    if told:
        append_changes(table.operation, told)
        refresh_results(class_id=table.card.id, now=table.operation.at, student_ids=touched)
    return [outcome for outcome, _ in decided]


def _decide(table: _Table, change: AgainChange) -> tuple[SummaryOutcome, Change | None]:
    where = (change.student_id, f"s{change.class_subject_id}")
    row = table.results.get((change.student_id, change.class_subject_id))
    stands = print_mark_cell(row.reassessed) if row else ""
    wanted = _read(table, change, row)
    if isinstance(wanted, Refusal):
        return SummaryOutcome(*where, "refused", stands, str(wanted)), None
    if row is None or row.reassessed == wanted:
        return SummaryOutcome(*where, "same", stands), None
    if stands != change.base:
        return _conflict(table, change, stands), None
    row.reassessed = wanted
    row.save(update_fields=["reassessed"])
    shown = print_mark_cell(wanted)
    return SummaryOutcome(*where, "saved", shown), _told(table, change, stands, shown)


def _read(table: _Table, change: AgainChange, row: SubjectResult | None) -> Mark | Refusal:
    if change.student_id in table.moved:
        return Refusal("MOVED", _MOVED)
    offered = change.student_id in table.eligible and row is not None
    if not offered or row is None or not is_failing(row.result):
        return Refusal("NOT_ELIGIBLE", _NOT_ELIGIBLE)
    book = table.books[change.class_subject_id]
    wanted = parse_cell(change.text, by_comment=book.by_comment)
    if isinstance(wanted, Refusal) or wanted is None:
        return wanted
    lawful = is_settled(wanted) and wanted >= 0
    return wanted if lawful else Refusal("ONLY_RESULTS", _ONLY_RESULTS)


def _subject(change: AgainChange) -> str:
    return f"again:{change.class_subject_id}.{change.student_id}"


def _conflict(table: _Table, change: AgainChange, stands: str) -> SummaryOutcome:
    lines = newest_changes([_subject(change)])
    author, at = (lines[0].actor_name, print_moment(lines[0].at)) if lines else ("Người khác", "")
    sentence = f"{author} vừa ghi “{stands or 'để trống'}” vào ô này. Thầy cô chọn giữ giá trị nào."
    field = f"s{change.class_subject_id}"
    return SummaryOutcome(change.student_id, field, "conflict", stands, sentence, author, at)


def _told(table: _Table, change: AgainChange, old: str, new: str) -> Change:
    return Change(
        subject=_subject(change),
        action="change" if old else "enter",
        label=f"Kết quả đánh giá lại môn {table.books[change.class_subject_id].name}",
        old=old or None,
        new=new or None,
        school_id=table.card.school_id,
        province_id=table.card.province_id,
    )


def write_summer(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    changes: Sequence[SummaryChange],
    operation_id: uuid.UUID | None = None,
) -> list[SummaryOutcome]:
    """Rèn luyện trong kì nghỉ hè: tasks, the report, and the conduct that is proposed anew."""
    card = open_class(actor, class_id, WRITE)
    author = Author(actor.account_id, actor.name)
    operation = Operation(author, now, operation_id or uuid.uuid4())
    with transaction.atomic():
        desk = open_desk(card, operation, changes)
        moved = moved_on(card.year, desk.pupils)
        for student_id, (name, left) in desk.pupils.items():
            row = desk.rows.get(student_id)
            trains = row is not None and trains_in_summer(row)
            why_not = _MOVED if student_id in moved else left or ("" if trains else _NOT_TRAINING)
            desk.pupils[student_id] = (name, why_not)
        desk.fields = SUMMER_FIELDS
        return save_cells(desk, changes)


def trains_in_summer(row: StudentResult) -> bool:
    """Whether summer training was set: conduct of the year Chưa đạt, and that alone."""
    offered = row.outcome == Outcome.SUMMER_TRAINING or row.conduct_after is not None
    return row.conduct_year == Level.CHUADAT and offered
