"""Kết quả của một học sinh tiểu học, một trẻ mầm non as the family reads it: nobody else's.

Levels and test marks of a subject are told as they stand; remarks once the teacher has finished
the book at that point; qualities once the class is consolidated; the year once it is approved.
Law: TT 27/2020/TT-BGDĐT, Điều 7; TT 15/2026/TT-BGDĐT, Điều 22
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from khue.access.api import Actor, child_place, explain, permit
from khue.gradebook.models import (
    ChildStage,
    PrimaryRow,
    QualityRow,
    StudentResult,
    SubjectComment,
)
from khue.gradebook.queries.preschool import COLUMNS, own_stages
from khue.gradebook.queries.preschool import SLOTS as CHILD_SLOTS
from khue.gradebook.queries.primary import point_on
from khue.gradebook.queries.primary_summary import RESULT, YearOutcome
from khue.gradebook.queries.primary_year import (
    CELLS,
    SLOTS,
    ClassFacts,
    Studied,
    class_facts,
    studied_in,
)
from khue.gradebook.rules.cell_kinds import print_cell
from khue.gradebook.rules.child_stages import child_columns, month_stages, stages_of
from khue.gradebook.rules.phrases import PARTS
from khue.gradebook.rules.primary import (
    NO_CELLS,
    SHORT_NAMES,
    YEAR_END,
    Cells,
    quality_columns,
    strands_of,
)
from khue.gradebook.rules.states import State, is_at_least, state_of_class, with_lock
from khue.gradebook.rules.tt27 import QualityLevel, SubjectLevel
from kit.statements import kept_rows

LATEST = """
select stay.school_class_id, stay.grade from records_enrolment stay
join organisations_schoolclass class on class.id = stay.school_class_id
where stay.student_id = %s and stay.year = %s and class.level in ('01', '02')
order by stay.starts_on desc limit 1
"""
STATES = """
select subject.id, point.number, coalesce(state.state, 'open'), lock.id is not null
from organisations_classsubject subject
join organisations_schoolclass class on class.id = subject.school_class_id
cross join (values (1), (2), (3), (4)) point (number)
left join gradebook_bookstate state on state.class_subject_id = subject.id
  and state.period = point.number
left join gradebook_termlock lock on lock.school_id = class.school_id
  and lock.year = class.year and lock.term = (point.number + 1) / 2
where class.id = %s
"""
States = Mapping[tuple[int, int], State]


@dataclass(frozen=True, slots=True)
class SubjectTold:
    """One subject at a point: levels and marks by strand as printed, and the remark."""

    name: str
    levels: list[tuple[str, str]]
    marks: list[tuple[str, str]]
    remark: str


@dataclass(frozen=True, slots=True)
class PeriodTold:
    """One point of the year, or one stage of a preschool child."""

    number: int
    name: str
    subjects: list[SubjectTold] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    remark: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.subjects or self.facts or self.remark)


@dataclass(frozen=True, slots=True)
class YoungChild:
    """A child's year in primary or preschool, point by point."""

    class_id: int
    class_name: str
    school_name: str
    of_primary: bool
    now: int
    periods: list[PeriodTold]
    year: list[tuple[str, str]]


def young_child(actor: Actor, student_id: int, year: int, today: date) -> YoungChild | None:
    """Kết quả của em in a year of primary or preschool; none in another level.

    For the family, and for readers of the class's books.
    """
    latest = kept_rows(LATEST, [student_id, year])
    if not latest:
        return None
    class_id, grade = latest[0]
    facts = class_facts(class_id)
    if explain(actor, "gradebook.view_marks", facts.place) is not None:
        permit(actor, "gradebook.view_child_marks", child_place(student_id))
    return (_primary if facts.is_primary else _preschool)(facts, student_id, grade, today)


def _primary(facts: ClassFacts, student: int, grade: str, today: date) -> YoungChild:
    reader = _Primary(facts, student, facts.grade_of(grade))
    periods = [reader.period(point) for point in SHORT_NAMES if point <= YEAR_END]
    told = [one.number for one in periods if not one.is_empty]
    return YoungChild(
        facts.id,
        facts.name,
        facts.school_name,
        of_primary=True,
        now=told[-1] if told else point_on(facts, today),
        periods=periods,
        year=reader.year(),
    )


