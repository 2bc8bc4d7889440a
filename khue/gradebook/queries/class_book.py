"""Sổ của cả lớp trong một học kì: every subject with its marks, the levels of the term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from khue.access.api import Actor
from khue.gradebook.models import StudentResult
from khue.gradebook.queries.books import Book, NoSuchBook, books_of_class
from khue.gradebook.queries.grid import PupilRow, pupils_of, year_of_row
from khue.gradebook.rules.marks import Mark

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
Level = int | None


@dataclass(frozen=True, slots=True)
class BookTerm:
    """One term of one book: its pupils with their marks."""

    book: Book
    term: int
    pupils: Sequence[PupilRow]

    def year_result(self, pupil: PupilRow) -> Mark:
        """ĐTBmcn; none before the second term."""
        if self.term == 1:
            return None
        return year_of_row(self.book, pupil.first_average, pupil.average, pupil)


@dataclass(frozen=True, slots=True)
class ClassBook:
    """One term of the book of a class; levels (learning, conduct) by pupil, 0 the best."""

    class_name: str
    year: int
    term: int
    school_name: str
    commune: str
    province: str
    homeroom: str
    subjects: Sequence[BookTerm]
    teachers: Mapping[int, str] = field(default_factory=dict)
    levels: Mapping[int, tuple[Level, Level]] = field(default_factory=dict)

    @property
    def pupils(self) -> Sequence[PupilRow]:
        return self.subjects[0].pupils

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
        subjects=[BookTerm(one, term, pupils_of(one, term, today)) for one in books],
        teachers=teachers,
        levels=_levels(first, term),
    )


def _teachers(class_id: int, today: date) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(TEACHERS, {"class": class_id, "today": today})
        return {subject: names or "" for subject, names in cursor.fetchall()}


def _above(path: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, [path])
        return dict(cursor.fetchall())


def _levels(book: Book, term: int) -> dict[int, tuple[Level, Level]]:
    rows = StudentResult.objects.filter(year=book.year, school_class_id=book.class_id)
    found = rows.values_list("student_id", f"learning{term}", f"conduct{term}")
    return {student: (learning, conduct) for student, learning, conduct in found}
