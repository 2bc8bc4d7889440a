"""Kết quả của một lớp: every pupil, every subject, both terms and the year, in one read.

Pages, papers and sheets read results here and nowhere else. Stored values, never computed anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.db import connection

from khue.access.api import Actor, class_place, permit
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import Mark
from khue.gradebook.rules.pupil_years import OF_DISABILITY, OUT_OF_COUNT

CLASS = """
select class.id, class.name, class.year, class.level, class.grades, school.organisation_id,
  node.name, node.path, school.province_id, calendar.starts_on, calendar.ends_on
from organisations_schoolclass class
join organisations_school school on school.organisation_id = class.school_id
join organisations_organisation node on node.id = class.school_id
left join organisations_schoolyear calendar
  on calendar.province_id = school.province_id and calendar.start_year = class.year
where class.id = %s
"""
SUBJECTS = """
select book.id, book.subject_id, what.name, what.short_name, book.form, book.status,
  book.regular_marks, book.periods_term1, book.periods_term2, book.has_cluster
from organisations_classsubject book
join organisations_subject what on what.id = book.subject_id
where book.school_class_id = %s
order by book.position, what.position, book.id
"""
LINES = """
select book.id, pupil.student_id, first.average, second.average, result.result,
  result.reassessed, brought.first, brought.second, brought.school,
  coalesce(fact.first, ''), coalesce(fact.second, '')
from (select distinct student_id from records_enrolment where school_class_id = %(class)s
  and (%(only)s::bigint[] is null or student_id = any(%(only)s))) pupil
cross join organisations_classsubject book
left join gradebook_markrow first on first.year = %(year)s and first.term = 1
  and first.class_subject_id = book.id and first.student_id = pupil.student_id
left join gradebook_markrow second on second.year = %(year)s and second.term = 2
  and second.class_subject_id = book.id and second.student_id = pupil.student_id
left join gradebook_subjectresult result on result.year = %(year)s
  and result.class_subject_id = book.id and result.student_id = pupil.student_id
left join (
  select student_id, subject_id, max(from_school) as school,
    max(value) filter (where term = 1) as first, max(value) filter (where term = 2) as second
  from gradebook_carriedresult where year = %(year)s group by student_id, subject_id
) brought on brought.student_id = pupil.student_id and brought.subject_id = book.subject_id
left join (
  select student_id, class_subject_id, max(kind) filter (where first_term = 1) as first,
    max(kind) filter (where last_term = 2) as second
  from gradebook_subjectcircumstance where year = %(year)s group by student_id, class_subject_id
) fact on fact.student_id = pupil.student_id and fact.class_subject_id = book.id
where book.school_class_id = %(class)s
"""
# The name of each field of Decisions is a column.
DECISIONS = """
select distinct on (student.name_key, student.id) student.id, student.name, student.code,
  student.born, student.sex, stay.grade, stay.starts_on, stay.ends_on,
  coalesce(stay.status in ('moved_class', 'transferred_out', 'dropped_out')
    and stay.ends_on < coalesce(%(ends)s::date, 'infinity'::date), false),
  {columns}
from records_enrolment stay
join records_student student on student.id = stay.student_id
left join gradebook_studentresult kept on kept.year = %(year)s
  and kept.school_class_id = %(class)s and kept.student_id = student.id
where stay.school_class_id = %(class)s
  and (%(only)s::bigint[] is null or stay.student_id = any(%(only)s))
order by student.name_key, student.id, stay.starts_on desc, stay.id desc
"""


@dataclass(frozen=True, slots=True)
class SubjectColumn:
    """A subject of the class, in the order of the book."""

    id: int
    subject_id: int
    name: str
    short_name: str
    form: str
    status: str
    regular_marks: int
    periods_term1: int
    periods_term2: int
    has_cluster: bool

    @property
    def by_comment(self) -> bool:
        return self.form == "comment"

    def is_taught_in(self, term: int) -> bool:
        return bool(self.periods_term1 if term == 1 else self.periods_term2)


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """A subject of a pupil: term results, the year, re-assessment; marks as small integers.

    `term1`, `term2` are the results that count: those brought from `from_school` where there are
    such. `kind1`, `kind2` name the circumstance of the term ("" none; SubjectCircumstance.Kind).
    """

    term1: Mark = None
    term2: Mark = None
    year: Mark = None
    reassessed: Mark = None
    carried: tuple[int, ...] = ()
    from_school: str = ""
    kind1: str = ""
    kind2: str = ""

    def term(self, number: int) -> Mark:
        return self.term1 if number == 1 else self.term2

    @property
    def kind(self) -> str:
        """The circumstance of the year: that of term II, or that of term I alone."""
        return self.kind2 or self.kind1

    @property
    def counts(self) -> bool:
        """Whether the subject counts for the level of the year."""
        return not {self.kind1, self.kind2} & OUT_OF_COUNT or self.year is not None


@dataclass(frozen=True, slots=True)
class Decisions:
    """The row of StudentResult: levels (0 Tốt to 3 Chưa đạt), outcome, title, what was typed."""

    regime: str = ""
    conduct1: int | None = None
    conduct2: int | None = None
    conduct_year: int | None = None
    conduct_after: int | None = None
    learning1_raw: int | None = None
    learning1: int | None = None
    learning2_raw: int | None = None
    learning2: int | None = None
    learning_year_raw: int | None = None
    learning_year: int | None = None
    learning_after: int | None = None
    adjusted_by: int | None = None
    primary_level: str = ""
    primary_after: str = ""
    recognised: bool = False
    absent_with: int | None = None
    absent_without: int | None = None
    outcome: str = ""
    decided: str = ""
    decided_reason: str = ""
    award: str = ""
    qualities: str = ""
    remark1: str = ""
    remark2: str = ""
    summer_task: str = ""
    summer_remark: str = ""
    version: int = 0

    @property
    def final_outcome(self) -> str:
        """What holds: the principal's decision where there is one, else what the rules say."""
        return self.decided or self.outcome

    @property
    def absent(self) -> int:
        return (self.absent_with or 0) + (self.absent_without or 0)

    def level(self, column: str) -> Level | None:
        """A level by its column, as the enumeration."""
        stored = getattr(self, column)
        return None if stored is None else Level(stored)


