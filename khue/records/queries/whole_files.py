"""Hồ sơ trọn vẹn của cả trường, opened in bulk for a report that the law asks for.

Not gated: the caller has passed the gate for exactly this school and notes the look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from khue.records.models import (
    Enrolment,
    Guardianship,
    Posting,
    Staff,
    StaffDuty,
    Student,
    Transfer,
)
from khue.records.queries.rolls import holding_on
from khue.records.queries.sealed import open_text
from khue.records.rules.sensitive import SEALED_COLUMNS, SensitiveFacts, unpack


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch of days of a pupil in a class of the school."""

    class_id: int
    grade: str
    status: str
    entry_kind: str
    starts_on: date
    ends_on: date | None
    leaving_reason: str


@dataclass(frozen=True, slots=True)
class Relative:
    """Cha, mẹ, người giám hộ; only the year of birth is kept."""

    relation: str
    name: str
    birth_year: int | None
    job: str
    phone: str
    is_contact: bool


@dataclass(frozen=True, slots=True)
class PersonOnFile:
    """What every file holds; the number is empty while it does not pass the checks of its form."""

    id: int
    name: str
    name_key: str
    sex: str
    born: str
    code: str
    birth_place: str
    home_town: str
    ethnic_group: str
    nationality: str
    address: str
    commune_code: str
    phone: str
    email: str
    personal_number: str


@dataclass(frozen=True, slots=True)
class PupilFile:
    """Hồ sơ học sinh with everything opened; the other schools are those of accepted transfers."""

    person: PersonOnFile
    stays: tuple[Stay, ...]
    sensitive: SensitiveFacts
    relatives: tuple[Relative, ...] = ()
    gone_to: int | None = None
    come_from: int | None = None


@dataclass(frozen=True, slots=True)
class StaffFile:
    """Hồ sơ cán bộ with the newest post at the school, and the extra duties of the day."""

    person: PersonOnFile
    qualification: str
    major: str
    training_standard: str
    rank_code: str
    teaching_subjects: tuple[str, ...]
    recruited_on: date | None
    status: str
    kind: str
    contract: str
    title: str
    starts_on: date
    ends_on: date | None
    duties: tuple[str, ...] = field(default=())


def pupil_files(school_id: int, year: int, on: date) -> list[PupilFile]:
    """Everyone who sat in a class of the school in a school year, by given name."""
    stays = _stays(school_id, year, on)
    students = Student.objects.filter(pk__in=stays, merged_into__isnull=True).order_by(
        "name_key", "id"
    )
    kin, gone = _relatives(stays, on), _gone_to(school_id, stays)
    come = _come_from(school_id, stays)
    return [
        PupilFile(
            _person(one, "student"),
            tuple(stays[one.pk]),
            _sensitive(one),
            tuple(kin[one.pk]),
            gone.get(one.pk),
            come.get(one.pk),
        )
        for one in students
    ]


def _stays(school_id: int, year: int, on: date) -> dict[int, list[Stay]]:
    rows = Enrolment.objects.filter(school_id=school_id, year=year, starts_on__lte=on)
    found: dict[int, list[Stay]] = defaultdict(list)
    facts = ("school_class_id", "grade", "status", "entry_kind", "starts_on", "ends_on")
    for student_id, *told in rows.order_by("starts_on", "id").values_list(
        "student_id", *facts, "leaving_reason"
    ):
        found[student_id].append(Stay(*told))
    return found


def _relatives(student_ids: Iterable[int], on: date) -> dict[int, list[Relative]]:
    rows = Guardianship.objects.filter(
        holding_on(on), student_id__in=list(student_ids), blocked_reason=""
    ).order_by("-is_contact", "id")
    found: dict[int, list[Relative]] = defaultdict(list)
    facts = ("name", "birth_year", "job", "phone")
    columns = ("student_id", "relation", *(f"guardian__{one}" for one in facts), "is_contact")
    for row in rows.values_list(*columns):
        found[row[0]].append(Relative(*row[1:]))
    return found


def _gone_to(school_id: int, student_ids: Iterable[int]) -> dict[int, int]:
    rows = Transfer.objects.filter(
        from_school_id=school_id,
        student_id__in=list(student_ids),
        state=Transfer.State.ACCEPTED,
    )
    return dict(rows.order_by("answered_at").values_list("student_id", "to_school_id"))


def _come_from(school_id: int, stays: Mapping[int, Sequence[Stay]]) -> dict[int, int]:
    """Only a transfer by which the first stay of the year began."""
    rows = Transfer.objects.filter(
        to_school_id=school_id, student_id__in=list(stays), state=Transfer.State.ACCEPTED
    )
    return {
        student_id: from_school
        for student_id, from_school, day in rows.order_by("answered_at").values_list(
            "student_id", "from_school_id", "effective_on"
        )
        if day <= stays[student_id][0].starts_on
    }


def staff_files(school_id: int, first: date, on: date) -> list[StaffFile]:
    """Everyone who held a post at the school between two days, by given name."""
    posts = _newest_posts(school_id, first, on)
    duties = _duties(school_id, on)
    return [_staff_file(post, duties[post.staff_id]) for post in posts]


def _newest_posts(school_id: int, first: date, on: date) -> list[Posting]:
    rows = Posting.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=first), school_id=school_id, starts_on__lte=on
    ).select_related("staff")
    newest = rows.order_by("staff_id", "-starts_on", "-id").distinct("staff_id")
    return sorted(newest, key=lambda one: (one.staff.name_key, one.staff_id))


def _duties(school_id: int, on: date) -> dict[int, list[str]]:
    rows = StaffDuty.objects.filter(holding_on(on), school_id=school_id).order_by("duty")
    found: dict[int, list[str]] = defaultdict(list)
    for staff_id, duty in rows.values_list("staff_id", "duty"):
        found[staff_id].append(duty)
    return found


def _staff_file(post: Posting, duties: Sequence[str]) -> StaffFile:
    staff: Staff = post.staff
    return StaffFile(
        person=_person(staff, "staff"),
        qualification=staff.qualification,
        major=staff.major,
        training_standard=staff.training_standard,
        rank_code=staff.rank_code,
        teaching_subjects=tuple(staff.teaching_subjects),
        recruited_on=staff.recruited_on,
        status=staff.status,
        kind=post.kind,
        contract=post.contract,
        title=post.title,
        starts_on=post.starts_on,
        ends_on=post.ends_on,
        duties=tuple(duties),
    )


def _person(row: Any, kind: str) -> PersonOnFile:
    sealed = "" if row.number_findings else row.personal_number_sealed
    plain = ("name", "name_key", "sex", "born", "birth_place", "home_town", "ethnic_group")
    where = ("nationality", "address", "commune_code", "phone", "email")
    return PersonOnFile(
        id=row.pk,
        code=row.code or "",
        personal_number=open_text(sealed, f"{kind}.personal_number"),
        **{name: getattr(row, name) for name in (*plain, *where)},
    )


def _sensitive(student: Student) -> SensitiveFacts:
    texts = {one: open_text(getattr(student, one), f"student.{one}") for one in SEALED_COLUMNS}
    return unpack(texts)
