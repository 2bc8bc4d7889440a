"""Sổ điểm để nhập từ tệp: the books that a sheet may be meant for, and who is in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from khue.access.api import Actor, explain, permit
from khue.gradebook.queries.books import Book, NoSuchBook, find_book, read_class
from khue.gradebook.queries.grid import PupilRow, pupils_of

ENTER = "gradebook.enter_marks"
NOT_YOURS = "Thầy cô không được phân công nhập điểm môn này nên cả trang bị bỏ qua."
SPELLINGS = """
select subject.id, what.spellings from organisations_classsubject subject
join organisations_subject what on what.id = subject.subject_id where subject.id = any(%s)
"""
BORN = "select id, coalesce(born, '') from records_student where id = any(%s)"


@dataclass(frozen=True, slots=True)
class Door:
    """Where an import knocks: the right that it needs at one of `places`, and where it belongs."""

    permission: str
    places: Sequence[str]
    school_id: int
    school_name: str
    place: str
    class_place: str
    year: int


@dataclass(frozen=True, slots=True)
class ImportBook:
    """One term of one book: its pupils with their marks, or why it may not be written in."""

    book: Book
    names: tuple[str, ...]
    refusal: str = ""
    pupils: Sequence[PupilRow] = ()


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """Where a file goes: one book, or every book of a class that the teacher writes in."""

    term: int
    books: Sequence[ImportBook]
    whole_class: bool
    born: Mapping[int, str] = field(default_factory=dict)

    @property
    def first(self) -> Book:
        return self.books[0].book

    @property
    def place(self) -> str:
        return self.first.class_place if self.whole_class else self.first.place

    @property
    def door(self) -> Door:
        book = self.first
        return Door(
            ENTER,
            [one.book.place for one in self.books],
            book.school_id,
            book.school_name,
            self.place,
            book.class_place,
            book.year,
        )

    @property
    def title(self) -> str:
        return f"lớp {self.first.class_name}" if self.whole_class else self.first.title

    @property
    def writable(self) -> list[ImportBook]:
        return [one for one in self.books if not one.refusal]


def open_import_book(actor: Actor, class_subject_id: int, term: int, today: date) -> ImportTarget:
    """One book, for the teacher who enters its marks.

    The other books of the class come without pupils, so that a sheet of another subject is known.
    """
    book = find_book(class_subject_id)
    permit(actor, ENTER, book.place)
    others = [one for one in read_class(book.class_id) if one.id != book.id]
    return _target(actor, [book, *others], term, today, only=book.id)


def open_import_class(actor: Actor, class_id: int, term: int, today: date) -> ImportTarget:
    """The books of a class, for a teacher who enters marks in at least one of them."""
    books = read_class(class_id)
    if not books:
        raise NoSuchBook(class_id)
    permit(actor, ENTER, *[book.place for book in books])
    return _target(actor, books, term, today)


def _target(
    actor: Actor, books: Sequence[Book], term: int, today: date, only: int | None = None
) -> ImportTarget:
    spellings = _spellings([book.id for book in books])
    opened = [
        _open(actor, book, term, today, spellings.get(book.id, ()), only=only) for book in books
    ]
    seen = {pupil.student_id for one in opened for pupil in one.pupils}
    return ImportTarget(term, opened, only is None, born_on(seen))


def _open(
    actor: Actor,
    book: Book,
    term: int,
    today: date,
    spellings: Iterable[str],
    *,
    only: int | None,
) -> ImportBook:
    book = book.in_term(term)
    names = (book.subject_name, book.short_name, *spellings)
    if only not in (None, book.id):
        return ImportBook(book, names, NOT_YOURS)
    if explain(actor, ENTER, book.place) is not None:
        return ImportBook(book, names, NOT_YOURS)
    return ImportBook(book, names, "", pupils_of(book, term, today))


def _spellings(ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SPELLINGS, [list(ids)])
        rows = cursor.fetchall()
    return {book: tuple(str(one) for one in _listed(spellings)) for book, spellings in rows}


def _listed(value: object) -> list[object]:
    """A JSON column comes as text from a plain cursor."""
    found = json.loads(value) if isinstance(value, str) else value
    return found if isinstance(found, list) else []


def born_on(ids: Iterable[int]) -> dict[int, str]:
    """When pupils were born, as their files say it; "" where they do not."""
    with connection.cursor() as cursor:
        cursor.execute(BORN, [list(ids)])
        return dict(cursor.fetchall())
