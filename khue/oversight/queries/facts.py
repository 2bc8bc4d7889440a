"""Các dữ kiện để soát lỗi of one school, in five statements whose plans are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from khue.organisations.api import school_year_of
from khue.oversight.rules.faults import (
    BookFacts,
    ClassFacts,
    Fault,
    PupilFacts,
    SchoolFacts,
    StaffFacts,
    Thresholds,
    faults_of_book,
    faults_of_class,
    faults_of_pupil,
    faults_of_school,
    faults_of_staff,
)
from kit.statements import kept_rows

TEACHER_KINDS = ("03", "04", "27", "28", "29", "30")
PRINCIPAL = "principal"
# A number that says OK is no doubt; a twin is another living file with the same name and birth.
PUPILS = """
select pupil.id, pupil.name, pupil.born, pupil.nationality, pupil.ethnic_group,
  pupil.personal_number_digest is not null, pupil.number_findings,
  length(pupil.born) = 10 and exists (
    select from records_student other
    where other.province_id = pupil.province_id and other.name_search = pupil.name_search
      and other.born = pupil.born and other.sex = pupil.sex and other.id <> pupil.id
      and other.merged_into_id is null
  ),
  class.id, coalesce(class.name, ''), coalesce(seat.grade, ''), coalesce(last.status, ''),
  exists (
    select from records_guardianship link
    join records_guardian guardian on guardian.id = link.guardian_id
    where link.student_id = pupil.id and link.blocked_reason = '' and guardian.phone <> ''
      and (link.ends_on is null or link.ends_on >= %(on)s)
  )
from records_student pupil
left join lateral (
  select stay.school_class_id, stay.grade from records_enrolment stay
  where stay.student_id = pupil.id and stay.school_id = %(school)s and stay.starts_on <= %(on)s
    and (stay.ends_on is null or stay.ends_on >= %(on)s)
    and stay.status in ('studying', 'suspended')
  order by stay.starts_on desc limit 1
) seat on true
left join lateral (
  select stay.status from records_enrolment stay where stay.student_id = pupil.id
  order by stay.starts_on desc limit 1
) last on true
left join organisations_schoolclass class on class.id = seat.school_class_id
where pupil.home_school_id = %(school)s and pupil.merged_into_id is null
order by pupil.name_key, pupil.id
"""
CLASSES = """
select class.id, class.name, class.level, class.age_group,
  (select count(*) from records_enrolment stay
   join records_student pupil on pupil.id = stay.student_id and pupil.merged_into_id is null
   where stay.school_class_id = class.id and stay.starts_on <= %(on)s
     and (stay.ends_on is null or stay.ends_on >= %(on)s)),
  exists (select from timetable_homeroomassignment held where held.school_class_id = class.id
    and held.starts_on <= %(on)s and (held.ends_on is null or held.ends_on >= %(on)s))
from organisations_schoolclass class
where class.school_id = %(school)s and class.year = %(year)s
  and (class.closed_on is null or class.closed_on > %(on)s)
order by class.position, class.name_key
"""
BOOKS = """
select subject.id, what.name, subject.school_class_id,
  exists (select from timetable_teachingassignment taught
    where taught.class_subject_id = subject.id and taught.starts_on <= %(on)s
      and (taught.ends_on is null or taught.ends_on >= %(on)s))
from organisations_classsubject subject
join organisations_subject what on what.id = subject.subject_id
join organisations_schoolclass class on class.id = subject.school_class_id
where subject.school_id = %(school)s and class.year = %(year)s
  and (class.closed_on is null or class.closed_on > %(on)s)
order by class.position, class.name_key, subject.position
"""
STAFF = """
select staff.id, staff.name, bool_or(post.kind = any(%(teachers)s::text[])),
  exists (select from timetable_teachingassignment taught where taught.staff_id = staff.id
    and taught.school_id = %(school)s and (taught.ends_on is null or taught.ends_on >= %(on)s))
  or exists (select from timetable_homeroomassignment held where held.staff_id = staff.id
    and held.school_id = %(school)s and (held.ends_on is null or held.ends_on >= %(on)s)),
  staff.personal_number_digest is not null, staff.qualification, staff.phone
from records_posting post
join records_staff staff on staff.id = post.staff_id
where post.school_id = %(school)s and post.starts_on <= %(on)s
  and (post.ends_on is null or post.ends_on >= %(on)s)
group by staff.id
order by staff.name_key, staff.id
"""
SCHOOL = """
select node.id, node.name, school.phone, school.email,
  (select count(*) from access_grant held where held.place = node.path
    and held.role = %(leader)s and held.ended_at is null
    and (held.valid_to is null or held.valid_to >= %(on)s))
from organisations_school school
join organisations_organisation node on node.id = school.organisation_id
where school.organisation_id = %(school)s
"""


@dataclass(frozen=True, slots=True)
class Checked:
    """Một trường đã soát: what was looked at, and every fault found."""

    pupils: int
    classes: int
    staff: int
    faults: tuple[Fault, ...]


def check_school(school_id: int, on: date, limits: Thresholds) -> Checked:
    """Soát lỗi một trường as of a day. Not gated; the scope must see the whole province."""
    year = school_year_of(on)
    asked = {"school": school_id, "on": on, "year": year}
    pupils, classes = _pupils(asked), _classes(asked)
    staff = _staff(asked)
    faults = [
        *_of_school(asked),
        *(one for facts in classes for one in faults_of_class(facts, limits)),
        *_of_books(asked, {one.id: one.name for one in classes}),
        *(one for facts in pupils for one in faults_of_pupil(facts, year, limits)),
        *(one for facts in staff for one in faults_of_staff(facts)),
    ]
    return Checked(len(pupils), len(classes), len(staff), tuple(faults))


def _pupils(asked: dict[str, Any]) -> list[PupilFacts]:
    rows = kept_rows(PUPILS, asked)
    return [PupilFacts(*[*row[:6], _doubts(row[6]), *row[7:]]) for row in rows]


def _doubts(findings: Any) -> tuple[str, ...]:
    found = json.loads(findings) if isinstance(findings, str) else findings
    return tuple(one for one in found or () if one != "OK")


def _classes(asked: dict[str, Any]) -> list[ClassFacts]:
    return [ClassFacts(*row) for row in kept_rows(CLASSES, asked)]


def _of_books(asked: dict[str, Any], names: dict[int, str]) -> Iterator[Fault]:
    for row in kept_rows(BOOKS, asked):
        book = BookFacts(*row)
        yield from faults_of_book(book, names.get(book.class_id, ""))


def _staff(asked: dict[str, Any]) -> list[StaffFacts]:
    rows = kept_rows(STAFF, {**asked, "teachers": "{" + ",".join(TEACHER_KINDS) + "}"})
    return [StaffFacts(*row) for row in rows]


def _of_school(asked: dict[str, Any]) -> list[Fault]:
    rows = kept_rows(SCHOOL, {**asked, "leader": PRINCIPAL})
    return faults_of_school(SchoolFacts(*rows[0])) if rows else []
