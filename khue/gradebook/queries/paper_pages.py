"""Trang điểm của từng môn trong sổ in: cells as they stand, and what the red pen struck out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from khue.gradebook.models import SLOTS, MarkRow, SubjectComment, SubjectResult
from khue.gradebook.queries.books import Book
from khue.gradebook.queries.class_results import ClassResults, PupilResults, SubjectLine
from khue.gradebook.queries.grid import subject_of
from khue.gradebook.rules.marks import Mark, print_mark_cell
from khue.gradebook.rules.paper_shapes import (
    Cell,
    Corrected,
    MarkLine,
    SubjectPage,
    TeacherLine,
    TeacherPage,
)
from khue.gradebook.rules.slots import FINAL_SLOT, MIDTERM_SLOT, REGULAR_SLOTS
from khue.ledger.api import changes_to
from kit.dates import print_born, print_date
from kit.numbers import print_ratio

OFFICIAL_CELLS = 4
PASSING = 50
PASSED = 101
KIND_NOTES = {
    "practice": "Miễn thực hành",
    "reduced": "Giảm nhẹ yêu cầu",
    "plan": "Theo KH cá nhân",
    "exempt": "Miễn đánh giá",
    "not_taken": "Không học",
}
RowKey = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of the cells of some books: marks, old values, notes, comments in words."""

    marks: Mapping[RowKey, Mapping[str, Mark]]
    struck: Mapping[tuple[RowKey, str], tuple[str, ...]]
    notes: Mapping[tuple[int, int], str]
    remarks: Mapping[RowKey, str]

    def cell(self, key: RowKey, slot: str) -> Cell:
        """The printed value, with the old ones where it was corrected."""
        now = print_mark_cell(self.marks.get(key, {}).get(slot))
        old = self.struck.get((key, slot), ())
        return Corrected(now, old) if old else now


def kept_of(books: Sequence[Book], student_ids: Iterable[int]) -> Kept:
    """Everything that some books of one year hold about some pupils, in four reads."""
    ids, pupils = [one.id for one in books], list(student_ids)
    year = books[0].year if books else 0
    columns = ("class_subject_id", "term", "student_id")
    rows = MarkRow.objects.filter(year=year, class_subject_id__in=ids, student_id__in=pupils)
    marks = {
        (row[0], row[1], row[2]): dict(zip(SLOTS, row[3:], strict=True))
        for row in rows.values_list(*columns, *SLOTS)
    }
    return Kept(marks, _struck(books, marks), _notes(year, ids), _remarks(year, ids))


def _struck(
    books: Sequence[Book], keys: Iterable[RowKey]
) -> dict[tuple[RowKey, str], tuple[str, ...]]:
    """The old values of each corrected cell, the oldest first."""
    named = {book.id: book for book in books}
    subjects = {subject_of(*key): key for key in keys}
    found: dict[tuple[RowKey, str], list[str]] = defaultdict(list)
    for line in changes_to(subjects, action="correct"):
        key = subjects[line.subject]
        slot = _slot_of(named[key[0]].in_term(key[1]), line.label)
        found[key, slot].append(str(line.old or "–"))
    return {cell: tuple(reversed(old)) for cell, old in found.items()}


def _slot_of(book: Book, label: str) -> str:
    told = label.split(",", 1)[0]
    return next((slot for slot in book.slots if book.slot_label(slot) == told), "")


def _notes(year: int, book_ids: Sequence[int]) -> dict[tuple[int, int], str]:
    rows = SubjectResult.objects.filter(year=year, class_subject_id__in=book_ids).exclude(note="")
    return {
        (book, pupil): note
        for book, pupil, note in rows.values_list("class_subject_id", "student_id", "note")
    }


