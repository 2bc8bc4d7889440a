"""Ghi sổ đánh giá tiểu học: levels, test marks and remarks of a subject; qualities of a class."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection, models, transaction

from khue.access.api import Actor, permit
from khue.gradebook.models import PrimaryRow, QualityRow
from khue.gradebook.queries.books import Book, find_book
from khue.gradebook.queries.comments import texts_of
from khue.gradebook.queries.primary import (
    Sheet,
    level_rows,
    primary_class,
    quality_rows,
    subject_of_levels,
    subject_of_qualities,
)
from khue.gradebook.queries.primary_year import CELLS, SLOTS, ClassFacts
from khue.gradebook.rules.phrases import PARTS
from khue.gradebook.rules.primary import (
    AGAIN,
    SPOKEN,
    YEAR_END,
    columns_of,
    quality_columns,
    term_of_point,
)
from khue.gradebook.rules.sheet_cells import Column, Value, base_of
from khue.gradebook.services.cells import CellChange
from khue.gradebook.services.comments import CommentChange, CommentOutcome, write_comments
from khue.gradebook.services.locking import SHARED, hold_term
from khue.gradebook.services.primary_cells import (
    Desk,
    Outcome,
    note,
    operation_of,
    settle,
    written_rows,
)
from khue.gradebook.services.primary_closing import closed_levels, closed_qualities
from khue.gradebook.services.primary_counting import count_primary_book
from khue.gradebook.services.primary_results import refresh_primary_results
from khue.gradebook.services.writing import hold_book
from khue.ledger.api import Operation
from kit.dates import vietnam_day

_CLASS_LOCK = "select pg_advisory_xact_lock(%s, %s)"


class UnknownPoint(ValueError):
    """The year has four points, and one for what is assessed again."""


@dataclass(frozen=True, slots=True)
class SavedCells:
    """The answer to one save: an outcome for every cell, and how far the sheet has come."""

    outcomes: list[Outcome]
    due: int
    entered: int


def _known(point: int) -> None:
    if point not in SPOKEN:
        raise UnknownPoint(point)


@transaction.atomic
def enter_levels(
    *,
    actor: Actor,
    now: datetime,
    class_subject_id: int,
    point: int,
    changes: Sequence[CellChange],
    operation_id: uuid.UUID | None = None,
    reason: str = "",
) -> SavedCells:
    """Ghi mức đạt được, điểm kiểm tra định kì, nhận xét; sent twice it is written once.

    Law: TT 27/2020/TT-BGDĐT, Điều 7
    """
    _known(point)
    book = find_book(class_subject_id)
    permit(actor, "gradebook.enter_marks", book.place)
    facts = primary_class(book.class_id)
    operation = operation_of(actor, now, operation_id)
    hold_term(SHARED, book.school_id, book.year, term_of_point(point))
    hold_book(book, term_of_point(point), now)
    cells = [one for one in changes if one.slot != "comment"]
    desk = _level_desk(facts, book, point, operation)
    desk.reason = reason
    outcomes, strokes = settle(desk, cells)
    _put_levels(book, point, written_rows(desk, strokes))
    note(desk, strokes)
    told = [one for one in changes if one.slot == "comment" and point != AGAIN]
    for act, why, wanted in _acts(operation, reason, told):
        outcomes += _tell(actor, act, book, point, wanted, why)
    _follow(facts, point, now, {stroke.student_id for stroke in strokes})
    count_primary_book(book.id, book.year, term_of_point(point), now)
    return _answer(facts, book, point, operation, outcomes)


def _level_desk(facts: ClassFacts, book: Book, point: int, operation: Operation) -> Desk:
    columns = columns_of(book.subject_name, facts.numbers, point)
    rows = level_rows(facts, book, point, columns, vietnam_day(operation.at))
    closed = closed_levels(book, point, operation.at)
    return Desk(
        title=f"{book.title}, {SPOKEN[point]}",
        columns={one.slot: one for one in columns if one.slot != "comment"},
        rows={row.student_id: row for row in rows},
        subject=lambda student: subject_of_levels(book.id, point, student),
        closed=closed,
        operation=operation,
        school_id=book.school_id,
        province_id=book.province_id,
    )


def _put(model: type[models.Model], rows: list[models.Model], columns: Iterable[str]) -> None:
    place = "class_subject" if model is PrimaryRow else "school_class"
    model._default_manager.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["year", place, "point", "student"],
        update_fields=[*columns],
    )


def _put_levels(book: Book, point: int, rows: Mapping[int, Mapping[str, Value]]) -> None:
    made: list[models.Model] = [
        PrimaryRow(
            year=book.year,
            class_subject_id=book.id,
            point=point,
            student_id=student,
            school_id=book.school_id,
            province_id=book.province_id,
            **{slot: row[slot] for slot in CELLS},
        )
        for student, row in rows.items()
    ]
    _put(PrimaryRow, made, CELLS)


def _acts(
    operation: Operation, reason: str, changes: Sequence[CellChange]
) -> Iterator[tuple[Operation, str, list[CellChange]]]:
    """Remarks that come of acts of their own are such acts in the ledger too."""
    acts: dict[tuple[uuid.UUID, str], list[CellChange]] = {}
    for one in changes:
        acts.setdefault((one.operation or operation.id, one.reason or reason), []).append(one)
    for (key, why), wanted in acts.items():
        yield replace(operation, id=key), why, wanted


def _tell(
    actor: Actor,
    operation: Operation,
    book: Book,
    point: int,
    changes: Sequence[CellChange],
    reason: str,
) -> list[Outcome]:
    """The remarks: one text here, kept in the first part of the comment; the others go into it."""
    texts = texts_of(book, point)
    wanted = [
        change
        for one in changes
        for change in _parts(one, texts.get(one.student_id) or dict.fromkeys(PARTS, ""))
    ]
    written = write_comments(
        actor=actor,
        now=operation.at,
        class_subject_id=book.id,
        period=point,
        changes=wanted,
        operation_id=operation.id,
        reason=reason,
    )
    first = next(iter(PARTS))
    now_stands = texts_of(book, point)
    return [
        _remark_outcome(one, " ".join(filter(None, now_stands.get(one.student_id, {}).values())))
        for one in written
        if one.part == first
    ]


def _parts(change: CellChange, texts: Mapping[str, str]) -> list[CommentChange]:
    """One change for each part that moves; a base that is no longer there makes a conflict."""
    stands = " ".join(filter(None, texts.values()))
    wanted = " ".join(str(change.value or "").split())
    fresh = base_of(stands) == change.base or stands == wanted
    first, *rest = PARTS
    base = texts[first] if fresh else f"{texts[first]} …"
    if stands == wanted:
        return [CommentChange(change.student_id, first, texts[first], texts[first])]
    cleared = [
        CommentChange(change.student_id, part, texts[part], "")
        for part in rest
        if texts[part] and fresh
    ]
    return [CommentChange(change.student_id, first, base, wanted), *cleared]


def _remark_outcome(outcome: CommentOutcome, stands: str) -> Outcome:
    value = stands or None
    made = Outcome(outcome.student_id, "comment", outcome.status, value, stands, outcome.sentence)
    return replace(made, author=outcome.author) if outcome.author else made


def _follow(facts: ClassFacts, point: int, now: datetime, students: set[int]) -> None:
    """What was written at the year's end, or assessed again, moves the year's result."""
    if students and point >= YEAR_END:
        refresh_primary_results(class_id=facts.id, now=now, student_ids=students)


def _answer(
    facts: ClassFacts, book: Book | None, point: int, operation: Operation, outcomes: list[Outcome]
) -> SavedCells:
    sheet = _sheet_now(facts, book, point, operation)
    return SavedCells(outcomes, sheet.due, sheet.entered)


def _sheet_now(facts: ClassFacts, book: Book | None, point: int, operation: Operation) -> Sheet:
    today = vietnam_day(operation.at)
    if book is None:
        return Sheet(facts, point, quality_columns(), quality_rows(facts, point, today), None)
    columns = columns_of(book.subject_name, facts.numbers, point)
    return Sheet(facts, point, columns, level_rows(facts, book, point, columns, today), None, book)


@transaction.atomic
def enter_qualities(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    point: int,
    changes: Sequence[CellChange],
    operation_id: uuid.UUID | None = None,
    reason: str = "",
) -> SavedCells:
    """Ghi mức phẩm chất, năng lực và nhận xét của giáo viên chủ nhiệm.

    Law: TT 27/2020/TT-BGDĐT, Điều 8
    """
    _known(point)
    facts = primary_class(class_id)
    permit(actor, "gradebook.assess_pupils", facts.place)
    operation = operation_of(actor, now, operation_id)
    hold_term(SHARED, facts.school_id, facts.year, term_of_point(point))
    hold_class(facts, point)
    desk = _quality_desk(facts, point, operation)
    desk.reason = reason
    outcomes, strokes = settle(desk, changes)
    _put_qualities(facts, point, written_rows(desk, strokes))
    note(desk, strokes)
    _follow(facts, point, now, {stroke.student_id for stroke in strokes})
    return _answer(facts, None, point, operation, outcomes)


def hold_class(facts: ClassFacts, point: int) -> None:
    """One writer at a time in the sheet of a class and point."""
    with connection.cursor() as cursor:
        cursor.execute(_CLASS_LOCK, [facts.id % 2**31, point])


def _quality_desk(facts: ClassFacts, point: int, operation: Operation) -> Desk:
    rows = quality_rows(facts, point, vietnam_day(operation.at))
    columns: list[Column] = quality_columns()
    closed = closed_qualities(facts, point, operation.at)
    return Desk(
        title=f"lớp {facts.name}, {SPOKEN[point]}",
        columns={one.slot: one for one in columns},
        rows={row.student_id: row for row in rows},
        subject=lambda student: subject_of_qualities(facts.id, point, student),
        closed=closed,
        operation=operation,
        school_id=facts.school_id,
        province_id=facts.province_id,
    )


def _put_qualities(facts: ClassFacts, point: int, rows: Mapping[int, Mapping[str, Value]]) -> None:
    made: list[models.Model] = [
        QualityRow(
            year=facts.year,
            school_class_id=facts.id,
            point=point,
            student_id=student,
            school_id=facts.school_id,
            province_id=facts.province_id,
            **{slot: row[slot] for slot in SLOTS},
            remark=str(row["remark"] or ""),
        )
        for student, row in rows.items()
    ]
    _put(QualityRow, made, (*SLOTS, "remark"))