class _Primary:
    """What stands for one pupil at the four points, as far as a family is told."""

    def __init__(self, facts: ClassFacts, student: int, grade: int) -> None:
        self.facts, self.student, self.grade = facts, student, grade
        among = facts.numbers
        self.subjects = [one for one in studied_in(facts.id) if one.is_for(grade, among)]
        self.states = _states(facts)
        self.cells = self._cells()
        self.remarks = self._remarks()

    def _cells(self) -> dict[tuple[int, int], Cells]:
        rows = PrimaryRow.objects.filter(year=self.facts.year, student_id=self.student)
        return {
            (book, point): Cells(*cells)
            for book, point, *cells in rows.values_list("class_subject_id", "point", *CELLS)
        }

    def _remarks(self) -> dict[tuple[int, int], str]:
        rows = SubjectComment.objects.filter(year=self.facts.year, student_id=self.student)
        return {
            (book, point): " ".join(filter(None, texts))
            for book, point, *texts in rows.values_list("class_subject_id", "period", *PARTS)
        }

    def period(self, point: int) -> PeriodTold:
        told = [self._subject(one, point) for one in self.subjects]
        qualities, remark = self._qualities(point)
        given = [one for one in told if one.levels or one.marks or one.remark]
        return PeriodTold(point, SHORT_NAMES[point], given, qualities, remark)

    def _subject(self, one: Studied, point: int) -> SubjectTold:
        cells = self.cells.get((one.id, point), NO_CELLS)
        names = strands_of(one.name) or ("",)
        levels = [
            (name, SubjectLevel(level - 1).name_vi)
            for name, level in zip(names, (cells.level, cells.level2), strict=False)
            if level
        ]
        marks = [
            (name, str(mark))
            for name, mark in zip(names, (cells.mark, cells.mark2), strict=False)
            if mark is not None
        ]
        done = is_at_least(self.states.get((one.id, point), State.OPEN), State.TEACHER_DONE)
        remark = self.remarks.get((one.id, point), "") if done else ""
        return SubjectTold(one.name, levels, marks, remark)

    def _state(self, point: int) -> State:
        return state_of_class(state for (_, at), state in self.states.items() if at == point)

    def _qualities(self, point: int) -> tuple[list[tuple[str, str]], str]:
        if not is_at_least(self._state(point), State.HOMEROOM_CONSOLIDATED):
            return [], ""
        row = QualityRow.objects.filter(
            year=self.facts.year,
            school_class_id=self.facts.id,
            point=point,
            student_id=self.student,
        ).first()
        if row is None:
            return [], ""
        names = {column.slot: column.title for column in quality_columns()}
        levels = [(slot, getattr(row, slot)) for slot in SLOTS]
        return [
            (names[slot], QualityLevel(level - 1).name_vi) for slot, level in levels if level
        ], row.remark

    def year(self) -> list[tuple[str, str]]:
        if not is_at_least(self._state(YEAR_END), State.PRINCIPAL_APPROVED):
            return []
        rows = StudentResult.objects.filter(
            year=self.facts.year, school_class_id=self.facts.id, student_id=self.student
        )
        found = rows.values_list(*RESULT).first()
        told = YearOutcome(*found) if found else YearOutcome()
        named = [
            ("Đánh giá kết quả giáo dục", told.level_name),
            ("Sau khi được giúp đỡ, đánh giá lại", told.after_name),
            ("Kết luận", told.outcome_name(self.grade)),
            ("Khen thưởng", told.award_name),
        ]
        return [(name, value) for name, value in named if value]


def _states(facts: ClassFacts) -> States:
    return {
        (book, point): with_lock(State(state), locked=locked)
        for book, point, state, locked in kept_rows(STATES, [facts.id])
    }


def _preschool(facts: ClassFacts, student: int, grade: str, today: date) -> YoungChild:
    del grade, today
    rows = ChildStage.objects.filter(
        year=facts.year, school_class_id=facts.id, student_id=student
    ).values_list("stage", *COLUMNS)
    kept = {stage: dict(zip(CHILD_SLOTS, values, strict=True)) for stage, *values in rows}
    stages = [*stages_of(own_stages(facts.school_id, facts.year)), *month_stages()]
    periods = []
    for stage in stages:
        values = kept.get(stage.number, {})
        columns = child_columns(facts.age_group, facts.grades[0], stage)[:-1]
        shown = [(one.label, print_cell(one.kind, values.get(one.slot))) for one in columns]
        told = [(label, _in_words(text)) for label, text in shown if text]
        periods.append(
            PeriodTold(stage.number, stage.name, [], told, str(values.get("remark") or ""))
        )
    filled = [one for one in periods if not one.is_empty]
    last = filled[-1].number if filled else 0
    where = (facts.id, facts.name, facts.school_name)
    return YoungChild(*where, of_primary=False, now=last, periods=filled, year=[])


def _in_words(text: str) -> str:
    return {"Đ": "Đạt", "CĐ": "Chưa đạt"}.get(text, text)
