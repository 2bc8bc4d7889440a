"""Trạng thái sổ điểm: whether a book, or the work on a class, may be written in."""

from __future__ import annotations

from datetime import datetime

from khue.gradebook.queries.books import Book
from khue.gradebook.queries.states import (
    class_closing_of,
    class_closing_sentence,
    closing_of,
    closing_sentence,
)
from kit.dates import vietnam_day


def closed_sentence(book: Book, period: int, now: datetime) -> str:
    """Why this book may not be written in now ("" when it may); one statement.

    `period`: the term, or the point of a primary class. The caller holds the term's shared lock
    and the book, so nothing closes between the answer and the writing.
    """
    closing = closing_of(book.class_id, book.id, period)
    return closing_sentence(closing, book.title, period, vietnam_day(now))


def class_closed_sentence(class_id: int, period: int, now: datetime) -> str:
    """Why the work of the homeroom teacher on a class (conduct, remarks, absences) is closed.

    "" when it is open: until the class is consolidated. The caller holds the term's shared lock.
    """
    del now
    return class_closing_sentence(class_closing_of(class_id, period), period)
