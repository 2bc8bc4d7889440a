"""Marks and results in great numbers, for those that read page by page.

Not gated: the caller has passed the gate for exactly these schools. Values are as they are stored:
tenths, 101 Đ and 102 CĐ, -1 waiting for a make-up test, -2 zero by rule.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from khue.gradebook.models import SLOTS, MarkRow, StudentResult
from kit.statements import kept_rows, keys_array
from kit.windows import Window, cut

MARK_KEYS = ("year", "class_subject_id", "term", "student_id")
RESULT_KEYS = ("year", "school_class_id", "student_id")


@dataclass(frozen=True, slots=True)
class MarkLine:
    """Điểm của một học sinh ở một môn trong một học kì; `slots` in the order of SLOTS."""

    year: int
    class_subject_id: int
    term: int
    student_id: int
    student_public_id: UUID
    school_id: int
    slots: tuple[int | None, ...]
    average: int | None

    @property
    def keys(self) -> tuple[int, ...]:
        return (self.year, self.class_subject_id, self.term, self.student_id)


@dataclass(frozen=True, slots=True)
class ResultLine:
    """Kết quả của một học sinh trong một năm học; levels 0 Tốt … 3 Chưa đạt."""

    year: int
    class_id: int
    student_id: int
    student_public_id: UUID
    school_id: int
    regime: str
    conduct1: int | None
    conduct2: int | None
    conduct_year: int | None
    learning1: int | None
    learning2: int | None
    learning_year: int | None
    primary_level: str
    outcome: str
    award: str

    @property
    def keys(self) -> tuple[int, ...]:
        return (self.year, self.class_id, self.student_id)


MARKS = (*MARK_KEYS, "student__public_id", "school_id", *SLOTS, "average")
RESULTS = (
    *RESULT_KEYS,
    *("student__public_id", "school_id", "regime", "conduct1", "conduct2", "conduct_year"),
    *("learning1", "learning2", "learning_year", "primary_level", "outcome", "award"),
)


def marks_window(schools: Collection[int], year: int, window: Window) -> list[MarkLine]:
    """Mark rows of a school year, in the order of their keys."""
    rows = MarkRow.objects.filter(year=year, school_id__in=schools)
    found = cut(rows, window, MARK_KEYS).values_list(*MARKS)
    return [_mark_line(row) for row in found]


def _mark_line(row: tuple[Any, ...]) -> MarkLine:
    first, second, third, fourth, public_id, school_id, *slots, average = row
    return MarkLine(first, second, third, fourth, public_id, school_id, tuple(slots), average)


def results_window(schools: Collection[int], year: int, window: Window) -> list[ResultLine]:
    """Results of pupils over all subjects in a school year, in the order of their keys."""
    rows = StudentResult.objects.filter(year=year, school_id__in=schools)
    return [ResultLine(*row) for row in cut(rows, window, RESULT_KEYS).values_list(*RESULTS)]


# --- one line for a cell, as protocols of the trade count them -------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """Một cột điểm of a class subject in a term; `slot` is its place in SLOTS."""

    class_subject_id: int
    term: int
    slot: int
    class_name: str
    subject_name: str
    form: str
    school_id: int
    year: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Một ô điểm đã có giá trị."""

    class_subject_id: int
    term: int
    student_id: int
    slot: int
    value: int
    student_public_id: UUID
    school_id: int


# The regular marks that a subject asks for, then mid-term and final.
COLUMNS = """
from organisations_classsubject book
join organisations_schoolclass class on class.id = book.school_class_id
join organisations_subject subject on subject.id = book.subject_id
cross join generate_series(1, 2) term
cross join generate_series(0, 7) slot
where (slot < book.regular_marks or slot > 5) and book.regular_marks > 0
  and book.school_id = any(%(schools)s::bigint[]) and class.year = %(year)s and
"""
COLUMN_ROWS = f"""
select book.id, term, slot, class.name, subject.name, book.form, book.school_id, class.year
{COLUMNS}"""
COLUMN_KEYS = "book.id, term, slot limit %(limit)s offset %(offset)s"
# The columns that a clause may name, here and below; a score is a number of tenths.
COLUMN_NAMES = {
    "book": "book.id",
    "class": "class.id",
    "school": "book.school_id",
    "form": "book.form",
    "term": "term",
    "slot": "slot",
}
COLUMN_COUNT = f"select count(*) {COLUMNS}"
STORED = ", ".join(f"mark.{one}" for one in SLOTS)
CELLS = f"""
from gradebook_markrow mark
join records_student student on student.id = mark.student_id
cross join lateral unnest(array[{STORED}]) with ordinality as cell (value, place)
where cell.value is not null and mark.year = %(year)s
  and mark.school_id = any(%(schools)s::bigint[]) and
"""
CELL_ROWS = f"""
select mark.class_subject_id, mark.term, mark.student_id, (cell.place - 1)::int, cell.value,
  student.public_id, mark.school_id
{CELLS}"""
CELL_KEYS = """mark.class_subject_id, mark.term, mark.student_id, cell.place
limit %(limit)s offset %(offset)s"""
CELL_NAMES = {
    "book": "mark.class_subject_id",
    "school": "mark.school_id",
    "student": "mark.student_id",
    "person": "student.public_id",
    "term": "mark.term",
    "slot": "(cell.place - 1)",
    "value": "cell.value",
    "score": "(case when cell.value between 0 and 100 then cell.value"
    " when cell.value = -2 then 0 end)",
}
CELL_COUNT = f"select count(*) {CELLS}"


def columns_window(schools: Collection[int], year: int, window: Window) -> list[Column]:
    """Columns of mark books, in the order of books, terms and columns."""
    condition, order, values = window.statement(COLUMN_NAMES)
    statement = f"{COLUMN_ROWS} {condition} order by {order}{COLUMN_KEYS}"
    return [Column(*row) for row in kept_rows(statement, _asked(schools, year, values))]


def count_columns(schools: Collection[int], year: int, window: Window) -> int:
    condition, _, values = window.statement(COLUMN_NAMES)
    statement = f"{COLUMN_COUNT} {condition}"
    return int(kept_rows(statement, _asked(schools, year, values))[0][0])


def cells_window(schools: Collection[int], year: int, window: Window) -> list[Cell]:
    """Cells that hold a value, in the order of books, terms, pupils and columns."""
    condition, order, values = window.statement(CELL_NAMES)
    statement = f"{CELL_ROWS} {condition} order by {order}{CELL_KEYS}"
    return [Cell(*row) for row in kept_rows(statement, _asked(schools, year, values))]


def count_cells(schools: Collection[int], year: int, window: Window) -> int:
    condition, _, values = window.statement(CELL_NAMES)
    statement = f"{CELL_COUNT} {condition}"
    return int(kept_rows(statement, _asked(schools, year, values))[0][0])


def _asked(schools: Collection[int], year: int, values: dict[str, object]) -> dict[str, object]:
    return {**values, "schools": keys_array(schools), "year": year}
