"""Sổ của cả lớp trong một học kì: every subject with its marks, in a few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from khue.access.api import Actor
from khue.gradebook.models import SLOTS, MarkRow
from khue.gradebook.queries.books import Book, NoSuchBook, books_of_class
from khue.gradebook.queries.grid import PupilRow, pupils_of
from khue.gradebook.rules.marks import Mark
from khue.gradebook.rules.tt22 import subject_year

# Who teaches each subject of the class, and (as number 0) who leads the class.
TEACHERS = """
select assigned.class_subject_id, string_agg(distinct staff.name, ', ')
from timetable_teachingassignment assigned
join organisations_classsubject subject on subject.id = assigned.class_subject_id
join records_staff staff on staff.id = assigned.staff_id
where subject.school_class_id = %(class)s
  and (assigned.ends_on is null or assigned.ends_on >= %(today)s)
group by assigned.class_subject_id
union all
select 0, string_agg(distinct staff.name, ', ') from timetable_homeroomassignment assigned
join records_staff staff on staff.id = assigned.staff_id
where assigned.school_class_id = %(class)s
  and (assigned.ends_on is null or assigned.ends_on >= %(today)s)
"""
ABOVE = """
select kind, name from organisations_organisation node
where starts_with(%s, node.path) and kind in ('department', 'commune')
"""


@dataclass(frozen=True, slots=True)
class SubjectMarks:
    """A subject of the class: who teaches it, its marks and results by pupil."""

    book: Book
    teachers: str
    marks: Mapping[int, Mapping[str, Mark]]
    results: Mapping[int, Mark]
    first_results: Mapping[int, Mark]

    def year_result(self, student_id: int) -> Mark:
        first, second = self.first_results.get(student_id), self.results.get(student_id)
        return subject_year(first, second, by_comment=self.book.by_comment)


@dataclass(frozen=True, slots=True)
class ClassBook:
    """One term of the book of a class."""

    class_name: str
    year: int
    term: int
    school_name: str
    commune: str
    province: str
    homeroom: str
    pupils: Sequence[PupilRow]
    subjects: Sequence[SubjectMarks]

    @property
    def size(self) -> int:
        return sum(not pupil.left for pupil in self.pupils)

    @property
    def above(self) -> str:
        return self.commune or self.province


def open_class_book(actor: Actor, class_id: int, term: int, today: date) -> ClassBook:
    """The whole book of a class, for someone who may read every subject of it."""
    books = [one.in_term(term) for one in books_of_class(actor, class_id) if one.slots]
    if not books:
        raise NoSuchBook(class_id)
    first, teachers = books[0], _teachers(class_id, today)
    above = _above(first.school_path)
    return ClassBook(
        class_name=first.class_name,
        year=first.year,
        term=term,
        school_name=first.school_name,
        commune=above.get("commune", ""),
        province=above.get("department", ""),
        homeroom=teachers.get(0, ""),
        pupils=pupils_of(first, term, today),
        subjects=_subjects(books, term, teachers),
    )


def _teachers(class_id: int, today: date) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(TEACHERS, {"class": class_id, "today": today})
        return {subject: names or "" for subject, names in cursor.fetchall()}


def _above(path: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, [path])
        return dict(cursor.fetchall())


def _subjects(books: Sequence[Book], term: int, teachers: Mapping[int, str]) -> list[SubjectMarks]:
    rows = MarkRow.objects.filter(
        year=books[0].year, class_subject_id__in=[one.id for one in books], term__lte=term
    )
    found = list(rows.values("class_subject_id", "term", "student_id", "average", *SLOTS))
    return [_subject(book, term, teachers, found) for book in books]


def _subject(
    book: Book, term: int, teachers: Mapping[int, str], rows: Sequence[Mapping[str, Mark]]
) -> SubjectMarks:
    own = [row for row in rows if row["class_subject_id"] == book.id]
    now = [row for row in own if row["term"] == term]
    before = [row for row in own if row["term"] == 1]
    return SubjectMarks(
        book=book,
        teachers=teachers.get(book.id, ""),
        marks={int(row["student_id"] or 0): row for row in now},
        results={int(row["student_id"] or 0): row["average"] for row in now},
        first_results={int(row["student_id"] or 0): row["average"] for row in before},
    )
