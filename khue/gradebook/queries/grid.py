"""Bảng điểm của một lớp: the pupils by given name, their marks, what was corrected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from khue.access.api import Actor, child_place, explain, permit
from khue.gradebook.models import SLOTS
from khue.gradebook.queries.books import Book, Count, find_book, open_book
from khue.gradebook.queries.corrections import open_cells
from khue.gradebook.queries.states import Closing, closing_of, closing_sentence
from khue.gradebook.rules.apart import closed_row, is_due
from khue.gradebook.rules.explanations import (
    Explanation,
    explain_brought_term,
    explain_subject_term,
    explain_subject_year,
)
from khue.gradebook.rules.marks import Mark, print_mark_cell
from khue.gradebook.rules.policies import GDTX_LEVEL
from khue.gradebook.rules.pupil_years import SubjectYear
from khue.gradebook.rules.slots import (
    TERM_NAMES,
    assessments_of,
    provisional_result,
    settled_in,
)
from khue.gradebook.rules.states import State
from khue.ledger.api import HistoryLine, changes_to, history_of
from kit.statements import kept_rows

# A pupil has left when the last stay in the class ended before today (before the year's end, once
# the year is over); who came twice is one line, by the later stay.
PUPILS = """
select distinct on (student.name_key, student.id) student.id, student.name, student.code,
  stay.starts_on, stay.ends_on,
  coalesce(stay.ends_on < least(%(today)s, coalesce(calendar.ends_on, %(today)s)), false),
  {columns}
from records_enrolment stay
join records_student student on student.id = stay.student_id
left join organisations_schoolyear calendar
  on calendar.province_id = stay.province_id and calendar.start_year = stay.year
left join lateral (
  select max(fact.kind) filter (where fact.first_term = 1) as first,
    max(fact.kind) filter (where fact.last_term = 2) as second
  from gradebook_subjectcircumstance fact
  where fact.class_subject_id = %(book)s and fact.student_id = student.id
) kinds on true
left join lateral (
  select max(brought.value) filter (where brought.term = 1) as first,
    max(brought.value) filter (where brought.term = 2) as second,
    max(brought.from_school) as school
  from gradebook_carriedresult brought where brought.student_id = student.id
    and brought.year = %(year)s and brought.subject_id = %(subject)s
) brought on true
{joins}
where stay.school_class_id = %(class)s {condition}
order by student.name_key, student.id, stay.starts_on desc
"""
MARKS = """
left join gradebook_markrow {name} on {name}.year = %(year)s and {name}.term = {term}
  and {name}.class_subject_id = %(book)s and {name}.student_id = student.id
"""
# The cells of one strand; the result stays that of the subject.
STRAND = """
left join gradebook_strandrow part on part.year = %(year)s and part.term = %(term)s
  and part.class_subject_id = %(book)s and part.strand = %(strand)s
  and part.student_id = student.id
