"""Học sinh, lớp học: what a class counts, as forms 01-MN and 02-TH ask for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from khue.statistics.rules.people import add, birth_year, columns_of

PRESCHOOL = "01"
# Số trẻ tối đa in a group or class, by age group (records.md §3.9: 15, 20, 25; 25, 30, 35).
NORMS: Mapping[str, int] = MappingProxyType(
    {"01": 15, "02": 20, "03": 25, "04": 25, "05": 30, "06": 35}
)
MIXED_AGES = "ages"
FIRST_AGE = 5
FIRST_GRADES = frozenset({1, 6, 10})
SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class PupilFacts:
    """What is counted of a pupil. `number`: lớp mấy, 1 to 12, none in preschool.

    `repeats`: sat in the same grade the year before. Codes are those of the sector lists.
    """

    grade: str
    number: int | None
    sex: str
    ethnic_group: str
    born: str
    status: str = "studying"
    repeats: bool = False
    policies: tuple[str, ...] = ()
    disability: str = ""


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What is counted of a class; `lunch`: bán trú, `satellite`: at a site beside the main one.

    `informatics`, `foreign_language`: whether its timetable of subjects holds one.
    """

    level: str
    grades: tuple[str, ...]
    year: int
    two_sessions: bool = False
    boarding: bool = False
    lunch: bool = False
    merged_kind: str = ""
    age_group: str = ""
    specialised: bool = False
    satellite: bool = False
    closed: bool = False
    informatics: bool = False
    foreign_language: bool = False


def count_class(facts: ClassFacts, pupils: Sequence[PupilFacts]) -> dict[str, int]:
    """Số liệu of one class: its pupils by everything the forms ask, and the class itself."""
    counts: Counter[str] = Counter()
    for pupil in pupils:
        columns = columns_of(pupil.sex, pupil.ethnic_group)
        add(counts, "pupils", columns)
        for word in words_of(facts, pupil):
            add(counts, f"{facts.level}.{word}", columns)
        group = f"{facts.level}.ethnic.{pupil.ethnic_group or 'unknown'}"
        add(counts, group, columns_of(pupil.sex, ""))
    if pupils or not facts.closed:
        counts["classes"] = 1
        counts.update({f"{facts.level}.{word}": 1 for word in words_of_class(facts, pupils)})
    return dict(counts)


def words_of(facts: ClassFacts, pupil: PupilFacts) -> Iterator[str]:
    """Everything that a pupil counts under, without the level."""
    yield "pupils"
    yield f"grade.{pupil.grade}"
    yield from _words_of_age(facts, pupil)
    yield from _words_of_need(pupil)
    yield from _words_of_the_class(facts)
    if pupil.status == SUSPENDED:
        yield "suspended"


def _words_of_age(facts: ClassFacts, pupil: PupilFacts) -> Iterator[str]:
    born = birth_year(pupil.born)
    yield f"age.{'unknown' if born is None else facts.year - born}"
    if pupil.number is None:
        return
    if born is not None:
        yield from _words_of_right_age(facts.year - born, pupil)
    if pupil.repeats:
        yield "repeaters"
    elif pupil.number in FIRST_GRADES:
        yield "new_intake"


def _words_of_right_age(age: int, pupil: PupilFacts) -> Iterator[str]:
    """Đúng độ tuổi: six in grade 1, a year more in each grade."""
    right = FIRST_AGE + (pupil.number or 0)
    if age == right:
        yield f"right_age.{pupil.grade}"
    elif age > right:
        yield "over_age"


def _words_of_need(pupil: PupilFacts) -> Iterator[str]:
    if pupil.disability:
        yield "disabled"
        yield f"disability.{pupil.disability}"
    if pupil.policies:
        yield "policy"
        yield from (f"policy_kind.{one}" for one in sorted(set(pupil.policies)))


def _words_of_the_class(facts: ClassFacts) -> Iterator[str]:
    held = {
        "two_sessions": facts.two_sessions,
        "boarding": facts.boarding,
        "lunch": facts.lunch,
        "informatics": facts.informatics,
        "foreign_language": facts.foreign_language,
        f"age_group.{facts.age_group}": bool(facts.age_group),
    }
    yield from (word for word, holds in held.items() if holds)


def words_of_class(facts: ClassFacts, pupils: Iterable[PupilFacts]) -> Iterator[str]:
    """Everything that a class itself counts under; a merged class under its lowest grade."""
    size = disabled = 0
    for pupil in pupils:
        size, disabled = size + 1, disabled + bool(pupil.disability)
    held = {
        "classes": True,
        f"classes_grade.{min(facts.grades)}": True,
        "classes_two_sessions": facts.two_sessions,
        "classes_boarding": facts.boarding,
        "classes_lunch": facts.lunch,
        f"classes_merged.{facts.merged_kind}": bool(facts.merged_kind),
        f"classes_disabled.{min(disabled, 2)}": disabled > 0,
        "classes_satellite": facts.satellite,
        "classes_specialised": facts.specialised,
    }
    yield from (word for word, holds in held.items() if holds)
    if facts.level == PRESCHOOL:
        yield from _words_of_preschool(facts, size, disabled)


def _words_of_preschool(facts: ClassFacts, size: int, disabled: int) -> Iterator[str]:
    """Nhóm, lớp by age group against its norm; one of mixed ages has no norm to stand against."""
    grade, mixed = min(facts.grades), facts.merged_kind == MIXED_AGES
    held = {
        f"classes_two_sessions_of.{grade}": facts.two_sessions,
        f"classes_lunch_of.{grade}": facts.lunch,
        f"classes_mixed_of.{grade}": mixed,
        f"classes_disabled_of.{grade}.{min(disabled, 2)}": disabled > 0,
        f"classes_age_group.{facts.age_group}": bool(facts.age_group) and not mixed,
        f"classes_over.{facts.age_group}": not mixed and size > NORMS.get(facts.age_group, size),
    }
    yield from (word for word, holds in held.items() if holds)
