"""Sổ điểm của một môn ở một lớp: which books there are, and which of them a person may open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from khue.access.api import (
    Actor,
    OutsidePlace,
    Reach,
    class_place,
    class_subject_place,
    permit,
    reach,
)
from khue.gradebook.queries.policies import topics_sql
from khue.gradebook.rules.slots import slot_label, slot_title, slots_of
from khue.gradebook.rules.strand_names import strand_names, strands_decide
from kit.statements import kept_rows, numbers_array

# The facts of a class subject stand in tables below; they are read in one statement.
BOOKS = f"""
select subject.id, class.id, class.name, class.year, class.position, what.name, what.short_name,
  subject.form, subject.regular_marks, school.organisation_id, school.province_id, node.path,
  node.name, subject.subject_id, subject.periods_term1, subject.periods_term2,
  {topics_sql("subject", "class", "school", "1")}, {topics_sql("subject", "class", "school", "2")},
  class.level
from organisations_classsubject subject
join organisations_schoolclass class on class.id = subject.school_class_id
join organisations_subject what on what.id = subject.subject_id
join organisations_school school on school.organisation_id = subject.school_id
join organisations_organisation node on node.id = school.organisation_id
where {{condition}}
order by class.position, class.name_key, subject.position, what.position, subject.id
"""  # noqa: S608  (put together from our own text)
ABOVE = "exists (select from unnest(%s::text[]) above where starts_with(node.path, above))"
PRIMARY = "02"
CLASS_SUBJECT_PLACE = re.compile(r".*/c\d+/s(\d+)/")
CLASS_PLACE = re.compile(r".*/c(\d+)/")


@dataclass(frozen=True, slots=True)
class Book:
    """Sổ điểm of a subject in a class: what it is called, where it stands, how it is assessed.

    `in_term` gives the book of one term, whose columns include the marks of study topics
    (chuyên đề) that count there; without it, the columns are those that both terms have.
    """

    id: int
    class_id: int
    class_name: str
    year: int
    class_position: int
    subject_name: str
    short_name: str
    form: str
    regular_marks: int
    school_id: int
    province_id: int
    school_path: str
    school_name: str
    subject_id: int = 0
    periods1: int = 1
    periods2: int = 1
    topics1: int = 0
    topics2: int = 0
    level: str = ""
    topics: int = 0
    strand: int = 0

    @property
    def strand_names(self) -> tuple[str, ...]:
        """Phân môn of an integrated subject."""
        return strand_names(self.subject_name)

    @property
    def strands_decide(self) -> bool:
        """Whether the cells of the subject follow from those of its strands."""
        return self.by_comment and strands_decide(self.subject_name)

    def in_strand(self, strand: int) -> Book:
        """The cells of one strand (0: of the whole subject); raises NoSuchBook."""
        if not 0 <= strand <= len(self.strand_names):
            raise NoSuchBook(self.id)
        return replace(self, strand=strand)

    @property
    def whole(self) -> Book:
        """The book of the subject itself."""
        return replace(self, strand=0)

    def in_term(self, term: int) -> Book:
        """The book of a term: `regular_marks` and `slots` with its study topics."""
        topics = self.topics1 if term == 1 else self.topics2
        if topics == self.topics:
            return self
        return replace(self, regular_marks=self.regular_marks - self.topics + topics, topics=topics)

    @property
    def taught(self) -> tuple[bool, bool]:
        """Whether it is taught in term I, in term II."""
        return bool(self.periods1), bool(self.periods2)

    def slot_title(self, slot: str) -> str:
        """As the head of the column says it: "Thường xuyên 2", "Chuyên đề", "Cuối kì"."""
        return slot_title(slot, plain=self.regular_marks - self.topics, topics=self.topics)

    def slot_label(self, slot: str) -> str:
        """As a sentence says it: "Điểm chuyên đề", "Đánh giá giữa kì"."""
        return slot_label(
            slot,
            by_comment=self.by_comment,
            plain=self.regular_marks - self.topics,
            topics=self.topics,
        )

    @property
    def is_primary(self) -> bool:
        """Whether levels at four points stand in it (TT 27/2020), no marks of two terms."""
        return self.level == PRIMARY

    @property
    def is_kept(self) -> bool:
        """Whether something is written in it: marks, or levels of primary."""
        return bool(self.slots) or self.is_primary

    @property
    def by_comment(self) -> bool:
        return self.form == "comment" and not self.is_primary

    @property
    def slots(self) -> tuple[str, ...]:
        return slots_of(self.regular_marks)

    @property
    def title(self) -> str:
        part = f" ({self.strand_names[self.strand - 1]})" if self.strand else ""
        return f"{self.subject_name}{part} {self.class_name}"

    @property
    def place(self) -> str:
        return class_subject_place(self.school_path, self.class_id, self.id)

    @property
    def class_place(self) -> str:
        return class_place(self.school_path, self.class_id)


@dataclass(frozen=True, slots=True)
class Count:
    """How many assessments are due and how many are there."""

    due: int = 0
    entered: int = 0

    @property
    def is_done(self) -> bool:
        return 0 < self.due <= self.entered

    def __add__(self, other: Count) -> Count:
        return Count(self.due + other.due, self.entered + other.entered)


@dataclass(frozen=True, slots=True)
class BookLine:
    """A book in a list: whether it may be written in, and how far each term has come."""

    book: Book
    writable: bool
    terms: dict[int, Count]


class NoSuchBook(OutsidePlace):
    """There is no class subject, class or school of this number: nothing to find for anyone."""


def _read(condition: str, parameters: Sequence[Any]) -> list[Book]:
    return [Book(*row) for row in kept_rows(BOOKS.format(condition=condition), parameters)]


def find_book(class_subject_id: int) -> Book:
    """The book of a class subject; the caller passes the gate."""
    found = _read("subject.id = %s", [class_subject_id])
    if not found:
        raise NoSuchBook(class_subject_id)
    return found[0]


def open_book(actor: Actor, class_subject_id: int, permission: str) -> Book:
    """The book, for someone who holds the permission at it."""
    book = find_book(class_subject_id)
    permit(actor, permission, book.place)
    return book


def read_class(class_id: int) -> list[Book]:
    """Every book of a class; the caller passes the gate."""
    return _read("class.id = %s", [class_id])


def read_school(school_id: int, year: int) -> list[Book]:
    """Every book of a school in a year; the caller passes the gate."""
    return _read("class.school_id = %s and class.year = %s", [school_id, year])


def read_books(class_subject_ids: Iterable[int]) -> dict[int, Book]:
    """Books by their number; the caller passes the gate."""
    found = _read("subject.id = any(%s)", [list(class_subject_ids)])
    return {book.id: book for book in found}


def books_of_class(actor: Actor, class_id: int) -> list[Book]:
    """Every book of a class, for someone who may read all of them."""
    found = read_class(class_id)
    if not found:
        raise NoSuchBook(class_id)
    permit(actor, "gradebook.view_marks", found[0].class_place)
    return found


def sister_books(actor: Actor, book: Book) -> list[Book]:
    """The books of the same year and school that this person may open: to leaf from one to one."""
    reached = reach(actor, "gradebook.view_marks")
    inside = _in_reach(reached, book.year, "school.organisation_id = %s", book.school_id)
    return [one for one in inside if one.is_kept and one.is_primary == book.is_primary]


def _numbers(pattern: re.Pattern[str], paths: Iterable[str]) -> list[int]:
    found = [pattern.fullmatch(path) for path in paths]
    return [int(match[1]) for match in found if match]


def _in_reach(reached: Reach, year: int, also: str = "true", *given: int) -> list[Book]:
    """The books below the paths of a reach: of class subjects, of classes, of whole schools.

    Only the kinds of paths that are there are asked for, so that the few books of a teacher are
    found by their keys.
    """
    below = {
        "subject.id = any(%s)": _numbers(CLASS_SUBJECT_PLACE, reached.paths),
        "subject.school_class_id = any(%s)": _numbers(CLASS_PLACE, reached.paths),
        ABOVE: [path for path in reached.paths if "/c" not in path],
    }
    asked = {one: paths for one, paths in below.items() if paths}
    if not asked:
        return []
    condition = f"{also} and class.year = %s and ({' or '.join(asked)})"
    return _read(condition, [*given, year, *asked.values()])


COUNTS = """
select class_subject_id, term, due, entered from gradebook_progress
where class_subject_id = any(%s::bigint[])
"""


def counts_of(books: Sequence[Book]) -> dict[tuple[int, int], Count]:
    """Progress by class subject and term."""
    found = kept_rows(COUNTS, [numbers_array(book.id for book in books)])
    return {(book, term): Count(due, entered) for book, term, due, entered in found}


def count_of(class_subject_id: int, term: int) -> Count:
    """Progress of one term of a book."""
    found = kept_rows(
        "select due, entered from gradebook_progress where class_subject_id = %s and term = %s",
        [class_subject_id, term],
    )
    return Count(*found[0]) if found else Count()


def book_lines(actor: Actor, books: Sequence[Book]) -> list[BookLine]:
    """The books as lines of a list, with their progress."""
    counted, writing = counts_of(books), reach(actor, "gradebook.enter_marks")
    return [
        BookLine(
            book,
            writing.covers(book.place),
            {term: counted.get((book.id, term), Count()) for term in (1, 2)},
        )
        for book in books
    ]


def my_teaching(actor: Actor, year: int) -> list[BookLine]:
    """The books of a school year that this person writes in."""
    mine = _in_reach(reach(actor, "gradebook.enter_marks"), year)
    return book_lines(actor, [book for book in mine if book.is_kept])


def readable_books(actor: Actor, year: int) -> list[BookLine]:
    """Every book of a school year that this person may open."""
    mine = _in_reach(reach(actor, "gradebook.view_marks"), year)
    return book_lines(actor, [book for book in mine if book.is_kept])


def school_year_on(day: date) -> int:
    """Năm học of a day: it turns on the first of August, when next year's classes are made."""
    return day.year if day.month >= 8 else day.year - 1


TERM_ON = """
select coalesce(max(term.number), 1) from organisations_term term
join organisations_schoolyear of_year on of_year.id = term.year_id
where of_year.province_id = %s and of_year.start_year = %s and term.starts_on <= %s
"""


def term_on(book_province_id: int, year: int, day: date) -> int:
    """The term in which a day falls, by the province's calendar; term I before it begins."""
    ((number,),) = kept_rows(TERM_ON, [book_province_id, year, day])
    return int(number)