"""
APART = [
    "coalesce(kinds.first, '')",
    "coalesce(kinds.second, '')",
    "brought.first",
    "brought.second",
    "coalesce(brought.school, '')",
]


@dataclass(frozen=True, slots=True)
class PupilRow:
    """One line of the book: a pupil and the marks of the term; `left` locks and strikes it.

    `kinds` are the circumstances of the two terms; `brought` the results of the terms that came
    along from `from_school` and stand in the place of the book's own.
    """

    student_id: int
    name: str
    code: str
    starts_on: date
    ends_on: date | None
    left: bool
    marks: Mapping[str, Mark]
    average: Mark
    version: int
    first_average: Mark = None
    kinds: tuple[str, str] = ("", "")
    brought: tuple[Mark, Mark] = (None, None)
    from_school: str = ""

    def kind(self, term: int) -> str:
        return self.kinds[term - 1]

    def is_brought(self, term: int) -> bool:
        return self.brought[term - 1] is not None

    def is_due(self, term: int) -> bool:
        """Whether the assessments of this term are asked of the pupil."""
        return not self.left and is_due(self.kind(term), brought=self.is_brought(term))

    def closed(self, term: int) -> str:
        """Why the row takes no marks of this term; "" when it does."""
        school = self.from_school if self.is_brought(term) else ""
        return closed_row(self.kind(term), self.name, term, school)


@dataclass(frozen=True, slots=True)
class Grid:
    """A term of a book as the page shows it.

    `closed` says why it takes no marks today; `asked` holds the requests to correct that are open.
    """

    book: Book
    term: int
    pupils: list[PupilRow]
    closing: Closing
    closed: str
    refusal: str | None
    corrected: Mapping[tuple[int, str], str] = field(default_factory=dict)
    asked: Mapping[tuple[int, str], str] = field(default_factory=dict)

    @property
    def term_name(self) -> str:
        return TERM_NAMES[self.term]

    @property
    def progress(self) -> Count:
        entered = sum(settled_in(pupil.marks, self.book.regular_marks) for pupil in self._due)
        return Count(len(self._due) * len(self.book.slots), entered)

    @property
    def _due(self) -> list[PupilRow]:
        if not self.book.taught[self.term - 1]:
            return []
        return [pupil for pupil in self.pupils if pupil.is_due(self.term)]

    def filled(self, slot: str) -> int:
        """How many pupils of whom it is asked have this assessment."""
        waiting = (None, -1)
        return sum(1 for one in self._due if one.marks[slot] not in waiting)

    @property
    def waiting(self) -> int:
        """How many assessments wait for a make-up."""
        if self.book.strand:
            return 0
        return sum(one.marks[slot] == -1 for one in self._due for slot in self.book.slots)

    @property
    def staying(self) -> int:
        return sum(1 for pupil in self.pupils if not pupil.left)

    def provisional(self, pupil: PupilRow) -> Mark:
        book = self.book
        return provisional_result(pupil.marks, book.regular_marks, by_comment=book.by_comment)

    def year_result(self, pupil: PupilRow) -> Mark:
        return year_of_row(self.book, pupil.first_average, pupil.average, pupil)


def year_of_row(book: Book, first: Mark, second: Mark, pupil: PupilRow) -> Mark:
    """Kết quả cả năm của một dòng: as the stored result of the year is computed."""
    return SubjectYear(book.id, book.by_comment, (first, second), book.taught, pupil.kinds).year


def _statement(term: int, condition: str, strand: int) -> str:
    cells = "part" if strand else "marks"
    columns = [*APART, *[f"{cells}.{name}" for name in SLOTS], "marks.average", "marks.version"]
    joins = MARKS.format(name="marks", term="%(term)s") + (STRAND if strand else "")
    if term == 2:
        columns.append("earlier.average")
        joins += MARKS.format(name="earlier", term="1")
    return PUPILS.format(columns=", ".join(columns), joins=joins, condition=condition)


def _pupil(row: tuple[Any, ...], term: int) -> PupilRow:
    facts, apart, marks, rest = (
        row[:6],
        row[6:11],
        row[11 : 11 + len(SLOTS)],
        row[11 + len(SLOTS) :],
    )
    student_id, name, code, starts_on, ends_on, left = facts
    kind1, kind2, brought1, brought2, school = apart
    own = brought1 if term == 1 else brought2
    earlier = rest[2] if term == 2 else None
    return PupilRow(
        student_id,
        name,
        code or "",
        starts_on,
        ends_on,
        left,
        dict(zip(SLOTS, marks, strict=True)),
        rest[0] if own is None else own,
        rest[1] or 0,
        earlier if term == 1 or brought1 is None else brought1,
        (kind1, kind2),
        (brought1, brought2),
        school,
    )


def pupils_of(
    book: Book, term: int, today: date, only: Iterable[int] | None = None
) -> list[PupilRow]:
    """The lines of a book in the order of given names; `only` some pupils when given."""
    condition = "" if only is None else "and stay.student_id = any(%(only)s)"
    given: dict[str, Any] = {
        "today": today,
        "class": book.class_id,
        "year": book.year,
        "book": book.id,
        "subject": book.subject_id,
        "term": term,
        "strand": book.strand,
        "only": None if only is None else list(only),
    }
    rows = kept_rows(_statement(term, condition, book.strand), given)
    return [_pupil(row, term) for row in rows]


def row_subject(book: Book, term: int, student_id: int) -> str:
    """How the ledger calls the row that a book shows: of the subject, or of one strand."""
    if book.strand:
        return f"strand:{book.id}.{book.strand}.{term}.{student_id}"
    return subject_of(book.id, term, student_id)


def subject_of(book_id: int, term: int, student_id: int) -> str:
    """How the ledger calls a row of marks."""
    return f"mark:{book_id}.{term}.{student_id}"


def _slot_of_label(book: Book, label: str) -> str:
    named = {book.slot_label(slot): slot for slot in book.slots}
    return named.get(label.split(",", 1)[0], "")


def _corrections(book: Book, term: int, pupils: list[PupilRow]) -> dict[tuple[int, str], str]:
    """The value that the last correction of each cell struck out (bút đỏ)."""
    subjects = {row_subject(book, term, one.student_id): one.student_id for one in pupils}
    struck: dict[tuple[int, str], str] = {}
    for line in changes_to(subjects, action="correct"):
        key = (subjects[line.subject], _slot_of_label(book, line.label))
        struck.setdefault(key, str(line.old or ""))
    return struck


def open_grid(
    actor: Actor, class_subject_id: int, term: int, today: date, *, strand: int = 0
) -> Grid:
    """A term of a book, for someone who may read it; says why it may not be written in.

    `strand`: the cells of one strand of an integrated subject, 0 those of the subject.
    """
    book = open_book(actor, class_subject_id, "gradebook.view_marks")
    book = book.in_term(term).in_strand(strand)
    pupils = pupils_of(book, term, today)
    closing = closing_of(book.class_id, book.id, term)
    closed = closing_sentence(closing, book.title, term, today)
    refusal = explain(actor, "gradebook.enter_marks", book.place)
    struck = _corrections(book, term, pupils)
    asked = {} if closing.state is State.OPEN else open_cells(book, term)
    return Grid(book, term, pupils, closing, closed, refusal, struck, asked)


def cell_history(
    actor: Actor, class_subject_id: int, term: int, student_id: int, slot: str, *, strand: int = 0
) -> tuple[Book, list[HistoryLine]]:
    """What happened to one cell, newest first."""
    book = open_book(actor, class_subject_id, "gradebook.view_marks")
    book = book.in_term(term).in_strand(strand)
    lines = history_of(row_subject(book, term, student_id))
    return book, [line for line in lines if _slot_of_label(book, line.label) == slot]


@dataclass(frozen=True, slots=True)
class MadeOf:
    """Cách tính of one pupil's result: of the term, and of the year where there is one."""

    book: Book
    pupil: PupilRow
    steps: list[Explanation]
    provisional: str


