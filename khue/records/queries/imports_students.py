"""What an import of students compares its rows with, in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from khue.organisations.api import class_summaries
from khue.records.models import Enrolment, Guardianship, RegisterEntry, Student
from khue.records.queries.imports import PLAIN
from khue.records.queries.sealed import number_digest, open_text
from khue.records.rules.facts import StudentFacts
from khue.records.rules.sensitive import SEALED_COLUMNS, SensitiveFacts, unpack
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import search_key


@dataclass(frozen=True, slots=True)
class KnownAdult:
    """An adult of a family as an import compares it."""

    guardianship_id: int
    relation: str
    name: str
    phone: str
    job: str
    email: str
    birth_year: int | None


@dataclass(frozen=True)
class KnownStudent:
    """A file of the school with its seat and family."""

    id: int
    version: int
    facts: StudentFacts
    digest: str | None
    sealed: tuple[tuple[str, str], ...]
    class_id: int | None = None
    class_name: str = ""
    seat_year: int | None = None
    register: int | None = None
    adults: tuple[KnownAdult, ...] = ()

    @property
    def sensitive(self) -> SensitiveFacts:
        return unpack({name: open_text(text, f"student.{name}") for name, text in self.sealed})

    @property
    def basis(self) -> str:
        family = [(one.guardianship_id, one.name, one.phone, one.job) for one in self.adults]
        return f"{self.id}.{self.version}.{self.class_id}.{self.register}.{family}"


@dataclass
class Standing:
    """The files of the school by everything that a row can name them with."""

    by_code: dict[str, KnownStudent] = field(default_factory=dict)
    by_digest: dict[str, KnownStudent] = field(default_factory=dict)
    by_person: dict[tuple[str, str], list[KnownStudent]] = field(
        default_factory=lambda: defaultdict(list)
    )
    numbers_elsewhere: set[str] = field(default_factory=set)
    codes_elsewhere: set[str] = field(default_factory=set)
    register_numbers: set[int] = field(default_factory=set)

    def has_number_elsewhere(self, number: str) -> bool:
        digest = number_digest(number, "student")
        return digest in self.numbers_elsewhere

    def with_number(self, number: str) -> KnownStudent | None:
        return self.by_digest.get(number_digest(number, "student") or "")


def person_key(name: str, born: str) -> tuple[str, str]:
    return search_key(name), born


def standing_students(
    *, school_id: int, year: int, numbers: Sequence[str], codes: Sequence[str]
) -> Standing:
    """The files that the school keeps, and which numbers and codes belong to files elsewhere.

    Of files elsewhere only the existence is told.
    """
    found = Standing()
    for known in _known(school_id, year):
        if known.facts.code:
            found.by_code[known.facts.code] = known
        if known.digest:
            found.by_digest[known.digest] = known
        found.by_person[person_key(known.facts.name, known.facts.born)].append(known)
    _look_elsewhere(found, numbers, codes)
    numbered = RegisterEntry.objects.filter(school_id=school_id)
    found.register_numbers = set(numbered.values_list("number", flat=True))
    return found


def _look_elsewhere(found: Standing, numbers: Sequence[str], codes: Sequence[str]) -> None:
    digests = {number_digest(number, "student") for number in numbers if number}
    with scoped(EVERYTHING):
        everyone = Student.objects.filter(merged_into__isnull=True)
        numbered = everyone.filter(personal_number_digest__in=digests)
        held = set(numbered.values_list("personal_number_digest", flat=True))
        coded = Student.objects.filter(code__in={code for code in codes if code})
        codes_held = set(coded.values_list("code", flat=True))
    found.numbers_elsewhere = {one for one in held if one} - set(found.by_digest)
    found.codes_elsewhere = {one for one in codes_held if one} - set(found.by_code)


def _known(school_id: int, year: int) -> Iterable[KnownStudent]:
    rows = Student.objects.filter(home_school_id=school_id, merged_into__isnull=True)
    seats, adults = _seats(school_id), _adults(school_id)
    lines = RegisterEntry.objects.filter(school_id=school_id, left_on__isnull=True)
    registered = dict(lines.values_list("student_id", "number"))
    columns = [*PLAIN, "id", "version", "personal_number_digest", *SEALED_COLUMNS]
    for row in rows.order_by("id").values(*columns).iterator(chunk_size=2000):
        class_id, class_name, seat_year = seats.get(row["id"], (None, "", None))
        yield KnownStudent(
            id=row["id"],
            version=row["version"],
            facts=StudentFacts(**{name: row[name] or "" for name in PLAIN}),
            digest=row["personal_number_digest"],
            sealed=tuple((name, row[name]) for name in SEALED_COLUMNS if row[name]),
            class_id=class_id,
            class_name=class_name,
            seat_year=seat_year,
            register=registered.get(row["id"]),
            adults=tuple(adults.get(row["id"], ())),
        )


def _seats(school_id: int) -> dict[int, tuple[int, str, int]]:
    rows = Enrolment.objects.filter(school_id=school_id, ends_on__isnull=True)
    seats = list(rows.values_list("student_id", "school_class_id"))
    classes = class_summaries(sorted({class_id for _, class_id in seats}))
    return {
        student_id: (class_id, classes[class_id].name, classes[class_id].year)
        for student_id, class_id in seats
    }


def _adults(school_id: int) -> dict[int, list[KnownAdult]]:
    held: dict[int, list[KnownAdult]] = defaultdict(list)
    rows = Guardianship.objects.filter(student__home_school_id=school_id, ends_on__isnull=True)
    names = ("id", "relation", "guardian__name", "guardian__phone", "guardian__job")
    more = ("guardian__email", "guardian__birth_year", "student_id")
    for *told, student_id in rows.order_by("id").values_list(*names, *more):
        held[student_id].append(KnownAdult(*told))
    return held
