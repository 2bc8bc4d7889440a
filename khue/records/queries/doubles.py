"""Nghi trùng hồ sơ: pairs of files of one school that may be one child."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Q

from khue.access.api import Actor
from khue.records.models import Guardianship, Staff, Student
from khue.records.queries.places import open_school
from khue.records.queries.rolls import newest_enrolments
from khue.records.queries.sealed import number_digest
from khue.records.rules.duplicates import Likeness, PersonFacts, compare_people
from khue.records.rules.facts import birth_date
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import search_key


@dataclass(frozen=True, slots=True)
class Likely:
    """A file that may be the same child."""

    student_id: int
    name: str
    born: str
    class_name: str
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Double:
    """Two files side by side."""

    one: Likely
    other: Likely
    score: int
    reasons: tuple[str, ...]
    certain: bool


def similar_students(*, school_id: int, name: str, born: str, sex: str) -> list[Likely]:
    """Files of the school that may be the child that is about to be entered. Not gated; fenced."""
    wanted = PersonFacts(full_name=name, birth_date=birth_date(born), sex=sex)
    rows = Student.objects.filter(home_school_id=school_id, merged_into__isnull=True)
    last = search_key(name).rpartition(" ")[2]
    near = Q(name_search=search_key(name)) | Q(name_search__endswith=f" {last}")
    found = [(one, compare_people(wanted, _facts(one, ""))) for one in rows.filter(near)[:500]]
    likely = [(one, likeness) for one, likeness in found if likeness.possible]
    seats = newest_enrolments([one.pk for one, _ in likely])
    likely.sort(key=lambda pair: -pair[1].score)
    return [
        _likely(one, likeness, seats[one.pk].school_class.name if one.pk in seats else "")
        for one, likeness in likely[:5]
    ]


def _facts(student: Student, mother: str) -> PersonFacts:
    return PersonFacts(
        full_name=student.name,
        birth_date=birth_date(student.born),
        sex=student.sex,
        personal_number=student.personal_number_digest or "",
        mother_name=mother,
    )


def _likely(student: Student, likeness: Likeness, class_name: str) -> Likely:
    return Likely(
        student.pk, student.name, student.born, class_name, likeness.score, likeness.reasons
    )


def doubles_of_school(*, actor: Actor, school_id: int) -> list[Double]:
    """Every pair of the school that someone should look at, the most alike first."""
    open_school(actor, "records.merge_students", school_id)
    students = list(Student.objects.filter(home_school_id=school_id, merged_into__isnull=True))
    mothers = _mothers(one.pk for one in students)
    pairs = [
        (one, other, likeness)
        for one, other in _near_pairs(students)
        if (likeness := _compare(one, other, mothers)).possible
    ]
    pairs.sort(key=lambda pair: (-pair[2].score, pair[0].name_key))
    seats = newest_enrolments({one.pk for pair in pairs for one in pair[:2]})
    names = {key: seat.school_class.name for key, seat in seats.items()}
    return [_double(*pair, names) for pair in pairs[:200]]


def _near_pairs(students: Sequence[Student]) -> Iterable[tuple[Student, Student]]:
    """Only files that share the folded name, or given name and birth date, are compared."""
    groups: dict[object, list[Student]] = defaultdict(list)
    for one in students:
        groups[one.name_search].append(one)
        groups[one.name_search.rpartition(" ")[2], one.born].append(one)
    seen = set()
    for group in groups.values():
        for one, other in combinations(group[:50], 2):
            if (one.pk, other.pk) not in seen:
                seen.add((one.pk, other.pk))
                yield one, other


def _compare(one: Student, other: Student, mothers: dict[int, str]) -> Likeness:
    mine, yours = mothers.get(one.pk, ""), mothers.get(other.pk, "")
    return compare_people(_facts(one, mine), _facts(other, yours))


def _mothers(student_ids: Iterable[int]) -> dict[int, str]:
    rows = Guardianship.objects.filter(student_id__in=list(student_ids), relation="mother")
    return dict(rows.values_list("student_id", "guardian__name"))


def _double(one: Student, other: Student, likeness: Likeness, names: dict[int, str]) -> Double:
    return Double(
        _likely(one, likeness, names.get(one.pk, "")),
        _likely(other, likeness, names.get(other.pk, "")),
        likeness.score,
        likeness.reasons,
        likeness.certain,
    )


def people_with_number(*, numbers: Sequence[str], kind: str) -> dict[str, int | None]:
    """Whose 12-digit number it is: the id where the fence shows the file, None where it does not.

    Only the existence of a file elsewhere is told, never whose or where.
    """
    digests = {number_digest(number, kind): number for number in numbers if number}
    mine = dict(_numbered(kind, list(digests)))
    with scoped(EVERYTHING):
        everyone = dict(_numbered(kind, list(digests)))
    return {digests[one]: mine.get(one) for one in everyone}


def _numbered(kind: str, digests: list[str | None]) -> Iterable[tuple[str | None, int]]:
    rows = (
        Student.objects.filter(merged_into__isnull=True)
        if kind == "student"
        else Staff.objects.all()
    )
    return rows.filter(personal_number_digest__in=digests).values_list(
        "personal_number_digest", "id"
    )
