"""Phân môn của môn tích hợp: each strand has its own cells; some decide the cell of the subject.

Nghệ thuật: Đ only where every strand is Đ, so the cell is computed. Scored integrated subjects:
the marks of strands inform the teacher, the cell of the subject is the mark.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection

from khue.gradebook.models import SLOTS, MarkRow, StrandRow
from khue.gradebook.queries.books import Book
from khue.gradebook.queries.grid import row_subject
from khue.gradebook.rules.marks import Mark, print_mark_cell
from khue.gradebook.rules.slots import SPOKEN_TERMS, term_result
from khue.gradebook.rules.strands import arts_assessment
from khue.gradebook.services.counting import count_book
from khue.gradebook.services.results import refresh_results
from khue.gradebook.services.writing import WrittenRow, write_rows
from khue.ledger.api import Change, Operation, append_changes

Rows = Mapping[int, Mapping[str, Mark]]
Cell = tuple[int, str]
# The caller holds the book of the term, so that strands need no version of their own.
WRITE = f"""
insert into gradebook_strandrow
  (year, class_subject_id, term, student_id, strand, school_id, province_id, {", ".join(SLOTS)})
select %s, %s, %s, given.student_id, %s, %s, %s, {", ".join(f"given.{one}" for one in SLOTS)}
from unnest(%s::bigint[], {", ".join("%s::smallint[]" for _ in SLOTS)})
  as given (student_id, {", ".join(SLOTS)})
on conflict (year, class_subject_id, term, student_id, strand) do update set
  {", ".join(f"{one} = excluded.{one}" for one in SLOTS)}
"""  # noqa: S608  (put together from our own column names)


def write_strands(
    book: Book, term: int, operation: Operation, rows: Rows, cells: Collection[Cell]
) -> None:
    """Write the rows of one strand and, where strands decide, the subject's `cells` as well.

    A cell that was entered for the whole subject stands until all its strands are there.
    """
    before = strand_cells(book, term, list(rows))
    _put(book, term, rows)
    if book.strands_decide:
        after = strand_cells(book, term, list(rows))
        computed = {cell: after.get(cell) for cell in cells}
        kept = {cell for cell, mark in computed.items() if mark is None and cell not in before}
        wanted = {cell: mark for cell, mark in computed.items() if cell not in kept}
        _write_subject(book, term, operation, wanted)


def _put(book: Book, term: int, rows: Rows) -> None:
    columns = [[marks.get(slot) for marks in rows.values()] for slot in SLOTS]
    where: list[Any] = [book.year, book.id, term, book.strand, book.school_id, book.province_id]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [*where, list(rows), *columns])


def strand_cells(book: Book, term: int, students: Sequence[int] | None = None) -> dict[Cell, Mark]:
    """Cells of the subject that follow from strands, by pupil and column; of some pupils or all."""
    found: dict[Cell, dict[int, Mark]] = {}
    rows = StrandRow.objects.filter(year=book.year, class_subject_id=book.id, term=term)
    for row in rows if students is None else rows.filter(student_id__in=students):
        for slot in book.slots:
            if getattr(row, slot) is not None:
                found.setdefault((row.student_id, slot), {})[row.strand] = getattr(row, slot)
    strands = range(1, len(book.strand_names) + 1)
    return {
        cell: arts_assessment([marks.get(strand) for strand in strands])
        for cell, marks in found.items()
    }


def _write_subject(
    book: Book, term: int, operation: Operation, computed: Mapping[Cell, Mark]
) -> None:
    """Put these cells of the subject down, with its results."""
    students = sorted({student_id for student_id, _ in computed})
    standing = {
        row.student_id: row
        for row in MarkRow.objects.filter(
            year=book.year, class_subject_id=book.id, term=term, student_id__in=students
        )
    }
    subject = book.whole
    written: list[WrittenRow] = []
    changes: list[Change] = []
    moved: list[int] = []
    for student_id in students:
        old = standing.get(student_id)
        before = {slot: getattr(old, slot) if old else None for slot in SLOTS}
        after = {**before, **_of_pupil(computed, student_id)}
        if before == after:
            continue
        average = term_result(after, subject.regular_marks, by_comment=subject.by_comment)
        written.append(WrittenRow(student_id, after, average, old.version if old else 0))
        changes += _told(subject, term, student_id, before, after)
        if average != (old.average if old else None):
            moved.append(student_id)
    if written:
        write_rows(subject, term, written)
        append_changes(operation, changes)
        count_book(subject.id, subject.year, term, operation.at)
    if moved:
        refresh_results(class_id=subject.class_id, now=operation.at, student_ids=moved)


def _of_pupil(computed: Mapping[Cell, Mark], student_id: int) -> dict[str, Mark]:
    return {slot: mark for (one, slot), mark in computed.items() if one == student_id}


def _told(
    book: Book,
    term: int,
    student_id: int,
    before: Mapping[str, Mark],
    after: Mapping[str, Mark],
) -> list[Change]:
    return [
        Change(
            subject=row_subject(book, term, student_id),
            action="compute",
            label=f"{book.slot_label(slot)}, {book.title}, {SPOKEN_TERMS[term]}",
            old=print_mark_cell(before[slot]) or None,
            new=print_mark_cell(after[slot]) or None,
            reason=f"Theo các phân môn {', '.join(book.strand_names)}",
            school_id=book.school_id,
            province_id=book.province_id,
        )
        for slot in book.slots
        if before[slot] != after[slot]
    ]
