"""Học sinh, gia đình, cán bộ as the API tells them: each part with its own scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from khue.access.api import Actor, reach
from khue.interchange.queries.pages import (
    Page,
    changed_rows,
    page_of,
    page_of_school_rows,
    window_of,
)
from khue.interchange.queries.places import schools_for
from khue.interchange.rules.ids import Kind, make_id
from khue.interchange.rules.scopes import (
    CARE,
    CONTACT,
    DEMOGRAPHICS,
    ENROLMENTS,
    GUARDIANS,
    IDENTITY,
    SCOPES,
    STAFF,
    STAFF_CONTACT,
    STUDENTS,
)
from khue.records.api import (
    EnrolmentRow,
    GuardianshipRow,
    PupilRow,
    StaffRow,
    care_facts_of,
    enrolments_window,
    guardianships_window,
    personal_numbers_of,
    pupils_window,
    staff_window,
)
from kit.windows import Window


@dataclass(frozen=True)
class Opened:
    """Which schools' pupils may be told with which part."""

    demographics: frozenset[int]
    contact: frozenset[int]
    numbers: dict[int, str]
    care: dict[int, Any]
    looked_at: dict[int, tuple[int, int]]
    """Pupils whose sealed parts were opened, with school and province, for the log."""


def students_page(
    actor: Actor,
    *,
    limit: int,
    after: str | None,
    school: UUID | None,
    since: datetime | None,
) -> tuple[Page, dict[int, tuple[int, int]]]:
    """Học sinh; and whose sensitive parts were opened."""
    window = window_of(limit, after, where=changed_rows(since, "student"))
    rows = pupils_window(schools_for(actor, STUDENTS, school), window)
    opened = opened_parts(actor, rows[:limit])
    page = page_of(
        rows,
        window,
        lambda row: tell_student(row, opened),
        school=lambda row: row.home_school_id,
        keys=lambda row: (row.id,),
    )
    return page, opened.looked_at


def one_student(actor: Actor, public_id: UUID) -> tuple[Page, dict[int, tuple[int, int]]]:
    window = Window(limit=2, where=Q(public_id=public_id))
    rows = pupils_window(schools_for(actor, STUDENTS), window)
    opened = opened_parts(actor, rows)
    page = page_of(
        rows,
        window,
        lambda row: tell_student(row, opened),
        school=lambda row: row.home_school_id,
        keys=lambda row: (row.id,),
    )
    return page, opened.looked_at


def opened_parts(actor: Actor, rows: Sequence[PupilRow]) -> Opened:
    """What may be told of these pupils beyond their names; sealed parts are opened only for it."""
    found: dict[tuple[str, ...], frozenset[int]] = {}
    identity, care = _held(actor, IDENTITY, found), _held(actor, CARE, found)
    numbered = [row for row in rows if row.home_school_id in identity]
    cared = [row for row in rows if row.home_school_id in care]
    demographics = _held(actor, DEMOGRAPHICS, found)
    looked = [*numbered, *cared, *(row for row in rows if row.home_school_id in demographics)]
    return Opened(
        demographics=demographics,
        contact=_held(actor, CONTACT, found),
        numbers=personal_numbers_of([row.id for row in numbered]) if numbered else {},
        care=care_facts_of([row.id for row in cared]) if cared else {},
        looked_at={row.id: (row.home_school_id, row.province_id) for row in looked},
    )


def _held(
    actor: Actor, scope: str, found: dict[tuple[str, ...], frozenset[int]] | None = None
) -> frozenset[int]:
    """The schools of a scope; scopes mostly hold at the same places, which are looked up once."""
    paths = reach(actor, SCOPES[scope].permission).paths
    known = {} if found is None else found
    if paths not in known:
        known[paths] = frozenset(schools_for(actor, scope))
    return known[paths]


def tell_student(row: PupilRow, opened: Opened) -> dict[str, Any]:
    school = row.home_school_id
    return {
        "id": row.public_id,
        "code": row.code,
        "name": row.name,
        "sex": row.sex,
        "born": row.born,
        "school_id": make_id(Kind.ORGANISATION, school),
        "demographics": _demographics(row) if school in opened.demographics else None,
        "contact": _contact(row) if school in opened.contact else None,
        "personal_number": opened.numbers.get(row.id) or None,
        "care": _care(opened.care[row.id]) if row.id in opened.care else None,
    }


def _demographics(row: PupilRow) -> dict[str, Any]:
    names = ("birth_place", "home_town", "ethnic_group", "nationality")
    return {name: getattr(row, name) for name in names}


def _contact(row: PupilRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("address", "commune_code", "phone", "email")}


def _care(facts: Any) -> dict[str, Any]:
    return {"policies": list(facts.policies), "disability": facts.disability}


def guardians_page(actor: Actor, *, limit: int, after: str | None, school: UUID | None) -> Page:
    """Cha mẹ, người giám hộ of pupils; nobody whom a court keeps away."""
    window = window_of(limit, after)
    return page_of_school_rows(
        guardianships_window(schools_for(actor, GUARDIANS, school), window),
        window,
        tell_guardian,
    )


def tell_guardian(row: GuardianshipRow) -> dict[str, Any]:
    return {
        "id": make_id(Kind.GUARDIANSHIP, row.id),
        "guardian_id": make_id(Kind.GUARDIAN, row.guardian_id),
        "student_id": row.student_public_id,
        "name": row.name,
        "relation": row.relation,
        "is_contact": row.is_contact,
        "phone": row.phone,
        "email": row.email,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }


def staff_page(
    actor: Actor,
    *,
    limit: int,
    after: str | None,
    school: UUID | None,
    since: datetime | None,
) -> Page:
    """Cán bộ, giáo viên, nhân viên."""
    window = window_of(limit, after, where=changed_rows(since, "staff"))
    contact = _held(actor, STAFF_CONTACT)
    return page_of(
        staff_window(schools_for(actor, STAFF, school), window),
        window,
        lambda row: tell_staff(row, contact),
        school=lambda row: row.home_school_id,
        keys=lambda row: (row.id,),
    )


def tell_staff(row: StaffRow, contact: frozenset[int]) -> dict[str, Any]:
    reached = {"address": None, "commune_code": None, "phone": row.phone, "email": row.email}
    return {
        "id": row.public_id,
        "code": row.code,
        "name": row.name,
        "sex": row.sex,
        "school_id": make_id(Kind.ORGANISATION, row.home_school_id),
        "status": row.status,
        "qualification": row.qualification,
        "major": row.major,
        "contact": reached if row.home_school_id in contact else None,
    }


def enrolments_page(
    actor: Actor,
    *,
    limit: int,
    after: str | None,
    school: UUID | None,
    since: datetime | None,
    year: int | None,
) -> Page:
    """Quá trình học tập."""
    where = changed_rows(since, "student", "student_id")
    if year is not None:
        where &= Q(year=year)
    window = window_of(limit, after, where=where)
    return page_of_school_rows(
        enrolments_window(schools_for(actor, ENROLMENTS, school), window),
        window,
        tell_enrolment,
    )


def tell_enrolment(row: EnrolmentRow) -> dict[str, Any]:
    return {
        "id": make_id(Kind.ENROLMENT, row.id),
        "student_id": row.student_public_id,
        "school_id": make_id(Kind.ORGANISATION, row.school_id),
        "class_id": make_id(Kind.CLASS, row.class_id),
        "year": row.year,
        "grade": row.grade,
        "status": row.status,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }
