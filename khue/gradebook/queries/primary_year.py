"""Kết quả cuối năm của lớp tiểu học: everything that decides the year level, in few reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from khue.access.api import class_place
from khue.gradebook.models import COMPETENCES, QUALITIES, PrimaryRow, QualityRow
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.policies import policy
from khue.gradebook.rules.primary import AGAIN, NO_CELLS, YEAR_END, Cells, PupilYear, year_after
from khue.gradebook.rules.tt27 import YearLevel
from khue.organisations.api import grade_number

PRIMARY = "02"
PRESCHOOL = "01"
CELLS = ("level", "level2", "test", "test2", "again", "again2")
SLOTS = (*QUALITIES, *COMPETENCES)
FACTS = """
select class.id, class.name, class.year, class.level, class.grades, school.organisation_id,
  school.province_id, node.path, node.name, class.age_group
from organisations_schoolclass class
join organisations_school school on school.organisation_id = class.school_id
join organisations_organisation node on node.id = school.organisation_id
where class.id = %s
"""
# What the class studies; `grades` are those whose programme has the subject (none: unknown to it).
SUBJECTS = """
select subject.id, what.name, subject.status,
  array(select distinct row.grade from organisations_curriculumsubject row
    where row.level = 'primary' and row.subject_id = what.id)
from organisations_classsubject subject
join organisations_subject what on what.id = subject.subject_id
where subject.school_class_id = %s
order by subject.position, what.position, subject.id
"""
PUPILS = """
select distinct on (stay.student_id) stay.student_id, stay.grade
from records_enrolment stay
where stay.school_class_id = %s and (%s::bigint[] is null or stay.student_id = any(%s))
order by stay.student_id, stay.starts_on desc
"""
LEFT_OUT = """
select fact.class_subject_id, fact.student_id from gradebook_subjectcircumstance fact
join organisations_classsubject subject on subject.id = fact.class_subject_id
where subject.school_class_id = %s and fact.kind in ('exempt', 'not_taken') and fact.last_term = 2
"""


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """A class as the sheets of primary and preschool need it; the caller passes the gate."""

    id: int
    name: str
    year: int
    level: str
    grades: tuple[str, ...]
    school_id: int
    province_id: int
    school_path: str
    school_name: str
    age_group: str = ""

    @property
    def is_preschool(self) -> bool:
        return self.level == PRESCHOOL

    @property
    def is_primary(self) -> bool:
        return self.level == PRIMARY

    @property
    def numbers(self) -> tuple[int, ...]:
        """The grades as numbers: 1 to 5 in primary."""
        return tuple(filter(None, map(grade_number, self.grades)))

    @property
    def place(self) -> str:
        return class_place(self.school_path, self.id)

    def grade_of(self, code: str) -> int:
        """The grade of a pupil, or that of the class where the enrolment names none of it."""
        number = grade_number(code)
        return number if number in self.numbers else self.numbers[0]


@dataclass(frozen=True, slots=True)
class Studied:
    """A class subject: its name, whether the pupils chose it, the grades that have it."""

    id: int
    name: str
    status: str
    grades: frozenset[int]

    def is_for(self, grade: int, among: Iterable[int]) -> bool:
        """Whether pupils of this grade of a multi-grade class study it."""
        known = self.grades & set(among)
        return not known or grade in known


@dataclass(frozen=True, slots=True)
class YearOfPupil:
    """A pupil's year: what stands at its end, what was assessed anew, both levels."""

    student_id: int
    grade: int
    grade_code: str
    before: PupilYear
    again: PupilYear
    level: YearLevel | None
    after: YearLevel | None


@dataclass(frozen=True, slots=True)
class YearOfClass:
    """The class with its subjects and the years of its pupils."""

    facts: ClassFacts
    subjects: list[Studied]
    merged: bool
    pupils: dict[int, YearOfPupil]


