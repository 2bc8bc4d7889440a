"""Sổ đánh giá tiểu học: the page of a subject, and of qualities and competences, at a point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from khue.access.api import Actor, explain, permit
from khue.gradebook.models import StudentResult
from khue.gradebook.queries.books import Book, NoSuchBook, find_book
from khue.gradebook.queries.comments import texts_of
from khue.gradebook.queries.primary_year import (
    CELLS,
    LEFT_OUT,
    SLOTS,
    ClassFacts,
    class_facts,
    studied_in,
)
from khue.gradebook.rules.primary import (
    AGAIN,
    columns_of,
    is_tested,
    quality_columns,
    required_qualities,
)
from khue.gradebook.rules.sheet_cells import CellRow, Column, Value
from khue.gradebook.rules.tt27 import YearLevel
from khue.ledger.api import changes_to, history_of

# A pupil has left when the last stay in the class ended before today (before the year's end, once
# the year is over); who came twice is one line, by the later stay.
PUPILS = """
select distinct on (student.name_key, student.id) student.id, student.name,
  coalesce(student.code, ''), case when stay.ends_on < least(%(today)s,
    coalesce(calendar.ends_on, %(today)s)) then stay.ends_on end, stay.grade{columns}
from records_enrolment stay
join records_student student on student.id = stay.student_id
left join organisations_schoolyear calendar
  on calendar.province_id = stay.province_id and calendar.start_year = stay.year
{joins}
where stay.school_class_id = %(class)s
order by student.name_key, student.id, stay.starts_on desc
"""
LEVELS = """
left join gradebook_primaryrow kept on kept.year = %(year)s and kept.class_subject_id = %(book)s
  and kept.point = %(point)s and kept.student_id = student.id
"""
QUALITIES = """
left join gradebook_qualityrow kept on kept.year = %(year)s and kept.school_class_id = %(class)s
  and kept.point = %(point)s and kept.student_id = student.id
"""
# A term is halved: its first ten weeks lead to the middle, the rest to its end.
POINT_ON = """
select coalesce(max(case when term.starts_on <= given.today then 2 * term.number - 1
    + (given.today > term.starts_on + (term.ends_on - term.starts_on) * 5 / 9)::int end), 1)
from organisations_term term
join organisations_schoolyear of_year on of_year.id = term.year_id
cross join (select %s::bigint as province, %s::int as year, %s::date as today) given
where of_year.province_id = given.province and of_year.start_year = given.year
"""
_NO_TEST = "Khối {grade} không có bài kiểm tra định kì môn này ở thời điểm này."
_NOT_STUDIED = "Học sinh khối {grade} của lớp ghép không học môn này."
_LEFT_OUT = "Học sinh được miễn hoặc không học môn này."


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet at a point: columns, pupils, what corrections struck out, who may not write, why."""

    facts: ClassFacts
    point: int
    columns: list[Column]
    rows: list[CellRow]
    refusal: str | None
    book: Book | None = None
    corrected: Mapping[tuple[int, str], str] = field(default_factory=dict)

    @property
    def staying(self) -> int:
        return sum(1 for row in self.rows if row.left_on is None)

    def filled(self, slot: str) -> int:
        """How many pupils who stay have something in this column."""
        here = [row for row in self.rows if row.left_on is None]
        return sum(1 for row in here if row.values[slot] not in (None, "", -1))

    @property
    def due(self) -> int:
        """How many cells of levels and tests the point asks for."""
        return sum(
            is_due_slot(column.slot) and column.slot not in row.blocked
            for row in self.rows
            if row.left_on is None
            for column in self.columns
        )

    @property
    def entered(self) -> int:
        """How many of them are there."""
        slots = [column.slot for column in self.columns if is_due_slot(column.slot)]
        here = [row for row in self.rows if row.left_on is None]
        return sum(
            row.values[slot] not in (None, -1) and slot not in row.blocked
            for row in here
            for slot in slots
        )


def is_due_slot(slot: str) -> bool:
    """Whether a cell is due: remarks and second tests are not."""
    return slot not in ("comment", "remark", "again", "again2")


def subject_of_levels(book_id: int, point: int, student_id: int) -> str:
    """How the ledger calls a pupil's line of a subject page."""
    return f"primary:{book_id}.{point}.{student_id}"


def subject_of_qualities(class_id: int, point: int, student_id: int) -> str:
    """How the ledger calls a pupil's line of qualities and competences."""
    return f"quality:{class_id}.{point}.{student_id}"


def primary_class(class_id: int) -> ClassFacts:
    """A primary class; another class has no such sheets. The caller passes the gate."""
    facts = class_facts(class_id)
    if not facts.is_primary:
        raise NoSuchBook(class_id)
    return facts


