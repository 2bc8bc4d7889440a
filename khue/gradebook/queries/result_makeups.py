"""Chờ kiểm tra bù: assessments missed with a reason that nobody has made up for yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from khue.access.api import Actor, permit
from khue.gradebook.queries.books import Book, find_book
from khue.gradebook.queries.grid import PupilRow, pupils_of
from khue.gradebook.rules.marks import EXCUSED_PENDING

ENTER = "gradebook.enter_marks"


@dataclass(frozen=True, slots=True)
class Makeup:
    """One assessment that waits: of whom, which column, and what the column is called."""

    student_id: int
    name: str
    slot: str
    title: str


def pending_makeups(book_id: int, term: int, today: date) -> list[Makeup]:
    """Every cell at P of pupils of whom it is asked; the caller passes the gate.

    Within the term they are made up for, or become KP: zero points, Chưa đạt.
    Law: TT 22/2021/TT-BGDĐT, Điều 7
    """
    book = find_book(book_id).in_term(term)
    return _waiting(book, term, pupils_of(book, term, today))


def _waiting(book: Book, term: int, pupils: Sequence[PupilRow]) -> list[Makeup]:
    return [
        Makeup(pupil.student_id, pupil.name, slot, book.slot_title(slot))
        for pupil in pupils
        if pupil.is_due(term)
        for slot in book.slots
        if pupil.marks[slot] == EXCUSED_PENDING
    ]


def makeups_of_book(
    actor: Actor, class_subject_id: int, term: int, today: date
) -> tuple[Book, list[Makeup]]:
    """The same for the teacher of the book."""
    book = find_book(class_subject_id)
    permit(actor, ENTER, book.place)
    return book, pending_makeups(class_subject_id, term, today)