def _fetch(statement: str, given: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def class_facts(class_id: int) -> ClassFacts:
    """A class of any level by its number; the caller passes the gate."""
    found = _fetch(FACTS, [class_id])
    if not found:
        raise NoSuchBook(class_id)
    class_id, name, year, level, grades, *rest = found[0]
    return ClassFacts(class_id, name, year, level, tuple(grades), *rest)


def studied_in(class_id: int) -> list[Studied]:
    """The subjects of a class in the order of the programme."""
    rows = _fetch(SUBJECTS, [class_id])
    return [Studied(one, name, status, frozenset(grades)) for one, name, status, grades in rows]


def is_merged(facts: ClassFacts) -> bool:
    """Whether the two strands of Tin học và Công nghệ make one mark here."""
    chosen = policy("primary_strands", school_id=facts.school_id, year=facts.year)
    return chosen == "merged"


Found = dict[tuple[int, int], dict[int, Cells]]


def _cells(facts: ClassFacts, subjects: list[Studied]) -> Found:
    """By pupil and point: the cells of each class subject."""
    rows = PrimaryRow.objects.filter(
        year=facts.year,
        class_subject_id__in=[one.id for one in subjects],
        point__in=[YEAR_END, AGAIN],
    )
    found: Found = defaultdict(dict)
    for student, point, book, *cells in rows.values_list(
        "student_id", "point", "class_subject_id", *CELLS
    ):
        found[student, point][book] = Cells(*cells)
    return found


def _qualities(facts: ClassFacts) -> dict[tuple[int, int], dict[str, int | None]]:
    rows = QualityRow.objects.filter(
        year=facts.year, school_class_id=facts.id, point__in=[YEAR_END, AGAIN]
    )
    return {
        (student, point): dict(zip(SLOTS, levels, strict=True))
        for student, point, *levels in rows.values_list("student_id", "point", *SLOTS)
    }


class _Reader:
    """Puts the year of one pupil together from what was read for the class."""

    def __init__(self, facts: ClassFacts) -> None:
        self.facts = facts
        self.subjects = studied_in(facts.id)
        self.cells = _cells(facts, self.subjects)
        self.qualities = _qualities(facts)
        self.left_out = set(_fetch(LEFT_OUT, [facts.id]))
        self.merged = is_merged(facts)

    def _counts(self, one: Studied, student: int, grade: int) -> bool:
        if (one.id, student) in self.left_out or not one.is_for(grade, self.facts.numbers):
            return False
        at_end = self.cells.get((student, YEAR_END), {}).get(one.id, NO_CELLS)
        return one.status != "optional" or at_end != NO_CELLS

    def _year(self, student: int, grade: int, point: int) -> PupilYear:
        cells = self.cells.get((student, point), {})
        subjects = {
            one.name: cells.get(one.id, NO_CELLS)
            for one in self.subjects
            if self._counts(one, student, grade)
        }
        levels: Mapping[str, int | None] = self.qualities.get((student, point), {})
        return PupilYear(grade, subjects, {slot: levels.get(slot) for slot in SLOTS})

    def pupil(self, student: int, code: str) -> YearOfPupil:
        grade = self.facts.grade_of(code)
        before = self._year(student, grade, YEAR_END)
        again = self._year(student, grade, AGAIN)
        level = before.level(merged=self.merged)
        new = year_after(before, again) if level is YearLevel.CHT else None
        after = new.level(merged=self.merged) if new else None
        return YearOfPupil(student, grade, code, before, again, level, after)


def year_of_class(class_id: int, student_ids: Iterable[int] | None = None) -> YearOfClass:
    """The year of every pupil of a primary class (or of some); the caller passes the gate."""
    reader = _Reader(class_facts(class_id))
    only = None if student_ids is None else list(student_ids)
    rows = _fetch(PUPILS, [class_id, only, only])
    pupils = {student: reader.pupil(student, code) for student, code in rows}
    return YearOfClass(reader.facts, reader.subjects, reader.merged, pupils)
