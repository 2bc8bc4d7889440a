"""Nhận điểm của học sinh chuyển đến: marks of the running term, results of finished ones.

From another class of the platform by one act; from elsewhere typed by the office, with the
number of the document. A finished term is read-only here; what is wrong with it is put right by
whoever recorded it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor
from khue.gradebook.models import CarriedResult, MarkRow, StudentResult
from khue.gradebook.queries.books import Book
from khue.gradebook.queries.grid import subject_of
from khue.gradebook.queries.result_arrivals import Arrival, Arrivals, Offer, arrivals_of_class
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import Mark, parse_cell, print_mark_cell
from khue.gradebook.rules.slots import SPOKEN_TERMS, term_result
from khue.gradebook.services.counting import count_book
from khue.gradebook.services.locking import SHARED, hold_term
from khue.gradebook.services.results import refresh_results
from khue.gradebook.services.states import class_closed_sentence, closed_sentence
from khue.gradebook.services.writing import WrittenRow, hold_book, write_rows
from khue.ledger.api import Author, Change, Operation, append_changes
from kit.fences import EVERYTHING, scoped
from kit.refusal import Refusal


class BringRefused(Exception):
    """Nothing was brought; the text is the sentence for the person."""

    def __init__(self, key: str, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.key, self.field = key, field


@dataclass(frozen=True, slots=True)
class Brought:
    """What came along: assessments, results of finished terms, books that were closed."""

    marks: int
    results: int
    closed: Sequence[str] = ()


# A result of a term: of which book and term, what stood there, what stands there now.
_Cell = tuple[Book, int, Mark, Mark]


@dataclass(slots=True)
class _Move:
    """One pupil on the way: who does it, when, from where, into which class."""

    operation: Operation
    page: Arrivals
    pupil: Arrival

    @property
    def source(self) -> str:
        return f"lớp {self.pupil.former_name}, {self.pupil.former_school}"

    @property
    def now(self) -> datetime:
        return self.operation.at


def bring_marks(*, actor: Actor, now: datetime, class_id: int, student_id: int) -> Brought:
    """Nhận điểm từ lớp cũ trên hệ thống; done twice, the second time finds nothing to bring.

    Empty cells of the running term take the marks of the former class; finished terms become
    read-only results. A book that is closed takes nothing and is named.
    Raises BringRefused, Refused, OutsidePlace.
    """
    arrivals_of_class(actor, class_id, [])
    with transaction.atomic():
        page, pupil = _opened(actor, class_id, student_id)
        _hold(page, pupil.term, now)
        page, pupil = _opened(actor, class_id, student_id)
        if pupil.former_class is None:
            sentence = f"{pupil.name} không có lớp cũ trên hệ thống trong năm học này."
            raise BringRefused("NO_FORMER_CLASS", sentence)
        move = _Move(Operation(Author(actor.account_id, actor.name), now), page, pupil)
        closed, marks = _bring_marks(move)
        results = _carry(move)
        _bring_conduct(move)
        _refresh(class_id, pupil.former_class, student_id, now)
    return Brought(marks, results, closed)


def _refresh(class_id: int, former: int, student_id: int, now: datetime) -> None:
    """Both classes, in the order of their numbers; the former one decides nothing any more."""
    with scoped(EVERYTHING):
        for one in sorted((class_id, former)):
            refresh_results(class_id=one, now=now, student_ids=[student_id])


def _opened(actor: Actor, class_id: int, student_id: int) -> tuple[Arrivals, Arrival]:
    page = arrivals_of_class(actor, class_id, [student_id])
    if not page.pupils:
        raise BringRefused(
            "NOT_HERE", "Học sinh này không có trong danh sách chuyển đến của lớp.", "student"
        )
    return page, page.pupils[0]


def _hold(page: Arrivals, term: int, now: datetime) -> None:
    first = page.books[0]
    hold_term(SHARED, first.school_id, first.year, term)
    for book in sorted(page.books, key=lambda one: one.id):
        hold_book(book, term, now)


def _bring_marks(move: _Move) -> tuple[list[str], int]:
    closed: list[str] = []
    count = 0
    for offer in move.pupil.offers:
        if not offer.marks:
            continue
        if closed_sentence(offer.book, move.pupil.term, move.now):
            closed.append(offer.book.subject_name)
            continue
        _bring_into(move, offer)
        count += len(offer.marks)
    return closed, count


def _bring_into(move: _Move, offer: Offer) -> None:
    """Put the marks of one subject into the empty cells of its row here."""
    term, student_id = move.pupil.term, move.pupil.student_id
    book = offer.book.in_term(term)
    row = MarkRow.objects.filter(
        year=book.year, class_subject_id=book.id, term=term, student_id=student_id
    ).first()
    standing = {slot: getattr(row, slot) if row else None for slot in book.slots}
    marks = {**standing, **offer.marks}
    average = term_result(marks, book.regular_marks, by_comment=book.by_comment)
    version = row.version if row else 0
    write_rows(book, term, [WrittenRow(student_id, marks, average, version)])
    changes = [_bring_change(move, book, slot, mark) for slot, mark in offer.marks.items()]
    append_changes(move.operation, changes)
    count_book(book.id, book.year, term, move.now)


def _bring_change(move: _Move, book: Book, slot: str, mark: Mark) -> Change:
    term = move.pupil.term
    return Change(
        subject=subject_of(book.id, term, move.pupil.student_id),
        action="bring",
        label=f"{book.slot_label(slot)}, {book.title}, {SPOKEN_TERMS[term]}",
        old=None,
        new=print_mark_cell(mark),
        reason=f"Chuyển đến từ {move.source}",
        school_id=book.school_id,
        province_id=book.province_id,
    )


def _carry(move: _Move) -> int:
    """Finished terms of the former class, read-only from now on."""
    wanted = [
        (offer, term, result) for offer in move.pupil.offers for term, result in offer.results
    ]
    rows = [
        _carried(
            offer.book,
            move.pupil.student_id,
            term,
            result,
            move.pupil.former_school,
            marks=_former_marks(offer, term, move.pupil.student_id),
        )
        for offer, term, result in wanted
    ]
    CarriedResult.objects.bulk_create(rows)
    cells: list[_Cell] = [(offer.book, term, None, result) for offer, term, result in wanted]
    _tell_carried(move.operation, move.pupil.student_id, cells, f"Từ {move.source}")
    for offer, term, _ in wanted:
        count_book(offer.book.id, offer.book.year, term, move.now)
    return len(rows)


def _former_marks(offer: Offer, term: int, student_id: int) -> dict[str, Mark]:
    with scoped(EVERYTHING):
        row = MarkRow.objects.get(
            year=offer.book.year,
            class_subject_id=offer.from_book,
            term=term,
            student_id=student_id,
        )
    return {slot: getattr(row, slot) for slot in offer.book.slots}


def _carried(
    book: Book,
    student_id: int,
    term: int,
    value: int,
    school: str,
    *,
    document: str = "",
    marks: Mapping[str, Mark] | None = None,
) -> CarriedResult:
    return CarriedResult(
        year=book.year,
        student_id=student_id,
        school_id=book.school_id,
        province_id=book.province_id,
        subject_id=book.subject_id,
        term=term,
        value=value,
        marks=dict(marks or {}),
        from_school=school[:200],
        document=document[:100],
    )


def _tell_carried(
    operation: Operation, student_id: int, cells: Sequence[_Cell], reason: str
) -> None:
    changes = [
        Change(
            subject=subject_of(book.id, term, student_id),
            action="bring",
            label=f"Kết quả {SPOKEN_TERMS[term]} chuyển đến, {book.title}",
            old=print_mark_cell(old) or None,
            new=print_mark_cell(new) or None,
            reason=reason,
            school_id=book.school_id,
            province_id=book.province_id,
        )
        for book, term, old, new in cells
    ]
    append_changes(operation, changes)


def _bring_conduct(move: _Move) -> None:
    """Kết quả rèn luyện of a finished term goes along where none stands here yet."""
    page, pupil = move.page, move.pupil
    if pupil.term < 2:
        return
    with scoped(EVERYTHING):
        former = StudentResult.objects.filter(
            year=page.year, school_class_id=pupil.former_class, student_id=pupil.student_id
        ).first()
    if former is None or former.conduct1 is None:
        return
    book = page.books[0]
    kept, _ = StudentResult.objects.get_or_create(
        year=page.year,
        school_class_id=page.class_id,
        student_id=pupil.student_id,
        defaults={"school_id": book.school_id, "province_id": book.province_id},
    )
    if kept.conduct1 is not None:
        return
    StudentResult.objects.filter(
        year=page.year, school_class_id=page.class_id, student_id=pupil.student_id
    ).update(conduct1=former.conduct1, version=kept.version + 1)
    change = Change(
        subject=f"result:{page.class_id}.{pupil.student_id}",
        action="bring",
        label="Kết quả rèn luyện học kì I",
        old=None,
        new=Level(former.conduct1).name_vi,
        reason=f"Chuyển đến từ {move.source}",
        school_id=book.school_id,
        province_id=book.province_id,
    )
    append_changes(move.operation, [change])


def record_carried_results(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    student_id: int,
    term: int,
    typed: Mapping[int, str],
    from_school: str,
    document: str,
) -> int:
    """Ghi kết quả học kì của trường cũ ngoài hệ thống; return how many values changed.

    `typed`: by class subject, as typed ("7,5", "Đ"); an empty text takes the result away.
    Raises BringRefused, Refused, OutsidePlace.
    """
    page, pupil = _opened(actor, class_id, student_id)
    if term not in pupil.finished_terms:
        raise BringRefused("NO_TERM", "Hãy chọn học kì học sinh đã học ở trường cũ.", "term")
    if len(from_school.strip()) < 3 or len(document.strip()) < 3:
        raise BringRefused(
            "NO_SOURCE", "Hãy ghi tên trường cũ và số văn bản kèm theo.", "from_school"
        )
    values = _read_typed(page, typed)
    with transaction.atomic():
        _hold(page, term, now)
        closed = class_closed_sentence(class_id, term, now)
        if closed:
            raise BringRefused("CLOSED", closed)
        operation = Operation(Author(actor.account_id, actor.name), now)
        source = (from_school.strip(), document.strip())
        changed = _put_carried(operation, page, student_id, term, values, source)
        refresh_results(class_id=class_id, now=now, student_ids=[student_id])
    return changed


def _read_typed(page: Arrivals, typed: Mapping[int, str]) -> dict[int, Mark]:
    """Values by class subject; only real results, no P and no KP."""
    books = {book.id: book for book in page.books}
    values: dict[int, Mark] = {}
    for book_id, text in typed.items():
        book = books.get(book_id)
        if book is None:
            raise BringRefused("NO_SUBJECT", "Lớp không học môn này. Hãy tải lại trang.")
        value = parse_cell(text, by_comment=book.by_comment)
        if isinstance(value, Refusal):
            raise BringRefused(value.key, f"{book.subject_name}: {value}", f"book-{book_id}")
        if value is not None and value < 0:
            sentence = f"{book.subject_name}: hãy ghi kết quả của học kì, không ghi P hay KP."
            raise BringRefused("NO_RESULT", sentence, f"book-{book_id}")
        values[book_id] = value
    return values


def _put_carried(
    operation: Operation,
    page: Arrivals,
    student_id: int,
    term: int,
    values: Mapping[int, Mark],
    source: tuple[str, str],
) -> int:
    standing = {
        row.subject_id: row
        for row in CarriedResult.objects.filter(student_id=student_id, year=page.year, term=term)
    }
    cells: list[_Cell] = []
    for book in page.books:
        old = standing.get(book.subject_id)
        was, new = old.value if old else None, values.get(book.id, old.value if old else None)
        if was == new:
            continue
        if old is not None:
            CarriedResult.objects.filter(pk=old.pk).delete()
        if new is not None:
            _carried(book, student_id, term, new, source[0], document=source[1]).save()
        cells.append((book, term, was, new))
        count_book(book.id, book.year, term, operation.at)
    _tell_carried(operation, student_id, cells, f"Từ {source[0]}, {source[1]}")
    return len(cells)
