"""Sổ điểm: the marks of a class subject in a term, as far as they are entered by a day.

Rows are what gradebook_markrow keeps; averages come from the rules of the gradebook itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from khue.gradebook.rules.marks import EXCUSED_PENDING, FAILED, PASSED, ZERO_BY_RULE, Mark
from khue.gradebook.rules.tt22 import subject_semester
from synthetic.chance import ladder, near, stream
from synthetic.pupils import Seat

COLUMNS = (
    *("year", "class_subject_id", "term", "student_id", "school_id", "province_id"),
    *("tx1", "tx2", "tx3", "tx4", "tx5", "tx6", "gk", "ck", "average", "version"),
)
SLOTS = 8
MIDTERM, FINAL = 6, 7
LIKING = 5.5
SPREAD_REGULAR, SPREAD_TEST = 9, 8
LATEST_DAYS = 9
# When the marks of a term are entered, as a share of its days.
FIRST_MARK, LAST_MARK, MIDTERM_AT, FINAL_AT = 0.2, 0.86, 0.58, 0.95
# One cell in so many waits for a make-up test (a running term), or was missed without reason.
WAITS, MISSED = 250, 900
UNSURE = 42.0
Row = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class BookTerm:
    """A class subject in a term: where it stands, its columns and its form of assessment."""

    id: int
    key: str
    year: int
    term: int
    school_id: int
    province_id: int
    regular: int
    by_comment: bool

    @property
    def slots(self) -> tuple[int, ...]:
        """Places of the columns that the term requires."""
        return (*range(self.regular), MIDTERM, FINAL)


@dataclass(frozen=True, slots=True)
class Span:
    """Học kì: its first and its last day."""

    first: date
    last: date

    def at(self, share: float) -> date:
        return self.first + timedelta(days=int((self.last - self.first).days * share))


Column = tuple[int, date]


def columns_by(book: BookTerm, span: Span, until: date, late: int) -> list[Column]:
    """The columns that stand in the book on a day, each with the day on which it was filled."""
    step = (LAST_MARK - FIRST_MARK) / max(1, book.regular - 1)
    shares = [FIRST_MARK + step * place for place in range(book.regular)]
    places = zip(book.slots, (*shares, MIDTERM_AT, FINAL_AT), strict=True)
    days = [(slot, min(span.last, span.at(share) + timedelta(days=late))) for slot, share in places]
    return [(slot, day) for slot, day in days if day <= until]


def likings(seed: int, key: str, seats: Sequence[Seat]) -> list[float]:
    """What each pupil usually reaches in this subject, all year."""
    random = stream(seed, "liking", key)
    return [random.gauss(seat.usual, LIKING) for seat in seats]


def mark_rows(
    seed: int,
    book: BookTerm,
    columns: Sequence[Column],
    seats: Sequence[Seat],
    usual: Sequence[float],
    *,
    running: bool,
) -> Iterator[Row]:
    """One row for each pupil who has a mark; `running`: the term is not over yet."""
    if not columns:
        return
    random = stream(seed, "marks", book.key, book.term)
    complete = len(columns) == len(book.slots)
    for seat, reached in zip(seats, usual, strict=True):
        cells = _cells(random, book, columns, seat, reached)
        _disturb(random, cells, columns, running=running)
        if any(mark is not None for mark in cells):
            yield _row(book, seat, cells, complete=complete)


def _cells(
    random: Random, book: BookTerm, columns: Sequence[Column], seat: Seat, reached: float
) -> list[Mark]:
    """Eight cells: a mark where the pupil was in the class when the column was filled."""
    drawn, cells = random.randbytes(SLOTS), [None] * SLOTS
    found: list[Mark] = list(cells)
    for slot, day in columns:
        if seat.ends_on is None or day <= seat.ends_on:
            found[slot] = _mark(book, slot, drawn[slot], reached)
    return found


def _mark(book: BookTerm, slot: int, drawn: int, reached: float) -> int:
    if book.by_comment:
        return FAILED if reached < UNSURE and drawn < 40 else PASSED
    if slot < MIDTERM:
        return ladder(near(reached), SPREAD_REGULAR, test=False)[drawn]
    return ladder(near(reached), SPREAD_TEST, test=True)[drawn]


def _disturb(
    random: Random, cells: list[Mark], columns: Sequence[Column], *, running: bool
) -> None:
    """Now and then a pupil was away when a column was filled."""
    drawn = random.getrandbits(16)
    slot = columns[-1][0]
    if cells[slot] is None:
        return
    if running and drawn % WAITS == 0:
        cells[slot] = EXCUSED_PENDING
    elif drawn % MISSED == 1:
        cells[columns[0][0]] = ZERO_BY_RULE


def _row(book: BookTerm, seat: Seat, cells: Sequence[Mark], *, complete: bool) -> Row:
    average = average_of(book, cells) if complete else None
    where = (book.year, book.id, book.term, seat.student_id, book.school_id, book.province_id)
    return (*where, *cells, average, 1)


def average_of(book: BookTerm, cells: Sequence[Mark]) -> Mark:
    """Kết quả học kì of the subject, by the rule of the gradebook."""
    regular = cells[: book.regular]
    return subject_semester(regular, cells[MIDTERM], cells[FINAL], by_comment=book.by_comment)


def due_and_entered(book: BookTerm, rows: Sequence[Row], pupils: int) -> tuple[int, int]:
    """Tiến độ: assessments that the term requires of so many pupils, and those that are settled."""
    settled = sum(
        row[6 + slot] is not None and row[6 + slot] != EXCUSED_PENDING
        for row in rows
        for slot in book.slots
    )
    return pupils * len(book.slots), settled
