"""The statements that write marks: hold a book, put whole rows down in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError

from khue.gradebook.models import SLOTS
from khue.gradebook.queries.books import Book, Count
from khue.gradebook.rules.marks import Mark
from khue.gradebook.services.locking import SHARED
from kit.statements import kept_rows, kept_write, numbers_array

COLUMNS = [*SLOTS, "average"]
# Everyone who writes in a term of a book passes through its line of progress, one after another.
HOLD = """
insert into gradebook_progress
  (class_subject_id, term, school_id, province_id, year, due, entered, changed_at)
{values}
on conflict (class_subject_id, term) do update set changed_at = excluded.changed_at
returning due, entered
"""
HOLD_BOOK = HOLD.format(values="values (%s, %s, %s, %s, %s, 0, 0, %s)")
# The lock of the term is taken before the row is looked for. What closes a book is asked in a
# statement of its own: this one has looked at the tables before it waited.
HOLD_TERM_AND_BOOK = "".join(
    [
        f"with shared as materialized ({SHARED})",
        HOLD.format(values="select %s, %s, %s, %s, %s, 0, 0, %s from shared"),
    ]
)
# `version` is the one that was read, plus one; a row that moved meanwhile does not match.
WRITE = f"""
insert into gradebook_markrow as kept
  (year, class_subject_id, term, student_id, school_id, province_id, {", ".join(COLUMNS)}, version)
select %s, %s, %s, given.student_id, %s, %s, {", ".join(f"given.{one}" for one in COLUMNS)},
  given.version
from unnest(%s::bigint[], {", ".join("%s::smallint[]" for _ in COLUMNS)}, %s::int[])
  as given (student_id, {", ".join(COLUMNS)}, version)
on conflict (year, class_subject_id, term, student_id) do update set
  {", ".join(f"{one} = excluded.{one}" for one in COLUMNS)}, version = excluded.version
where kept.version = excluded.version - 1
"""  # noqa: S608  (put together from our own column names)


class MovedMeanwhile(OperationalError):
    """A row changed between reading and writing by someone who did not hold the book: try again."""


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """A whole row as it shall stand; `version` is the one that was read (0 for a new row)."""

    student_id: int
    marks: Mapping[str, Mark]
    average: Mark
    version: int


def hold_book(book: Book, term: int, now: datetime) -> None:
    """Wait for those who write in this term of the book now, and keep others waiting."""
    kept_rows(HOLD_BOOK, _line_of(book, term, now))


def hold_term_and_book(book: Book, term: int, now: datetime) -> Count:
    """Share the lock of the school's term, then hold the book; return its count as it stands.

    One statement for hold_term(SHARED, …) and hold_book.
    """
    of_term = [book.school_id % 2**31, book.year * 10 + term]
    return Count(*kept_rows(HOLD_TERM_AND_BOOK, [*of_term, *_line_of(book, term, now)])[0])


def _line_of(book: Book, term: int, now: datetime) -> list[Any]:
    return [book.id, term, book.school_id, book.province_id, book.year, now]


def write_rows(book: Book, term: int, rows: Sequence[WrittenRow]) -> None:
    """Write all rows in one statement."""
    columns: list[list[Mark]] = [
        [row.student_id for row in rows],
        *[[row.marks.get(slot) for row in rows] for slot in SLOTS],
        [row.average for row in rows],
        [row.version + 1 for row in rows],
    ]
    where = [book.year, book.id, term, book.school_id, book.province_id]
    if kept_write(WRITE, [*where, *map(numbers_array, columns)]) != len(rows):
        raise MovedMeanwhile