def how_it_was_made(
    actor: Actor, class_subject_id: int, term: int, student_id: int, today: date
) -> MadeOf | None:
    """The computation behind a pupil's result; none when the pupil is not in the class."""
    book = open_book(actor, class_subject_id, "gradebook.view_marks").in_term(term)
    found = pupils_of(book, term, today, only=[student_id])
    if not found:
        return None
    pupil = found[0]
    steps = [*_term_explained(book, term, pupil), *_year_explained(book, term, pupil)]
    guess = provisional_result(pupil.marks, book.regular_marks, by_comment=book.by_comment)
    waits = pupil.average is None and pupil.is_due(term)
    return MadeOf(book, pupil, steps, print_mark_cell(guess) if waits else "")


def how_a_childs_was_made(
    actor: Actor, student_id: int, class_subject_id: int, term: int, today: date
) -> MadeOf | None:
    """The computation behind a result that stands, for the family; what waits is not told."""
    permit(actor, "gradebook.view_child_marks", child_place(student_id))
    book = find_book(class_subject_id).in_term(term)
    pupil = next(iter(pupils_of(book, term, today, only=[student_id])), None)
    if pupil is None or pupil.average is None:
        return None
    return MadeOf(book, pupil, _term_explained(book, term, pupil), "")


def _term_explained(book: Book, term: int, pupil: PupilRow) -> list[Explanation]:
    if pupil.is_brought(term):
        return [explain_brought_term(pupil.average, term, pupil.from_school)]
    if not book.taught[term - 1]:
        return []
    titles = [book.slot_title(slot) for slot in book.slots[: book.regular_marks]]
    given = assessments_of(pupil.marks, book.regular_marks)
    continuing = book.level == GDTX_LEVEL
    return [
        explain_subject_term(
            given, by_comment=book.by_comment, titles=titles, continuing=continuing
        )
    ]


def _year_explained(book: Book, term: int, pupil: PupilRow) -> list[Explanation]:
    """In term II, or where term I is the whole year."""
    if term == 1 and book.taught[1]:
        return []
    results = (pupil.average, None) if term == 1 else (pupil.first_average, pupil.average)
    subject = SubjectYear(book.id, book.by_comment, results, book.taught, pupil.kinds)
    return [explain_subject_year(subject, continuing=book.level == GDTX_LEVEL)]
