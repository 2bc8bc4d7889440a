"""Người nhận: a chosen audience as the accounts and telephones of people, in one statement.

A guardian whom a court keeps away from a child never reads about it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from khue.access.api import Actor, OutsidePlace, permit
from khue.contactbook.permissions import SEND_AREA, SEND_CLASS, SEND_SCHOOL
from khue.contactbook.rules.audience import (
    AREA,
    CHOSEN,
    CLASSES,
    GRADES,
    GUARDIANS,
    PUPILS,
    SCHOOL,
    Audience,
)
from khue.organisations.api import (
    ClassCard,
    SchoolCard,
    class_summaries,
    department_of,
    organisation,
    permit_inside,
    school_summary,
    schools_below,
)
from khue.records.api import student_summaries
from kit.fences import EVERYTHING, scoped


@dataclass(frozen=True, slots=True)
class Place:
    """Where an audience stands: its place for the gate, and in words."""

    path: str
    name: str
    school_id: int | None
    province_id: int | None
    schools: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """How many an audience is: receipts, people with an account, telephones, mailboxes."""

    readers: int
    pupils: int
    with_account: int
    phones: int
    mailboxes: int
    out_of_reach: int
    """Neither an account nor a telephone."""


def open_audience(actor: Actor, audience: Audience) -> Place:
    """Pass the gate at every place the audience names; raises OutsidePlace or Refused."""
    if audience.kind == AREA:
        return _area(actor, audience)
    school = school_summary(audience.place)
    if audience.kind in {SCHOOL, GRADES}:
        permit(actor, SEND_SCHOOL, school.path)
        return _at_school(school, school.path, _name(audience, school))
    if audience.kind == CLASSES:
        return _classes(actor, school, audience.ids)
    if audience.kind == CHOSEN:
        return _chosen(actor, school, audience)
    raise OutsidePlace(audience.kind)


def _area(actor: Actor, audience: Audience) -> Place:
    found = organisation(audience.place)
    permit(actor, SEND_AREA, found.path)
    department = department_of(found.path)
    province = department.id if department else None
    chosen = f"{_people(audience)} ở các trường, " if audience.names_staff else ""
    return Place(found.path, f"{chosen}{found.name}", None, province, schools_below(found.path))


def _at_school(school: SchoolCard, path: str, name: str) -> Place:
    return Place(path, name, school.id, school.province_id, (school.id,))


def _name(audience: Audience, school: SchoolCard) -> str:
    if audience.kind == SCHOOL:
        return school.name
    grades = ", ".join(one.lstrip("0") or one for one in audience.grades)
    return f"Khối {grades}, {school.name}"


def _classes(actor: Actor, school: SchoolCard, ids: Sequence[int]) -> Place:
    cards = _permitted(actor, school, ids)
    names = ", ".join(card.name for card in cards)
    path = cards[0].place if len(cards) == 1 else school.path
    return _at_school(school, path, f"Lớp {names}")


def _permitted(actor: Actor, school: SchoolCard, ids: Sequence[int]) -> list[ClassCard]:
    cards = class_summaries(list(ids))
    if len(cards) != len(set(ids)) or any(one.school_id != school.id for one in cards.values()):
        raise OutsidePlace
    for card in cards.values():
        permit_inside(actor, SEND_CLASS, card.place)
    return list(cards.values())


def _chosen(actor: Actor, school: SchoolCard, audience: Audience) -> Place:
    if audience.staff_ids:
        permit(actor, SEND_SCHOOL, school.path)
    if not audience.ids:
        return _at_school(school, school.path, _people(audience))
    pupils = student_summaries(audience.ids)
    classes = {one.class_id for one in pupils.values()}
    if len(pupils) != len(set(audience.ids)) or None in classes:
        raise OutsidePlace
    cards = _permitted(actor, school, [one for one in classes if one is not None])
    path = cards[0].place if len(cards) == 1 else school.path
    return _at_school(school, path, _people(audience))


def _people(audience: Audience) -> str:
    said = ((audience.ids, "học sinh"), (audience.staff_ids, "cán bộ, giáo viên"))
    return ", ".join(f"{len(ids)} {word}" for ids, word in said if ids)


PUPIL = """
pupil as (
  select distinct on (stay.student_id) stay.student_id, stay.school_id, stay.province_id,
    student.name, student.account_id, class.name as class_name, home.name as school_name
  from records_enrolment stay
  join records_student student on student.id = stay.student_id and student.merged_into_id is null
  join organisations_schoolclass class on class.id = stay.school_class_id
  join organisations_organisation home on home.id = stay.school_id
  where stay.starts_on <= %(on)s and (stay.ends_on is null or stay.ends_on >= %(on)s)
    and stay.school_id = any(%(schools)s) {narrowed}
  order by stay.student_id, stay.starts_on desc
)"""
ABOUT = """jsonb_build_object(
    'ho_ten', pupil.name, 'lop', pupil.class_name, 'truong', pupil.school_name)"""
OF_GUARDIANS = f"""
  select living.id as account_id, guardian.id as guardian_id, pupil.student_id, guardian.name,
    pupil.school_id, pupil.province_id, {ABOUT} as fields,
    guardian.phone, guardian.email, bool_or(link.is_contact) as is_contact
  from pupil
  join records_guardianship link on link.student_id = pupil.student_id
    and link.starts_on <= %(on)s and (link.ends_on is null or link.ends_on >= %(on)s)
  join records_guardian guardian on guardian.id = link.guardian_id
  left join access_account living on living.id = guardian.account_id and living.closed_at is null
  group by living.id, guardian.id, pupil.student_id, pupil.name, pupil.class_name,
    pupil.school_name, pupil.school_id, pupil.province_id
  having bool_and(link.blocked_reason = '')"""  # noqa: S608
OF_PUPILS = f"""
  select living.id, null::bigint, pupil.student_id, pupil.name, pupil.school_id,
    pupil.province_id, {ABOUT}, '', '', false
  from pupil join access_account living
    on living.id = pupil.account_id and living.closed_at is null"""  # noqa: S608
OF_STAFF = """
  select distinct on (living.id) living.id, null::bigint, null::bigint, staff.name,
    post.school_id, post.province_id,
    jsonb_build_object('ho_ten', staff.name, 'lop', '', 'truong', home.name),
    staff.phone, staff.email, true
  from records_posting post
  join records_staff staff on staff.id = post.staff_id
  join access_account living on living.id = staff.account_id and living.closed_at is null
  join organisations_organisation home on home.id = post.school_id
  where post.school_id = any(%(schools)s) and post.starts_on <= %(on)s
    and (post.ends_on is null or post.ends_on >= %(on)s)
    and (%(staff)s::bigint[] is null or staff.id = any(%(staff)s))"""
NARROWED = {
    CLASSES: "and stay.school_class_id = any(%(ids)s)",
    GRADES: "and stay.grade = any(%(grades)s)",
    CHOSEN: "and stay.student_id = any(%(ids)s)",
}
COUNT = """
select count(*), count(distinct student_id),
  count(distinct account_id),
  count(distinct (guardian_id, account_id, {apart})) filter (where is_contact and phone <> ''),
  count(distinct (guardian_id, account_id, {apart})) filter (where is_contact and email <> ''),
  count(*) filter (where account_id is null and phone = '')
