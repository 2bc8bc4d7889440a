"""Kiểm tra và tính lại kết quả: from raw marks, beside what is stored; the proof of the books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from khue.gradebook.models import SLOTS, MarkRow, StudentResult, SubjectResult
from khue.gradebook.queries.books import Book, read_class
from khue.gradebook.queries.grid import subject_of
from khue.gradebook.queries.result_inputs import (
    Averages,
    ClassFacts,
    class_facts,
    computed_results,
    pupils_with_facts,
    regime_of_pupil,
)
from khue.gradebook.rules.marks import Mark, print_mark_cell
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.rules.slots import SPOKEN_TERMS, term_result
from khue.gradebook.services.primary_results import COMPUTED as PRIMARY_COMPUTED
from khue.gradebook.services.primary_results import computed_primary_rows
from khue.gradebook.services.results import ALONE, COMPUTED, computed_row, refresh_results
from khue.gradebook.services.strands import strand_cells
from khue.ledger.api import Author, Change, Operation, append_changes

# Differences that lie in a row of marks.
OF_MARKS = ("cells", "marks")
PLATFORM = Author(None, "Hệ thống tính lại kết quả")
HOLD_BOOKS = """
select id from gradebook_progress where class_subject_id in
  (select id from organisations_classsubject where school_class_id = %s)
order by class_subject_id, term for update
"""
REPAIR = """
update gradebook_markrow kept set average = given.average, version = kept.version + 1
from unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::smallint[])
  as given (book, term, student_id, average)
where kept.year = %s and kept.class_subject_id = given.book and kept.term = given.term
  and kept.student_id = given.student_id
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored value that the marks do not bear out; no names, so that it may be printed.

    `table` is cells (those that follow from strands), marks, subjects or pupils; `book` and `term`
    are 0 where they say nothing.
    """

    class_id: int
    student_id: int
    table: str
    column: str
    stored: Any
    computed: Any
    book: int = 0
    term: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """How many rows were looked at, and what differs."""

    rows: int = 0
    differences: tuple[Difference, ...] = ()

    def __add__(self, other: Checked) -> Checked:
        return Checked(self.rows + other.rows, self.differences + other.differences)


def check_class(class_id: int) -> Checked:
    """Compare every stored result of a class with one computed from its raw marks."""
    facts = class_facts(class_id)
    averages, marks = _check_marks(facts)
    made = computed_results(facts, pupils_with_facts(facts, averages=averages))
    rows = {one: computed_row(*computed) for one, computed in made.items()}
    wanted = {
        (book, pupil): mark
        for pupil, (_, _, year) in made.items()
        for book, mark in year.subjects.items()
    }
    found = marks + _check_subjects(facts, wanted) + _check_pupils(facts, rows, COMPUTED)
    return found + _check_primary(facts)


def _check_marks(facts: ClassFacts) -> tuple[Averages, Checked]:
    books = [one for one in read_class(facts.id) if one.slots]
    found = {(one.id, term): one.in_term(term) for one in books for term in (1, 2)}
    stored = MarkRow.objects.filter(
        year=facts.year, class_subject_id__in=[one.id for one in books]
    ).values_list("class_subject_id", "term", "student_id", "average", *SLOTS)
    averages: dict[tuple[int, int, int], Mark] = {}
    strands = {key: _of_strands(book, key[1]) for key, book in found.items()}
    different = []
    for book, term, student_id, average, *given in stored.iterator(chunk_size=5000):
        marks = dict(zip(SLOTS, given, strict=True))
        of_strands = strands[book, term].get(student_id, {})
        different += [
            Difference(facts.id, student_id, "cells", slot, marks[slot], mark, book, term)
            for slot, mark in of_strands.items()
            if marks[slot] != mark
        ]
        computed = _average(found[book, term], {**marks, **of_strands})
        averages[book, term, student_id] = computed
        if computed != average:
            told = (facts.id, student_id, "marks", "average", average, computed, book, term)
            different.append(Difference(*told))
    return averages, Checked(len(averages), tuple(different))


def _of_strands(book: Book, term: int) -> dict[int, dict[str, Mark]]:
    """The cells that strands decide, by pupil; one entered before its strands stands by itself."""
    found: dict[int, dict[str, Mark]] = {}
    if book.strands_decide:
        for (student_id, slot), mark in strand_cells(book, term).items():
            if mark is not None:
                found.setdefault(student_id, {})[slot] = mark
    return found


def _average(book: Book, marks: Mapping[str, Mark]) -> Mark:
    return term_result(marks, book.regular_marks, by_comment=book.by_comment)


def _check_subjects(facts: ClassFacts, wanted: Mapping[tuple[int, int], Mark]) -> Checked:
    rows = SubjectResult.objects.filter(
        year=facts.year, class_subject__school_class_id=facts.id
    ).values_list("class_subject_id", "student_id", "result")
    stored = {(book, pupil): result for book, pupil, result in rows}
    different = [
        Difference(facts.id, key[1], "subjects", "result", stored.get(key), mark, key[0])
        for key, mark in wanted.items()
        if stored.get(key) != mark
    ]
    return Checked(len(stored), tuple(different))


def _check_pupils(
    facts: ClassFacts, rows: Mapping[int, Mapping[str, Any]], columns: Sequence[str]
) -> Checked:
    stored = {
        row["student_id"]: row
        for row in StudentResult.objects.filter(
            year=facts.year, school_class_id=facts.id, student_id__in=list(rows)
        ).values("student_id", *columns)
    }
    different = [
        Difference(facts.id, pupil, "pupils", column, was, row[column])
        for pupil, row in rows.items()
        for column, was in _stored(stored.get(pupil), row, columns)
        if was != row[column]
    ]
    return Checked(len(stored), tuple(different))


def _stored(
    kept: Mapping[str, Any] | None, row: Mapping[str, Any], columns: Sequence[str]
) -> Iterator[tuple[str, Any]]:
    """What is stored, column by column; without a row, nothing has been computed yet."""
    for column in columns:
        if kept is not None:
            yield column, kept[column]
        elif column not in ("grade", "regime"):
            yield column, "" if isinstance(row[column], str) else None


def _check_primary(facts: ClassFacts) -> Checked:
    if regime_of_pupil(_grade(facts), facts.level, facts.year) is not Regime.TT27:
        return Checked()
    rows = {
        row.student_id: {column: getattr(row, column) for column in PRIMARY_COMPUTED}
        for row in computed_primary_rows(facts.id)
    }
    return _check_pupils(facts, rows, PRIMARY_COMPUTED)


def _grade(facts: ClassFacts) -> str:
    return facts.grades[0] if facts.grades else ""


@transaction.atomic
def repair_class(class_id: int, *, now: datetime, author: Author = PLATFORM) -> Checked:
    """Put right what differs in a class, and tell it in the ledger; return what differed."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD_BOOKS, [class_id])
        cursor.execute(ALONE, [class_id])
    found = check_class(class_id)
    if found.differences:
        facts = class_facts(class_id)
        _repair_cells(facts, [one for one in found.differences if one.table == "cells"])
        _repair_marks(facts, [one for one in found.differences if one.table == "marks"])
        refresh_results(class_id=class_id, now=now)
        changes = list(_told(facts, found.differences))
        append_changes(Operation(author, now), changes)
    return found


