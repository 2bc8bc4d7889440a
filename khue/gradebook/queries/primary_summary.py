"""Bảng tổng hợp kết quả đánh giá giáo dục của lớp: one wide table at each point of the year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from khue.access.api import Actor, explain, permit
from khue.gradebook.models import PrimaryRow, QualityRow, StudentResult
from khue.gradebook.queries.primary import primary_class, pupils_with
from khue.gradebook.queries.primary_year import (
    CELLS,
    SLOTS,
    ClassFacts,
    Studied,
    YearOfPupil,
    studied_in,
    year_of_class,
)
from khue.gradebook.rules.awards import TITLES, Award
from khue.gradebook.rules.explanations.base import Explanation
from khue.gradebook.rules.explanations.primary import explain_primary_award, explain_primary_year
from khue.gradebook.rules.primary import (
    NO_CELLS,
    YEAR_END,
    Cells,
    is_tested,
    quality_columns,
    strands_of,
)
from khue.gradebook.rules.promotion import Outcome, outcome_name
from khue.gradebook.rules.sheet_cells import Column
from khue.gradebook.rules.tt27 import PrimaryOutcome, YearLevel

RESULT = (
    "primary_level",
    "primary_after",
    "outcome",
    "decided",
    "decided_reason",
    "award",
    "recognised",
)
LAST_GRADE = 5


@dataclass(frozen=True, slots=True)
class SubjectColumns:
    """The columns of one subject: its levels, and its marks where it has a test."""

    id: int
    name: str
    strands: tuple[str, ...]
    tested: bool

    @property
    def width(self) -> int:
        return max(1, len(self.strands)) * (2 if self.tested else 1)

    @property
    def level_slots(self) -> list[tuple[str, str]]:
        """(slot, strand) of each level."""
        return (
            [("level", self.strands[0]), ("level2", self.strands[1])]
            if self.strands
            else [("level", "")]
        )


@dataclass(frozen=True, slots=True)
class YearOutcome:
    """What the year came to, as it is stored: levels, the decision, the title."""

    level: str = ""
    after: str = ""
    outcome: str = ""
    decided: str = ""
    decided_reason: str = ""
    award: str = ""
    recognised: bool = False

    @property
    def level_name(self) -> str:
        return YearLevel[self.level].name_vi if self.level else ""

    @property
    def after_name(self) -> str:
        return YearLevel[self.after].name_vi if self.after else ""

    @property
    def award_name(self) -> str:
        return TITLES[Award(self.award)] if self.award else ""

    @property
    def waits_for_principal(self) -> bool:
        return self.outcome == PrimaryOutcome.PRINCIPAL_DECIDES.name

    def outcome_name(self, grade: int) -> str:
        """The decision in words: the principal's, where there is one."""
        if self.decided:
            return outcome_name(Outcome(self.decided), grade)
        if self.outcome == PrimaryOutcome.COMPLETED.name and grade == LAST_GRADE:
            return "Hoàn thành chương trình tiểu học"
        return PrimaryOutcome[self.outcome].value if self.outcome else ""


NO_OUTCOME = YearOutcome()


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One pupil: cells by class subject, the 15 levels, the remark, the year."""

    student_id: int
    name: str
    code: str
    grade: int
    left_on: date | None
    cells: Mapping[int, Cells]
    qualities: Mapping[str, int | None]
    remark: str
    year: YearOutcome

    def of(self, book_id: int) -> Cells:
        return self.cells.get(book_id, NO_CELLS)


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole table of a class at a point; `refusal`: why recognition is not written here."""

    facts: ClassFacts
    point: int
    subjects: list[SubjectColumns]
    qualities: list[Column]
    rows: list[SummaryRow]
    refusal: str | None

    @property
    def staying(self) -> list[SummaryRow]:
        return [row for row in self.rows if row.left_on is None]

    @property
    def of_year(self) -> bool:
        return self.point >= YEAR_END

    def level_counts(self, book_id: int, slot: str) -> Counter[int]:
        """How many pupils have each level in a subject."""
        found = (getattr(row.of(book_id), slot) for row in self.staying)
        return Counter(level for level in found if level is not None)

    def quality_counts(self, slot: str) -> Counter[int]:
        """How many pupils have each level of a quality or competence."""
        found = (row.qualities.get(slot) for row in self.staying)
        return Counter(level for level in found if level is not None)

    @property
    def year_counts(self) -> Counter[str]:
        """How many pupils reached each level of the year."""
        return Counter(row.year.level for row in self.staying if row.year.level)


def _columns(facts: ClassFacts, one: Studied, point: int) -> SubjectColumns:
    tested = any(is_tested(one.name, grade, point) for grade in facts.numbers)
    return SubjectColumns(one.id, one.name, strands_of(one.name), tested)


def _cells(facts: ClassFacts, books: list[int], point: int) -> dict[int, dict[int, Cells]]:
    rows = PrimaryRow.objects.filter(year=facts.year, class_subject_id__in=books, point=point)
    found: dict[int, dict[int, Cells]] = defaultdict(dict)
    for student, book, *cells in rows.values_list("student_id", "class_subject_id", *CELLS):
        found[student][book] = Cells(*cells)
    return found


def _qualities(facts: ClassFacts, point: int) -> dict[int, tuple[dict[str, int | None], str]]:
    rows = QualityRow.objects.filter(year=facts.year, school_class_id=facts.id, point=point)
    return {
        student: (dict(zip(SLOTS, levels, strict=True)), remark)
        for student, remark, *levels in rows.values_list("student_id", "remark", *SLOTS)
    }


def _years(facts: ClassFacts) -> dict[int, YearOutcome]:
    rows = StudentResult.objects.filter(year=facts.year, school_class_id=facts.id)
    return {
        student: YearOutcome(*rest) for student, *rest in rows.values_list("student_id", *RESULT)
    }


def open_summary(actor: Actor, class_id: int, point: int, today: date) -> Summary:
    """Bảng tổng hợp of a primary class at one of the four points, for who may read its books."""
    facts = primary_class(class_id)
    permit(actor, "gradebook.view_marks", facts.place)
    subjects = [_columns(facts, one, point) for one in studied_in(class_id)]
    cells = _cells(facts, [one.id for one in subjects], point)
    qualities, years = _qualities(facts, point), _years(facts)
    rows = []
    for student, name, code, left_on, grade in pupils_with(facts, today, "", (), {}):
        levels, remark = qualities.get(student, ({}, ""))
        year = years.get(student, NO_OUTCOME)
        number = facts.grade_of(grade)
        found = cells.get(student, {})
        rows.append(SummaryRow(student, name, code, number, left_on, found, levels, remark, year))
    refusal = explain(actor, "gradebook.assess_pupils", facts.place)
    return Summary(facts, point, subjects, quality_columns()[:-1], rows, refusal)


@dataclass(frozen=True, slots=True)
class PrimaryMade:
    """Cách đánh giá of one pupil's year, by the names that the page shows."""

    facts: ClassFacts
    name: str
    of_year: Explanation
    of_award: Explanation | None
    year: YearOfPupil
    outcome: YearOutcome


def how_primary_was_made(
    actor: Actor, class_id: int, student_id: int, today: date
) -> PrimaryMade | None:
    """What the year level of a pupil follows from; none when the pupil is not in the class."""
    facts = primary_class(class_id)
    permit(actor, "gradebook.view_marks", facts.place)
    names = {row[0]: row[1] for row in pupils_with(facts, today, "", (), {})}
    if student_id not in names:
        return None
    found = year_of_class(class_id, [student_id])
    one = found.pupils[student_id]
    called = {column.slot: column.title for column in quality_columns()}
    qualities = {called[slot]: level for slot, level in one.before.quality_levels().items()}
    tests = one.before.tests(merged=found.merged)
    explained = explain_primary_year(one.before.levels(), qualities, tests)
    outcome = _years(facts).get(student_id, NO_OUTCOME)
    of_award = None if one.level is None else _award(one.level, recognised=outcome.recognised)
    return PrimaryMade(facts, names[student_id], explained, of_award, one, outcome)


def _award(level: YearLevel, *, recognised: bool) -> Explanation:
    """The title, from the level of the year and the recognition of the class."""
    return explain_primary_award(level, clear_progress=recognised, recognised_by_class=recognised)