from reader
"""


def readers_sql(audience: Audience) -> str:
    """The common table `reader`: who reads, about which child, by which telephone and mailbox."""
    sides = []
    if audience.takes_pupils:
        sides += [OF_GUARDIANS] * (GUARDIANS in audience.sides)
        sides += [OF_PUPILS] * (PUPILS in audience.sides)
    if audience.takes_staff:
        sides.append(f"({OF_STAFF})")
    pupil = PUPIL.format(narrowed=NARROWED.get(audience.kind, ""))
    order = "(account_id, guardian_id, student_id, name, school_id, province_id, fields, phone,"
    return f"with {pupil}, reader {order} email, is_contact) as ({' union all '.join(sides)})"


def readers_values(audience: Audience, place: Place, on: date) -> dict[str, Any]:
    return {
        "on": on,
        "schools": list(place.schools),
        "ids": list(audience.ids),
        "grades": list(audience.grades),
        "staff": list(audience.staff_ids) if audience.names_staff else None,
    }


def count_readers(audience: Audience, place: Place, on: date, *, personal: bool) -> Reached:
    """How many will read; `personal`: one telephone message for each child, else one a person.

    The caller has passed the gate for exactly this audience.
    """
    count = COUNT.format(apart="student_id" if personal else "0")
    with scoped(EVERYTHING), connection.cursor() as cursor:
        cursor.execute(f"{readers_sql(audience)} {count}", readers_values(audience, place, on))
        return Reached(*cursor.fetchone())


SAMPLE = """
select fields, name from reader where is_contact and phone <> '' limit %(most)s
"""


def sample_fields(
    audience: Audience, place: Place, on: date, most: int
) -> list[tuple[dict[str, str], str]]:
    """What the fields mean for some of those who have a telephone, with the reader's name."""
    values = {**readers_values(audience, place, on), "most": most}
    with scoped(EVERYTHING), connection.cursor() as cursor:
        cursor.execute(f"{readers_sql(audience)} {SAMPLE}", values)
        rows = cursor.fetchall()
    return [(_dict(fields), name) for fields, name in rows]


def _dict(fields: Any) -> dict[str, str]:
    return json.loads(fields) if isinstance(fields, str) else dict(fields)