def _repair_cells(facts: ClassFacts, wrong: Iterable[Difference]) -> None:
    for one in wrong:
        MarkRow.objects.filter(
            year=facts.year,
            class_subject_id=one.book,
            term=one.term,
            student_id=one.student_id,
        ).update(**{one.column: one.computed, "version": F("version") + 1})


def _repair_marks(facts: ClassFacts, wrong: Sequence[Difference]) -> None:
    if not wrong:
        return
    columns = [
        [one.book for one in wrong],
        [one.term for one in wrong],
        [one.student_id for one in wrong],
        [one.computed for one in wrong],
    ]
    with connection.cursor() as cursor:
        cursor.execute(REPAIR, [*columns, facts.year])


def _told(facts: ClassFacts, differences: Iterable[Difference]) -> Iterator[Change]:
    """One entry for each row: a mark row, or everything else of a pupil together."""
    books = {book.id: book for book in read_class(facts.id)}
    ordered = sorted(differences, key=_row_of)
    for subject, group in groupby(ordered, key=_row_of):
        lines = list(group)
        yield Change(
            subject=subject,
            action="recompute",
            label=_label(lines[0], books),
            old={_column(one): _shown(one, one.stored) for one in lines},
            new={_column(one): _shown(one, one.computed) for one in lines},
            reason="Tính lại từ điểm đã nhập",
            school_id=facts.school_id,
            province_id=facts.province_id,
        )


def _row_of(one: Difference) -> str:
    if one.table in OF_MARKS:
        return subject_of(one.book, one.term, one.student_id)
    return f"result:{one.class_id}.{one.student_id}"


def _label(one: Difference, books: Mapping[int, Book]) -> str:
    if one.table in OF_MARKS:
        return f"Kết quả {books[one.book].title}, {SPOKEN_TERMS[one.term]}"
    return "Kết quả năm học"


def _column(one: Difference) -> str:
    return f"{one.column}.{one.book}" if one.table == "subjects" else one.column


def _shown(one: Difference, value: Any) -> Any:
    return value if one.table == "pupils" else print_mark_cell(value) or None
