"""Trường hợp riêng của một lớp: which pupils, in which subjects and terms; never why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from khue.access.api import Actor, permit
from khue.gradebook.queries.books import Book, NoSuchBook, read_class
from khue.gradebook.rules.apart import BADGES
from khue.gradebook.rules.slots import SPOKEN_TERMS
from khue.ledger.api import HistoryLine, history_of

MANAGE = "gradebook.manage_circumstances"
LINES = """
select fact.id, fact.student_id, student.name, fact.class_subject_id, what.name, fact.kind,
  fact.first_term, fact.last_term, fact.document
from gradebook_subjectcircumstance fact
join organisations_classsubject book on book.id = fact.class_subject_id
join organisations_subject what on what.id = book.subject_id
join records_student student on student.id = fact.student_id
where book.school_class_id = %s
order by student.name_key, student.id, book.position, fact.first_term
"""
PUPILS = """
select distinct student.name_key, student.id, student.name from records_enrolment stay
join records_student student on student.id = stay.student_id
where stay.school_class_id = %s
  and stay.status not in ('moved_class', 'transferred_out', 'dropped_out')
order by student.name_key, student.id
"""


@dataclass(frozen=True, slots=True)
class CircumstanceLine:
    """One circumstance as a line of a list; `kind` is one of gradebook.rules.apart.BADGES."""

    id: int
    student_id: int
    student_name: str
    class_subject_id: int
    subject_name: str
    kind: str
    first_term: int
    last_term: int
    document: str

    @property
    def kind_name(self) -> str:
        return BADGES[self.kind]

    @property
    def when(self) -> str:
        if self.first_term != self.last_term:
            return "cả năm"
        return SPOKEN_TERMS[self.first_term]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The page of a class: what was recorded, for whom something may be recorded, what happened."""

    class_id: int
    class_name: str
    year: int
    lines: Sequence[CircumstanceLine]
    books: Sequence[Book]
    pupils: Sequence[tuple[int, str]]
    history: Sequence[HistoryLine]


def subject_of_circumstance(book_id: int, student_id: int) -> str:
    """How the ledger calls the circumstances of a pupil in a class subject."""
    return f"circumstance:{book_id}.{student_id}"


def status_of_subject(class_subject_id: int) -> str:
    """Whether the subject of a class is compulsory, elective or optional."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select status from organisations_classsubject where id = %s", [class_subject_id]
        )
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def circumstances_of_class(actor: Actor, class_id: int) -> Circumstances:
    """Every circumstance of a class, for whoever records them."""
    books = read_class(class_id)
    if not books:
        raise NoSuchBook(class_id)
    permit(actor, MANAGE, books[0].class_place)
    with connection.cursor() as cursor:
        cursor.execute(LINES, [class_id])
        lines = [CircumstanceLine(*row) for row in cursor.fetchall()]
        cursor.execute(PUPILS, [class_id])
        pupils = [(student, name) for _, student, name in cursor.fetchall()]
    known = [subject_of_circumstance(book.id, one) for book in books for one, _ in pupils]
    first = books[0]
    return Circumstances(
        class_id, first.class_name, first.year, lines, books, pupils, history_of(known)
    )