def _remarks(year: int, book_ids: Sequence[int]) -> dict[RowKey, str]:
    rows = SubjectComment.objects.filter(year=year, class_subject_id__in=book_ids)
    names = ("class_subject_id", "period", "student_id", "progress", "strengths", "limits")
    return {
        (book, period, pupil): " ".join(_sentence(part) for part in parts if part)
        for book, period, pupil, *parts in rows.values_list(*names)
    }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def subject_page(
    book: Book, term: int, results: ClassResults, kept: Kept, teachers: Sequence[str]
) -> SubjectPage:
    """One subject in one term, every pupil who ever sat in the class."""
    found = book.in_term(term)
    lines = tuple(
        _mark_line(number, pupil, found, term, kept)
        for number, pupil in enumerate(results.pupils, 1)
    )
    return SubjectPage(
        subject=book.subject_name,
        term=term,
        by_comment=book.by_comment,
        columns=max(OFFICIAL_CELLS, found.regular_marks),
        teachers=tuple(teachers),
        lines=lines,
        corrections=sum(key[:2] == (book.id, term) for key, _ in kept.struck),
    )


def _mark_line(number: int, pupil: PupilResults, book: Book, term: int, kept: Kept) -> MarkLine:
    line = pupil.subjects.get(book.id, SubjectLine())
    key = (book.id, term, pupil.student_id)
    return MarkLine(
        number=number,
        name=pupil.name,
        regular=tuple(kept.cell(key, slot) for slot in REGULAR_SLOTS[: book.regular_marks]),
        midterm=kept.cell(key, MIDTERM_SLOT),
        final=kept.cell(key, FINAL_SLOT),
        term=print_mark_cell(line.term(term)),
        year=print_mark_cell(line.year) if term == 2 else "",
        again=print_mark_cell(line.reassessed) if term == 2 else "",
        note=_note(pupil, line, term) or kept.notes.get((book.id, pupil.student_id), ""),
        left=pupil.left,
    )


def _note(pupil: PupilResults, line: SubjectLine, term: int) -> str:
    """Ghi chú: where the result comes from, what is demanded, when the pupil left."""
    kind = line.kind1 if term == 1 else line.kind2
    told = [
        "Điểm chuyển đến" if term in line.carried else "",
        KIND_NOTES.get(kind, ""),
        f"Ra khỏi lớp {print_date(pupil.ends_on)}" if pupil.left and pupil.ends_on else "",
    ]
    return "; ".join(text for text in told if text)


def teacher_page(book: Book, term: int, results: ClassResults, kept: Kept) -> TeacherPage:
    """A class subject in a term as the teacher's own book has it."""
    found = book.in_term(term)
    staying = [pupil for pupil in results.pupils if not pupil.left]
    reached = [pupil.subjects.get(book.id, SubjectLine()).term(term) for pupil in staying]
    known = [mark for mark in reached if mark is not None]
    passed = sum(_passes(mark) for mark in known)
    return TeacherPage(
        subject=book.subject_name,
        class_name=book.class_name,
        term=term,
        by_comment=book.by_comment,
        columns=max(OFFICIAL_CELLS, found.regular_marks),
        lines=tuple(
            _teacher_line(number, pupil, found, term, kept)
            for number, pupil in enumerate(results.pupils, 1)
        ),
        passed=_share(passed, len(known)),
        failed=_share(len(known) - passed, len(known)),
    )


def _passes(mark: int) -> bool:
    """From 5,0, or Đạt."""
    return mark == PASSED or PASSING <= mark < PASSED


def _share(part: int, whole: int) -> str:
    return f"{part} ({print_ratio(part, whole)}%)" if whole else ""


def _teacher_line(
    number: int, pupil: PupilResults, book: Book, term: int, kept: Kept
) -> TeacherLine:
    line = pupil.subjects.get(book.id, SubjectLine())
    key = (book.id, term, pupil.student_id)
    return TeacherLine(
        number=number,
        code=pupil.code,
        name=pupil.name,
        born=print_born(pupil.born),
        regular=tuple(kept.cell(key, slot) for slot in REGULAR_SLOTS[: book.regular_marks]),
        midterm=kept.cell(key, MIDTERM_SLOT),
        final=kept.cell(key, FINAL_SLOT),
        term=print_mark_cell(line.term(term)),
        year=print_mark_cell(line.year) if term == 2 else "",
        remark=kept.remarks.get(key, ""),
        left=pupil.left,
    )
