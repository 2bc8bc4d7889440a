"""Sổ in của một lớp và của một giáo viên: everything that stands in it, from what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from khue.access.api import Actor, OutsidePlace, explain
from khue.gradebook.queries.books import Book, books_of_class, find_book, open_book
from khue.gradebook.queries.class_results import ClassResults, PupilResults, read_class_results
from khue.gradebook.queries.paper_heads import Place, class_head, place_of
from khue.gradebook.queries.paper_months import months_of, months_of_year
from khue.gradebook.queries.paper_pages import kept_of, subject_page, teacher_page
from khue.gradebook.queries.paper_summaries import summary_of_class, year_list
from khue.gradebook.rules.paper_shapes import (
    ClassBook,
    ClassList,
    ProfileLine,
    Review,
    SubjectBook,
    SubjectPage,
    TeacherBook,
    TeacherOfSubject,
    TeacherPage,
)
from khue.records.api import Profile, staff_line
from khue.timetable.api import assignments_of_staff, teachers_of

VIEW = "gradebook.view_marks"
TERMS = (1, 2)


@dataclass(frozen=True, slots=True)
class ClassPaper:
    """A class whose book is printed: its books, its results, where it stands."""

    books: Sequence[Book]
    results: ClassResults
    place: Place
    today: date

    @property
    def student_ids(self) -> list[int]:
        return [pupil.student_id for pupil in self.results.pupils]


def open_class_paper(actor: Actor, class_id: int, today: date) -> ClassPaper:
    """A class for printing, for someone who may read every book of it."""
    books = books_of_class(actor, class_id)
    results = read_class_results(class_id)
    place = place_of(results.school_id, results.year, results.province_id, today)
    return ClassPaper([one for one in books if one.slots], results, place, today)


def class_book(paper: ClassPaper, profiles: Mapping[int, Profile]) -> ClassBook:
    """Sổ theo dõi và đánh giá học sinh (theo lớp học), from cover to the principal's remarks."""
    results, place = paper.results, paper.place
    teachers = {term: _teachers(paper, term) for term in TERMS}
    return ClassBook(
        head=class_head(place, results, paper.today),
        size=str(len(results.staying)),
        girls=str(sum(pupil.sex == "F" for pupil in results.staying)),
        teachers=_teacher_lines(paper.books, teachers),
        profiles=tuple(
            _profile(number, pupil, profiles.get(pupil.student_id))
            for number, pupil in enumerate(results.pupils, 1)
        ),
        months=tuple(months_of(place, results)),
        subjects=_subjects(paper, teachers),
        summaries=summary_of_class(results),
        reviews=tuple(
            Review(month=f"{month}/{year}") for year, month in months_of_year(place.start_year)
        ),
    )


def _teachers(paper: ClassPaper, term: int) -> dict[int, list[str]]:
    day = paper.place.day_in(term, paper.today)
    found = teachers_of([book.id for book in paper.books], day)
    return {book: sorted({line.staff_name for line in lines}) for book, lines in found.items()}


def _teacher_lines(
    books: Sequence[Book], teachers: Mapping[int, Mapping[int, list[str]]]
) -> tuple[TeacherOfSubject, ...]:
    return tuple(
        TeacherOfSubject(subject=book.subject_name, teachers=_both_terms(book.id, teachers))
        for book in books
    )


def _both_terms(book_id: int, teachers: Mapping[int, Mapping[int, list[str]]]) -> str:
    """One name when the year kept one teacher, else who taught in which term."""
    first, second = (", ".join(teachers[term].get(book_id, [])) for term in TERMS)
    if first == second or not (first and second):
        return first or second
    return f"{first} (HK I); {second} (HK II)"


def _profile(number: int, pupil: PupilResults, told: Profile | None) -> ProfileLine:
    if told is None:
        return ProfileLine(number=number, name=pupil.name, left=pupil.left)
    return ProfileLine(
        number=number,
        name=pupil.name,
        born=told.born,
        birth_place=told.birth_place,
        sex=told.sex,
        ethnic=told.ethnic,
        priority=told.priority,
        address=told.address,
        father=told.father,
        mother=told.mother,
        left=pupil.left,
    )


def _subjects(
    paper: ClassPaper, teachers: Mapping[int, Mapping[int, list[str]]]
) -> tuple[SubjectPage, ...]:
    kept = kept_of(paper.books, paper.student_ids)
    return tuple(
        subject_page(book, term, paper.results, kept, teachers[term].get(book.id, []))
        for term in TERMS
        for book in paper.books
        if book.taught[term - 1]
    )


def subject_book(actor: Actor, class_subject_id: int, term: int, today: date) -> SubjectBook:
    """One subject of a class in one term, for someone who may read its book."""
    book = open_book(actor, class_subject_id, VIEW)
    if term not in TERMS or not (book.slots and book.taught[term - 1]):
        raise OutsidePlace(class_subject_id)
    results = read_class_results(book.class_id)
    place = place_of(book.school_id, book.year, book.province_id, today)
    day = place.day_in(term, today)
    teachers = sorted({one.staff_name for one in teachers_of([book.id], day).get(book.id, ())})
    kept = kept_of([book], [pupil.student_id for pupil in results.pupils])
    return SubjectBook(
        head=class_head(place, results, today),
        page=subject_page(book, term, results, kept, teachers),
    )


def class_list(actor: Actor, class_id: int, key: str, today: date) -> ClassList:
    """One of the lists of Điều 12 to 15 of a class."""
    paper = open_class_paper(actor, class_id, today)
    return year_list(paper.results, class_head(paper.place, paper.results, today), key)


def teacher_book(actor: Actor, staff_id: int, today: date) -> TeacherBook:
    """Sổ theo dõi và đánh giá học sinh (của giáo viên): the subjects that the reader may open."""
    person = staff_line(staff_id, today)
    taught, _ = assignments_of_staff(staff_id, today)
    books = _readable(actor, {line.class_subject_id for line in taught})
    if person is None or not books:
        raise OutsidePlace(f"staff:{staff_id}")
    first = books[0]
    place = place_of(first.school_id, first.year, first.province_id, today)
    pages = [page for book in books for page in _teacher_pages(book)]
    return TeacherBook(head=place.head(), teacher=person.name, group="", pages=tuple(pages))


def _readable(actor: Actor, book_ids: Iterable[int]) -> list[Book]:
    found = [find_book(one) for one in book_ids]
    mine = [one for one in found if one.slots and explain(actor, VIEW, one.place) is None]
    latest = max((one.year for one in mine), default=0)
    order = sorted(mine, key=lambda one: (one.class_position, one.class_name, one.subject_name))
    return [one for one in order if one.year == latest]


def _teacher_pages(book: Book) -> Iterable[TeacherPage]:
    results = read_class_results(book.class_id)
    kept = kept_of([book], [pupil.student_id for pupil in results.pupils])
    for term in TERMS:
        if book.taught[term - 1]:
            yield teacher_page(book, term, results, kept)