def pupils_with(
    facts: ClassFacts, today: date, joins: str, columns: Iterable[str], given: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """The pupils by given name: id, name, code, day of leaving, grade, then the columns."""
    wanted = "".join(f", kept.{one}" for one in columns)
    known: dict[str, Any] = {"today": today, "class": facts.id, "year": facts.year}
    with connection.cursor() as cursor:
        cursor.execute(PUPILS.format(columns=wanted, joins=joins), {**known, **given})
        return list(cursor.fetchall())


def _unfinished(facts: ClassFacts) -> set[int]:
    """The pupils at Chưa hoàn thành at the end of the year: they are helped and assessed again."""
    rows = StudentResult.objects.filter(
        year=facts.year, school_class_id=facts.id, primary_level=YearLevel.CHT.name
    )
    return set(rows.values_list("student_id", flat=True))


def at_point(facts: ClassFacts, point: int, rows: Iterable[CellRow]) -> list[CellRow]:
    """The pupils whom a point concerns: all, and of re-assessment those who need it."""
    if point != AGAIN:
        return list(rows)
    wanted = _unfinished(facts)
    return [row for row in rows if row.student_id in wanted]


def level_rows(
    facts: ClassFacts, book: Book, point: int, columns: Sequence[Column], today: date
) -> list[CellRow]:
    """The pupils of a subject page with their levels, marks and remark."""
    given = {"book": book.id, "point": point}
    found = pupils_with(facts, today, LEVELS, CELLS, given)
    texts = {} if point == AGAIN else texts_of(book, point)
    blocks = _Blocks(facts, book, point, columns)
    rows = []
    for student, name, code, left_on, grade_code, *cells in found:
        grade = facts.grade_of(grade_code)
        told = " ".join(filter(None, texts.get(student, {}).values()))
        values: dict[str, Value] = {**dict(zip(CELLS, cells, strict=True)), "comment": told}
        blocked = blocks.of(student, grade)
        rows.append(CellRow(student, name, code, grade, left_on, values, blocked))
    return at_point(facts, point, rows)


class _Blocks:
    """Which cells of a subject page take nothing, and why."""

    def __init__(
        self, facts: ClassFacts, book: Book, point: int, columns: Sequence[Column]
    ) -> None:
        self.facts, self.book, self.point = facts, book, point
        self.slots = [column.slot for column in columns]
        self.tests = [column.slot for column in columns if column.kind == "whole"]
        self.studied = next(one for one in studied_in(facts.id) if one.id == book.id)
        with connection.cursor() as cursor:
            cursor.execute(LEFT_OUT, [facts.id])
            self.left_out = {student for one, student in cursor.fetchall() if one == book.id}

    def of(self, student: int, grade: int) -> dict[str, str]:
        if student in self.left_out:
            return dict.fromkeys(self.slots, _LEFT_OUT)
        if not self.studied.is_for(grade, self.facts.numbers):
            return dict.fromkeys(self.slots, _NOT_STUDIED.format(grade=grade))
        if not is_tested(self.book.subject_name, grade, self.point):
            return dict.fromkeys(self.tests, _NO_TEST.format(grade=grade))
        return {}


def quality_rows(facts: ClassFacts, point: int, today: date) -> list[CellRow]:
    """The pupils with their qualities, competences and remark."""
    found = pupils_with(facts, today, QUALITIES, (*SLOTS, "remark"), {"point": point})
    rows = []
    for student, name, code, left_on, grade_code, *cells in found:
        values: dict[str, Value] = dict(zip((*SLOTS, "remark"), cells, strict=True))
        values["remark"] = values["remark"] or ""
        grade = facts.grade_of(grade_code)
        rows.append(CellRow(student, name, code, grade, left_on, values, {}))
    return at_point(facts, point, rows)


def optional_slots(facts: ClassFacts) -> set[str]:
    """Competences that may stay empty in every grade of the class."""
    needed = {slot for grade in facts.numbers for slot in required_qualities(grade)}
    return set(SLOTS) - needed


def corrections(
    subjects: Mapping[str, int], columns: Sequence[Column]
) -> dict[tuple[int, str], str]:
    """The value that the last correction of each cell struck out (bút đỏ)."""
    slots = {column.label: column.slot for column in columns}
    struck: dict[tuple[int, str], str] = {}
    for line in changes_to(subjects, action="correct"):
        slot = slots.get(line.label.split(",", 1)[0], "")
        struck.setdefault((subjects[line.subject], slot), str(line.old or ""))
    return struck


def open_levels(actor: Actor, class_subject_id: int, point: int, today: date) -> Sheet:
    """The page of a subject of a primary class, for someone who may read it."""
    book = find_book(class_subject_id)
    permit(actor, "gradebook.view_marks", book.place)
    facts = primary_class(book.class_id)
    columns = columns_of(book.subject_name, facts.numbers, point)
    rows = level_rows(facts, book, point, columns, today)
    refusal = explain(actor, "gradebook.enter_marks", book.place)
    subjects = {subject_of_levels(book.id, point, one.student_id): one.student_id for one in rows}
    return Sheet(facts, point, columns, rows, refusal, book, corrections(subjects, columns))


def open_qualities(actor: Actor, class_id: int, point: int, today: date) -> Sheet:
    """Phẩm chất, năng lực of a primary class, for someone who may read its books."""
    facts = primary_class(class_id)
    permit(actor, "gradebook.view_marks", facts.place)
    columns, rows = quality_columns(), quality_rows(facts, point, today)
    refusal = explain(actor, "gradebook.assess_pupils", facts.place)
    subjects = {
        subject_of_qualities(facts.id, point, one.student_id): one.student_id for one in rows
    }
    return Sheet(facts, point, columns, rows, refusal, None, corrections(subjects, columns))


def cell_lines(sheet: Sheet, subject: str, slot: str) -> tuple[str, list[Any]]:
    """What happened to one cell, newest first, and how the cell is called."""
    label = next((one.label for one in sheet.columns if one.slot == slot), "")
    lines = [one for one in history_of(subject) if one.label.split(",", 1)[0] == label]
    return label, lines


def has_unfinished(facts: ClassFacts) -> bool:
    """Whether somebody of the class is to be assessed again."""
    return bool(_unfinished(facts))


def point_on(facts: ClassFacts, today: date) -> int:
    """Thời điểm đánh giá đang tới: the first half of a term leads to its middle."""
    with connection.cursor() as cursor:
        cursor.execute(POINT_ON, [facts.province_id, facts.year, today])
        found = cursor.fetchone()
    return int(found[0]) if found else 1