@dataclass(frozen=True, slots=True)
class PupilResults:
    """A pupil of the class with everything that was assessed and decided."""

    student_id: int
    name: str
    code: str
    born: str
    sex: str
    grade: str
    starts_on: date
    ends_on: date | None
    left: bool
    decisions: Decisions
    subjects: Mapping[int, SubjectLine] = field(default_factory=dict)

    @property
    def has_disability_file(self) -> bool:
        """Whether a subject is assessed with reduced demand, by a plan, or not at all."""
        return any({line.kind1, line.kind2} & OF_DISABILITY for line in self.subjects.values())


@dataclass(frozen=True, slots=True)
class ClassResults:
    """A class with its subjects and pupils, in the order of given names."""

    class_id: int
    class_name: str
    year: int
    level: str
    grades: tuple[str, ...]
    school_id: int
    school_name: str
    school_path: str
    province_id: int
    starts_on: date | None
    ends_on: date | None
    subjects: Sequence[SubjectColumn] = ()
    pupils: Sequence[PupilResults] = ()

    @property
    def place(self) -> str:
        return class_place(self.school_path, self.class_id)

    @property
    def staying(self) -> list[PupilResults]:
        """Pupils who finish the year in this class."""
        return [pupil for pupil in self.pupils if not pupil.left]

    def pupil(self, student_id: int) -> PupilResults | None:
        return next((one for one in self.pupils if one.student_id == student_id), None)


def results_of_class(actor: Actor, class_id: int) -> ClassResults:
    """Kết quả của một lớp, for whoever may read every book of it."""
    found = _class(class_id)
    permit(actor, "gradebook.view_marks", found.place)
    return _filled(found, None)


def read_class_results(class_id: int, student_ids: Iterable[int] | None = None) -> ClassResults:
    """The same without the gate, for work whose caller has passed it (papers, jobs)."""
    return _filled(_class(class_id), None if student_ids is None else list(student_ids))


def _rows(statement: str, given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def _class(class_id: int) -> ClassResults:
    found = _rows(CLASS, [class_id])
    if not found:
        raise NoSuchBook(class_id)
    number, name, year, level, grades, *rest = found[0]
    return ClassResults(number, name, year, level, tuple(grades), *rest)


def _filled(found: ClassResults, only: list[int] | None) -> ClassResults:
    given = {"class": found.class_id, "year": found.year, "ends": found.ends_on, "only": only}
    lines: dict[int, dict[int, SubjectLine]] = {}
    for book, student_id, *facts in _rows(LINES, given):
        lines.setdefault(student_id, {})[book] = _line(*facts)
    columns = ", ".join(f"kept.{one.name}" for one in fields(Decisions))
    pupils = [_pupil(row, lines) for row in _rows(DECISIONS.format(columns=columns), given)]
    subjects = [SubjectColumn(*row) for row in _rows(SUBJECTS, [found.class_id])]
    named = {one.name: getattr(found, one.name) for one in fields(ClassResults)}
    return ClassResults(**{**named, "subjects": subjects, "pupils": pupils})


def _line(
    first: Mark,
    second: Mark,
    result: Mark,
    again: Mark,
    brought1: Mark,
    brought2: Mark,
    school: str | None,
    kind1: str,
    kind2: str,
) -> SubjectLine:
    carried = tuple(term for term, one in ((1, brought1), (2, brought2)) if one is not None)
    return SubjectLine(
        first if brought1 is None else brought1,
        second if brought2 is None else brought2,
        result,
        again,
        carried,
        school or "",
        kind1,
        kind2,
    )


def _pupil(row: tuple[Any, ...], lines: Mapping[int, Mapping[int, SubjectLine]]) -> PupilResults:
    student_id, name, code, born, sex, grade, starts_on, ends_on, left, *decided = row
    return PupilResults(
        student_id,
        name,
        code or "",
        born,
        sex,
        grade,
        starts_on,
        ends_on,
        left,
        Decisions() if decided[-1] is None else Decisions(*decided),
        lines.get(student_id, {}),
    )
