"""Học sinh chuyển đến: who came into a class after the year began, and what came along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from khue.access.api import Actor, permit
from khue.gradebook.models import CarriedResult, MarkRow
from khue.gradebook.queries.books import Book, NoSuchBook, read_class, term_on
from khue.gradebook.rules.marks import Mark
from kit.fences import EVERYTHING, scoped

BRING = "gradebook.bring_marks"
# A pupil arrives when a stay begins after the first day of the year, or after another stay.
ARRIVALS = """
select stay.student_id, student.name, stay.starts_on, former.school_class_id, former.name,
  former.school
from (
  select distinct on (student_id) student_id, starts_on, year, school_class_id
  from records_enrolment where school_class_id = %(class)s
    and status not in ('moved_class', 'transferred_out', 'dropped_out')
  order by student_id, starts_on desc
) stay
join records_student student on student.id = stay.student_id
join organisations_schoolclass class on class.id = stay.school_class_id
join organisations_school home on home.organisation_id = class.school_id
left join organisations_schoolyear calendar
  on calendar.province_id = home.province_id and calendar.start_year = stay.year
left join lateral (
  select earlier.school_class_id, room.name, node.name as school
  from records_enrolment earlier
  join organisations_schoolclass room on room.id = earlier.school_class_id
  join organisations_organisation node on node.id = room.school_id
  where earlier.student_id = stay.student_id and earlier.year = stay.year
    and earlier.school_class_id <> stay.school_class_id and earlier.starts_on < stay.starts_on
  order by earlier.starts_on desc limit 1
) former on true
where former.school_class_id is not null or stay.starts_on > calendar.starts_on
order by student.name_key, student.id
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """A subject of the class and what another class has of it.

    `results`: (term, result) of finished terms. `marks`: assessments of the running term that
    may come into empty cells, by column of this book.
    """

    book: Book
    from_book: int
    results: Sequence[tuple[int, int]]
    marks: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A pupil who came during the year: from where, and what is offered and already here."""

    student_id: int
    name: str
    came_on: date
    term: int
    former_class: int | None
    former_name: str
    former_school: str
    offers: Sequence[Offer] = ()
    carried: Sequence[CarriedResult] = ()

    @property
    def has_offer(self) -> bool:
        return any(one.results or one.marks for one in self.offers)

    @property
    def finished_terms(self) -> tuple[int, ...]:
        """Terms that ended before the pupil came."""
        return tuple(range(1, self.term))


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The page of a class."""

    class_id: int
    class_name: str
    school_name: str
    year: int
    books: Sequence[Book]
    pupils: Sequence[Arrival]


def arrivals_of_class(
    actor: Actor, class_id: int, student_ids: Sequence[int] | None = None
) -> Arrivals:
    """Who came after the year began, for whoever may bring marks along.

    Marks of another school are read here once the gate of this class is passed.
    """
    books = [book for book in read_class(class_id) if book.slots]
    if not books:
        raise NoSuchBook(class_id)
    first = books[0]
    permit(actor, BRING, first.class_place)
    with scoped(EVERYTHING):
        rows = [row for row in _rows(class_id) if student_ids is None or row[0] in student_ids]
        pupils = [_arrival(books, *row) for row in rows]
    return Arrivals(class_id, first.class_name, first.school_name, first.year, books, pupils)


def _rows(class_id: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(ARRIVALS, {"class": class_id})
        return list(cursor.fetchall())


def _arrival(
    books: Sequence[Book],
    student_id: int,
    name: str,
    came_on: date,
    former: int | None,
    former_name: str | None,
    school: str | None,
) -> Arrival:
    first = books[0]
    term = term_on(first.province_id, first.year, came_on)
    carried = list(CarriedResult.objects.filter(student_id=student_id, year=first.year))
    offers = _offers(books, former, student_id, term, carried) if former else []
    return Arrival(
        student_id,
        name,
        came_on,
        term,
        former,
        former_name or "",
        school or "",
        offers,
        carried,
    )


def _offers(
    books: Sequence[Book],
    former: int,
    student_id: int,
    term: int,
    carried: Sequence[CarriedResult],
) -> list[Offer]:
    """Subject by subject, what the former class has and this one lacks."""
    theirs = {book.subject_id: book for book in read_class(former)}
    rows = _marks_of([*theirs.values(), *books], student_id)
    here = {(one.subject_id, one.term) for one in carried}
    made = []
    for book in books:
        old = theirs.get(book.subject_id)
        if old is not None and old.form == book.form:
            results = _results(old, rows, term, here)
            made.append(Offer(book, old.id, results, _marks(old, book, rows, term)))
    return made


Rows = Mapping[tuple[int, int], MarkRow]


def _marks_of(books: Sequence[Book], student_id: int) -> Rows:
    found = MarkRow.objects.filter(
        year=books[0].year,
        class_subject_id__in=[book.id for book in books],
        student_id=student_id,
    )
    return {(row.class_subject_id, row.term): row for row in found}


def _results(old: Book, rows: Rows, term: int, here: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Results of the terms that ended before the pupil came and are not here yet."""
    wanted = [one for one in range(1, term) if (old.subject_id, one) not in here]
    found = [(one, rows[old.id, one].average) for one in wanted if (old.id, one) in rows]
    return [(one, average) for one, average in found if average is not None]


def _marks(old: Book, book: Book, rows: Rows, term: int) -> dict[str, Mark]:
    """What stands in the former book's running term, for the empty cells of the new one."""
    given, own = rows.get((old.id, term)), rows.get((book.id, term))
    if given is None:
        return {}
    theirs, ours = old.in_term(term), book.in_term(term)
    columns = {theirs.slot_title(slot): getattr(given, slot) for slot in theirs.slots}
    empty = [slot for slot in ours.slots if own is None or getattr(own, slot) is None]
    found = {slot: columns.get(ours.slot_title(slot)) for slot in empty}
    return {slot: mark for slot, mark in found.items() if mark is not None}
