"""Hồ sơ học sinh: one file as an actor may see it; an earlier school sees its own years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F

from khue.access.api import AccountCard, Actor, OutsidePlace, accounts_by_ids, explain, permit
from khue.organisations.api import school_summary
from khue.records.models import Enrolment, Guardianship, Merge, RegisterEntry, Student, Transfer
from khue.records.queries.places import open_student
from khue.records.queries.rolls import places_of
from khue.records.rules.enrolment import Status
from khue.records.rules.facts import print_born
from khue.records.rules.personal_number import Finding, finding_sentence
from khue.records.rules.register_numbers import print_register_number
from kit.fences import EVERYTHING, scoped

VIEW = "records.view_student"


@dataclass(frozen=True, slots=True)
class Study:
    """Quá trình học tập: one stretch in one class."""

    id: int
    year: int
    school_id: int
    school_name: str
    class_id: int
    class_name: str
    grade: str
    status: str
    status_name: str
    starts_on: date
    ends_on: date | None
    leaving_reason: str
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sổ đăng bộ."""

    id: int
    number: str
    student_id: int
    name: str
    born: str
    sex: str
    birth_place: str
    school_name: str
    entered_on: date
    entered_class: str
    from_school: str
    left_on: date | None
    left_reason: str
    to_school: str


@dataclass(frozen=True, slots=True)
class Relative:
    """An adult of the family, with the state of the link."""

    guardianship_id: int
    guardian_id: int
    name: str
    relation: str
    phone: str
    job: str
    email: str
    birth_year: int | None
    starts_on: date
    ends_on: date | None
    blocked_reason: str
    account: AccountCard | None
    linked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Move:
    """A request of transfer as a line."""

    id: int
    student_id: int
    student_name: str
    from_school: str
    to_school: str
    to_school_id: int
    from_school_id: int
    grade: str
    state: str
    state_name: str
    effective_on: date
    reason: str
    answer: str
    requested_at: datetime
    requested_by: str
    answered_at: datetime | None
    answered_by: str


@dataclass(frozen=True)
class StudentFile:
    """One file; `limited` is what an earlier school still reads."""

    id: int
    version: int
    name: str
    values: dict[str, str]
    school_id: int
    school_name: str
    school_path: str
    places: tuple[str, ...]
    limited: bool
    has_number: bool
    number_warnings: tuple[str, ...]
    account: AccountCard | None
    studies: list[Study]
    lines: list[Line]
    moves: list[Move]
    merged_into: int | None
    merges: list[tuple[int, str, datetime]]

    @property
    def seat(self) -> Study | None:
        """The class of today."""
        return next((one for one in self.studies if one.ends_on is None), None)

    @property
    def born(self) -> str:
        return print_born(self.values["born"])


def open_file(*, actor: Actor, student_id: int) -> StudentFile:
    """The file, or what is left of it for a school that the student went from."""
    try:
        student = open_student(actor, VIEW, student_id)
    except OutsidePlace:
        return _remembered(actor, student_id)
    places = places_of(student)
    # The whole course of study belongs to the file, also the years at other schools.
    with scoped(EVERYTHING):
        return _file(student, places, _studies(student.pk))


def _remembered(actor: Actor, student_id: int) -> StudentFile:
    studies = _studies(student_id)
    paths = {one: school_summary(one).path for one in {study.school_id for study in studies}}
    permit(actor, VIEW, *paths.values())
    seen = {one for one, path in paths.items() if explain(actor, VIEW, path) is None}
    student = Student.objects.select_related("home_school__organisation").get(id=student_id)
    places = tuple(paths[one] for one in seen)
    return _file(student, places, [one for one in studies if one.school_id in seen], seen)


def _file(
    student: Student,
    places: tuple[str, ...],
    studies: list[Study],
    only_schools: set[int] | None = None,
) -> StudentFile:
    limited = only_schools is not None
    school = student.home_school.organisation
    accounts = accounts_by_ids([student.account_id]) if student.account_id else {}
    return StudentFile(
        id=student.pk,
        version=student.version,
        name=student.name,
        values=_values(student, limited=limited),
        school_id=student.home_school_id,
        school_name=school.name,
        school_path=school.path,
        places=places,
        limited=limited,
        has_number=bool(student.personal_number_digest),
        number_warnings=tuple(finding_sentence(Finding(one)) for one in student.number_findings),
        account=None if limited else accounts.get(student.account_id or 0),
        studies=studies,
        lines=_lines(student.pk, only_schools),
        moves=_moves(student.pk, only_schools),
        merged_into=student.merged_into_id,
        merges=[] if limited else _merges(student.pk),
    )


