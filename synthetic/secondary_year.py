"""The year of a class from grade 6 on: books of marks, corrections, results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from khue.gradebook.rules.marks import Mark, print_mark_cell
from khue.gradebook.rules.slots import EVERY_SLOT, SPOKEN_TERMS, slot_label
from khue.gradebook.rules.states import State
from khue.ledger.api import Change
from synthetic.chance import stream
from synthetic.marks import (
    LATEST_DAYS,
    BookTerm,
    columns_by,
    due_and_entered,
    likings,
    mark_rows,
)
from synthetic.pace import state_of
from synthetic.plan import PlannedBook, PlannedClass
from synthetic.pupils import Seat
from synthetic.results import YearBook, YearClass, pupil_row, results_of, subject_rows
from synthetic.year_frame import Frame, Person, book_term, seats_of
from synthetic.year_rows import Row, Rows

REASON = "Cộng sót điểm câu cuối, đã xem lại bài cùng học sinh"
FIRST_CELL, AVERAGE = 6, 14


@dataclass(frozen=True)
class BookRows:
    """What stands in a book in a term."""

    book: BookTerm
    planned: PlannedBook
    rows: list[Row]
    pupils: int


def write_secondary(
    frame: Frame, one: PlannedClass, missed: dict[int, tuple[int, int]], rows: Rows
) -> None:
    """Everything of a class from grade 6 on."""
    seats = seats_of(frame.seed, one)
    books = list(_books(frame, one, seats))
    if frame.when.is_over(2):
        _correct(frame, one, books, rows)
    for book in books:
        rows.add("gradebook_markrow", book.rows)
        rows.add("gradebook_progress", [_progress(frame, book)])
        rows.changes += _told(frame, one, book)
        term = book.book.term
        if frame.when.is_over(term):
            at = frame.when.closing_time(term)
            rows.add("gradebook_bookstate", state_rows(frame, one, book.planned, term, at))
    _write_results(frame, one, seats, books, missed, rows)


def _books(frame: Frame, one: PlannedClass, seats: Sequence[Seat]) -> Iterator[BookRows]:
    for planned in one.books:
        if planned.regular_marks == 0:
            continue
        usual = likings(frame.seed, frame.key_of(one, planned.subject), seats)
        late = stream(frame.seed, "late", planned.teacher_id % 997).randrange(LATEST_DAYS)
        for term in (1, 2):
            book = book_term(frame, one, planned, term)
            taught = planned.periods[term - 1] > 0
            made = list(_rows(frame, book, seats, usual, late)) if taught else []
            yield BookRows(book, planned, made, len(seats) if taught else 0)


def _rows(
    frame: Frame, book: BookTerm, seats: Sequence[Seat], usual: Sequence[float], late: int
) -> Iterator[Row]:
    when = frame.when
    columns = columns_by(book, when.terms[book.term - 1], when.until, late)
    running = not when.is_over(book.term)
    yield from mark_rows(frame.seed, book, columns, seats, usual, running=running)


def _progress(frame: Frame, made: BookRows) -> Row:
    book = made.book
    due, entered = due_and_entered(book, made.rows, made.pupils)
    return progress_row(frame, (book.id, book.term), due, entered)


def progress_row(frame: Frame, where: tuple[int, int], due: int, entered: int) -> Row:
    """As gradebook_progress keeps it."""
    school = frame.school
    at = frame.when.closing_time(where[1]) if frame.when.is_over(where[1]) else frame.now
    return (*where, school.id, school.province_id, frame.year, due, entered, at)


def state_rows(
    frame: Frame, one: PlannedClass, book: PlannedBook, period: int, at: datetime
) -> Iterator[Row]:
    """How far a book was closed: approved, or on its way; an open book has no row."""
    school, state = frame.school, state_of(frame, one, period)
    doers = {State.TEACHER_DONE: book.teacher_id, State.HOMEROOM_CONSOLIDATED: one.homeroom_id}
    if state is not State.OPEN:
        doer = frame.person(doers[state]) if state in doers else frame.principal
        where = (book.id, period, school.id, school.province_id, frame.year)
        yield (*where, state.value, min(at, frame.now), doer.name)


def _told(frame: Frame, one: PlannedClass, made: BookRows) -> Iterator[Change]:
    """One entry for a book of a term: how many rows came."""
    if made.rows:
        term = made.book.term
        label = f"Nhập điểm {made.planned.subject} {one.name}, {SPOKEN_TERMS[term]}"
        yield imported(frame, made.book.id, term, label, len(made.rows))


def imported(frame: Frame, book: int, period: int, label: str, many: int) -> Change:
    """A book that came in one act, as an import does."""
    return Change(
        subject=f"class_subject:{book}.{period}",
        action="import",
        label=label,
        new={"rows": many},
        reason="Dựng tỉnh tổng hợp",
        school_id=frame.school.id,
        province_id=frame.school.province_id,
    )


def _correct(frame: Frame, one: PlannedClass, books: Sequence[BookRows], rows: Rows) -> None:
    """In every class one mark was put right after the book had been closed."""
    found = [book for book in books if book.rows and not book.book.by_comment]
    if not found:
        return
    random = stream(frame.seed, "corrections", frame.key_of(one))
    book = random.choice(found)
    place = random.randrange(len(book.rows))
    row = book.rows[place]
    new = row[FIRST_CELL]
    if new is None or new < 0:
        return
    book.rows[place] = (*row[:-1], 2)
    old = new - 10 if new > 50 else new + 10
    rows.add("gradebook_correction", [_correction(frame, one, book, row, (old, new))])
    rows.changes.append(_corrected(frame, one, book, row, (old, new)))


def _correction(
    frame: Frame, one: PlannedClass, made: BookRows, row: Row, marks: tuple[int, int]
) -> Row:
    teacher, homeroom = frame.person(made.planned.teacher_id), frame.person(one.homeroom_id)
    term, school = made.book.term, frame.school
    asked, answered = (frame.when.closing_time(term, minutes) for minutes in (20, 50))
    where = (frame.year, row[3], school.id, school.province_id, made.book.id, term, EVERY_SLOT[0])
    who = (*_asks(teacher), asked, homeroom.name, answered, frame.principal.name, answered)
    return (*where, *marks, REASON, "applied", True, *who, "")


def _asks(person: Person) -> tuple[int, str]:
    return person.account_id, person.name


def _corrected(
    frame: Frame, one: PlannedClass, made: BookRows, row: Row, marks: tuple[int, int]
) -> Change:
    term, title = made.book.term, f"{made.planned.subject} {one.name}"
    return Change(
        subject=f"mark:{made.book.id}.{term}.{row[3]}",
        action="correct",
        label=f"{slot_label(EVERY_SLOT[0])}, {title}, {SPOKEN_TERMS[term]}",
        old=print_mark_cell(marks[0]),
        new=print_mark_cell(marks[1]),
        reason=REASON,
        school_id=frame.school.id,
        province_id=frame.school.province_id,
    )


def _write_results(
    frame: Frame,
    one: PlannedClass,
    seats: Sequence[Seat],
    books: Sequence[BookRows],
    missed: dict[int, tuple[int, int]],
    rows: Rows,
) -> None:
    year = _year_class(frame, one)
    for ended in results_of(frame.seed, year, seats, _averages(books), missed):
        rows.add("gradebook_subjectresult", subject_rows(year, ended))
        rows.add("gradebook_studentresult", [pupil_row(year, ended)])


def _averages(books: Sequence[BookRows]) -> dict[tuple[int, int], tuple[Mark, Mark]]:
    found: dict[tuple[int, int], tuple[Mark, Mark]] = {}
    for made in books:
        for row in made.rows:
            key = (made.book.id, row[3])
            first, second = found.get(key, (None, None))
            mark = row[AVERAGE]
            found[key] = (mark, second) if made.book.term == 1 else (first, mark)
    return found


def _year_class(frame: Frame, one: PlannedClass) -> YearClass:
    school, when = frame.school, frame.when
    books = [
        YearBook(
            book.id,
            book.form == "comment",
            book.status == "optional",
            (book.periods[0] > 0, book.periods[1] > 0),
        )
        for book in one.books
        if book.regular_marks > 0
    ]
    over = (when.is_over(1), when.is_over(2), when.summer_is_over)
    key = frame.key_of(one)
    return YearClass(one.id, key, one.year, one.level, school.id, school.province_id, books, *over)
