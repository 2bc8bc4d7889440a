"""Việc trong kì nghỉ hè: who is assessed again in which subjects, who trains conduct.

Law: TT 22/2021/TT-BGDĐT, Điều 13, Điều 14
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from khue.access.api import Actor, class_place, class_subject_place, reach
from khue.gradebook.models import StudentResult
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.homeroom import VIEW, WRITE, is_failing
from khue.gradebook.queries.lists import KINDS, ListLine, read_lines
from khue.gradebook.rules.marks import Mark
from khue.organisations.api import ClassCard, SchoolCard, classes_of
from khue.records.api import Status

AGAIN = "gradebook.enter_reassessed"
SUMMER = "gradebook.view_summer"
SUBJECTS = """
select book.school_class_id, result.student_id, book.id, what.name, what.short_name, book.form,
  result.result, result.reassessed
from gradebook_subjectresult result
join organisations_classsubject book on book.id = result.class_subject_id
join organisations_subject what on what.id = book.subject_id
where result.year = %(year)s and result.student_id = any(%(students)s)
  and book.school_class_id = any(%(classes)s)
order by book.position, what.position, book.id
"""


@dataclass(frozen=True, slots=True)
class AgainCell:
    """A subject to be assessed again: the result of the year, and the one of the summer."""

    class_subject_id: int
    name: str
    short_name: str
    by_comment: bool
    result: Mark
    again: Mark
    writable: bool = False


@dataclass(frozen=True, slots=True)
class AgainLine:
    """A pupil with the subjects that are assessed again."""

    line: ListLine
    cells: list[AgainCell] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        """Subjects without a new result where another one has it already."""
        without = sum(cell.again is None for cell in self.cells)
        return without if without < len(self.cells) else 0

    @property
    def moved(self) -> bool:
        return self.line.status in (Status.COMPLETED, Status.RETAINED)


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """A pupil who trains conduct in the summer, with the tasks and what came of them."""

    line: ListLine
    row: StudentResult
    writable: bool = False


@dataclass(frozen=True, slots=True)
class SummerWork:
    """The summer's work of a school, as far as a person may see it."""

    school: SchoolCard
    year: int
    again: list[AgainLine]
    training: list[TrainingLine]


def summer_work(actor: Actor, school: SchoolCard, year: int) -> SummerWork:
    """Đánh giá lại và rèn luyện trong hè: own classes and subjects, or the whole school."""
    classes = classes_of(school.id, year)
    lines = read_lines(school.id, year, [one.id for one in classes])
    return SummerWork(
        school,
        year,
        _again(actor, school, year, [one for one in lines if KINDS["danh-gia-lai"][1](one)]),
        _training(actor, school, year, [one for one in lines if KINDS["ren-luyen-he"][1](one)]),
    )


def _again(
    actor: Actor, school: SchoolCard, year: int, lines: Sequence[ListLine]
) -> list[AgainLine]:
    seen, cells = reach(actor, VIEW), _cells(actor, school, year, lines)
    found = [AgainLine(one, cells[one.student_id]) for one in lines if one.level != "02"]
    return [
        one
        for one in found
        if any(cell.writable for cell in one.cells)
        or seen.covers(class_place(school.path, one.line.class_id))
    ]


def _cells(
    actor: Actor, school: SchoolCard, year: int, lines: Sequence[ListLine]
) -> dict[int, list[AgainCell]]:
    writing, found = reach(actor, AGAIN), defaultdict(list)
    given = {
        "year": year,
        "students": [one.student_id for one in lines],
        "classes": sorted({one.class_id for one in lines}),
    }
    for class_id, student_id, *facts in _rows(SUBJECTS, given):
        place = class_subject_place(school.path, class_id, facts[0])
        if is_failing(facts[4]) or facts[5] is not None:
            found[student_id].append(_cell(facts, writable=writing.covers(place)))
    return found


def _cell(facts: Sequence[Any], *, writable: bool) -> AgainCell:
    book, name, short_name, form, result, again = facts
    return AgainCell(book, name, short_name, form == "comment", result, again, writable)


def _rows(statement: str, given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def _training(
    actor: Actor, school: SchoolCard, year: int, lines: Sequence[ListLine]
) -> list[TrainingLine]:
    seen, writing = reach(actor, VIEW), reach(actor, WRITE)
    rows = StudentResult.objects.filter(
        year=year, student_id__in=[one.student_id for one in lines], school_id=school.id
    )
    kept = {(row.school_class_id, row.student_id): row for row in rows}
    places = {one.class_id: class_place(school.path, one.class_id) for one in lines}
    return [
        TrainingLine(one, kept[one.class_id, one.student_id], writing.covers(places[one.class_id]))
        for one in lines
        if seen.covers(places[one.class_id]) and (one.class_id, one.student_id) in kept
    ]


@dataclass(frozen=True, slots=True)
class AgainBook:
    """A class subject as re-assessment needs it."""

    id: int
    name: str
    by_comment: bool
    place: str


def books_to_reassess(card: ClassCard, ids: Sequence[int]) -> dict[int, AgainBook]:
    """Class subjects of a class by their numbers; NoSuchBook when one is of another class."""
    rows = _rows(
        "select book.id, what.name, book.form from organisations_classsubject book"
        " join organisations_subject what on what.id = book.subject_id"
        " where book.school_class_id = %s and book.id = any(%s)",
        [card.id, list(ids)],
    )
    found = {
        row[0]: AgainBook(
            row[0],
            row[1],
            row[2] == "comment",
            class_subject_place(card.school_path, card.id, row[0]),
        )
        for row in rows
    }
    if set(ids) - found.keys():
        raise NoSuchBook(card.id)
    return found