REMEMBERED = ("name", "sex", "born", "code")
SHOWN = (*REMEMBERED, "birth_place", "home_town", "nationality", "address", "commune_code")
CONTACT = ("phone", "email")


def _values(student: Student, *, limited: bool) -> dict[str, str]:
    names = REMEMBERED if limited else (*SHOWN, *CONTACT)
    return {name: getattr(student, name) or "" for name in names}


def _studies(student_id: int) -> list[Study]:
    rows = Enrolment.objects.filter(student_id=student_id).select_related("school_class")
    rows = rows.annotate(school_name=F("school__organisation__name"))
    return [_study(row) for row in rows.order_by("-starts_on", "-id")]


def _study(row: Enrolment) -> Study:
    named: Any = row
    return Study(
        row.pk,
        row.year,
        row.school_id,
        named.school_name,
        row.school_class_id,
        row.school_class.name,
        row.grade,
        row.status,
        Status(row.status).name_vi,
        row.starts_on,
        row.ends_on,
        row.leaving_reason,
        row.note,
    )


def _lines(student_id: int, only_schools: set[int] | None) -> list[Line]:
    rows = RegisterEntry.objects.filter(student_id=student_id)
    if only_schools is not None:
        rows = rows.filter(school_id__in=only_schools)
    return lines_of(rows.order_by("-entered_on", "-id"))


def lines_of(rows: Any) -> list[Line]:
    """Register lines of a queryset, with the school's pattern applied to each number."""
    rows = rows.select_related("student").annotate(
        pattern=F("school__register_pattern"), school_name=F("school__organisation__name")
    )
    return [
        Line(
            row.pk,
            print_register_number(row.number, pattern=row.pattern, year=row.entered_on.year),
            row.student_id,
            row.student.name,
            print_born(row.student.born),
            "Nữ" if row.student.sex == "F" else "Nam",
            row.student.birth_place,
            row.school_name,
            row.entered_on,
            row.entered_class,
            row.from_school,
            row.left_on,
            row.left_reason,
            row.to_school,
        )
        for row in rows
    ]


def _moves(student_id: int, only_schools: set[int] | None) -> list[Move]:
    rows = Transfer.objects.filter(student_id=student_id)
    if only_schools is not None:
        rows = rows.filter(from_school_id__in=only_schools)
    return moves_of(rows)


def moves_of(rows: Any) -> list[Move]:
    """Requests of transfer of a queryset, the newest first."""
    rows = rows.annotate(
        source=F("from_school__organisation__name"), target=F("to_school__organisation__name")
    )
    return [
        Move(
            row.pk,
            row.student_id,
            row.student_name,
            row.source,
            row.target,
            row.to_school_id,
            row.from_school_id,
            row.grade,
            row.state,
            row.get_state_display(),
            row.effective_on,
            row.reason,
            row.answer,
            row.requested_at,
            row.requested_by,
            row.answered_at,
            row.answered_by,
        )
        for row in rows.order_by("-requested_at")
    ]


def _merges(student_id: int) -> list[tuple[int, str, datetime]]:
    rows = Merge.objects.filter(kept_id=student_id, undone_at__isnull=True)
    return list(rows.order_by("-merged_at").values_list("id", "gone__name", "merged_at"))


def family_of(*, actor: Actor, student_id: int) -> list[Relative]:
    """Gia đình of a student, also links that ended or are restricted."""
    student = open_student(actor, "records.view_family", student_id)
    rows = list(
        Guardianship.objects.filter(student=student)
        .select_related("guardian")
        .order_by("ends_on", "relation", "id")
    )
    accounts = accounts_by_ids([row.guardian.account_id for row in rows if row.guardian.account_id])
    return [_relative(row, accounts) for row in rows]


def _relative(row: Guardianship, accounts: dict[int, AccountCard]) -> Relative:
    adult = row.guardian
    return Relative(
        row.pk,
        adult.pk,
        adult.name,
        row.relation,
        adult.phone,
        adult.job,
        adult.email,
        adult.birth_year,
        row.starts_on,
        row.ends_on,
        row.blocked_reason,
        accounts.get(adult.account_id or 0),
        row.linked_at,
    )
