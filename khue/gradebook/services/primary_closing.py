"""Whether a primary sheet may be written in now; re-assessment stands outside the closed year."""

from __future__ import annotations

from datetime import datetime

from khue.gradebook.queries.books import Book
from khue.gradebook.queries.primary_year import ClassFacts
from khue.gradebook.rules.primary import AGAIN
from khue.gradebook.services.states import class_closed_sentence, closed_sentence


def closed_levels(book: Book, point: int, now: datetime) -> str:
    """Why the sheet of a subject is closed, "" when it is open."""
    return "" if point == AGAIN else closed_sentence(book, point, now)


def closed_qualities(facts: ClassFacts, point: int, now: datetime) -> str:
    """Why the qualities of a class are closed, "" when they are open."""
    return "" if point == AGAIN else class_closed_sentence(facts.id, point, now)
