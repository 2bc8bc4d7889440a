"""Đếm người: what pupils and staff are, without who they are, for figures of classes and schools.

Sealed facts are opened here because they are counted; no name, number or id leaves with them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from khue.records.queries.rolls import SEATED
from khue.records.queries.sealed import open_text
from kit.statements import kept_rows, keys_array

# In the order of CountedPupil. A pupil who sits in the grade of the year before repeats it.
PUPILS = f"""
select stay.school_class_id, stay.grade, stay.status, pupil.sex, pupil.ethnic_group, pupil.born,
  exists (select from records_enrolment before where before.student_id = stay.student_id
    and before.year = stay.year - 1 and before.grade = stay.grade),
  pupil.policies_sealed, pupil.disability_sealed
from {SEATED} and stay.school_class_id = any(%(classes)s::bigint[])
"""  # noqa: S608  (our own conditions)
# In the order of CountedStaff; a person counts once, at the school that keeps the file.
STAFF = """
select post.school_id, post.kind, post.contract, person.sex, person.ethnic_group, person.born,
  person.qualification, person.training_standard,
  exists (select from records_staffduty duty where duty.staff_id = person.id
    and duty.school_id = post.school_id and duty.duty = any(%(youth)s)
    and duty.starts_on <= %(on)s and (duty.ends_on is null or duty.ends_on >= %(on)s))
from records_posting post
join records_staff person on person.id = post.staff_id and person.home_school_id = post.school_id
where post.school_id = any(%(schools)s::bigint[]) and person.status <> all(%(gone)s)
  and post.starts_on <= %(on)s and (post.ends_on is null or post.ends_on >= %(on)s)
"""
CLASSES_OF_STUDENTS = """
select student_id, school_class_id from records_enrolment where student_id = any(%s::bigint[])
"""
SCHOOLS_OF_STAFF = """
select post.staff_id, post.school_id from records_posting post
where post.staff_id = any(%(ids)s::bigint[])
union select id, home_school_id from records_staff where id = any(%(ids)s::bigint[])
"""
# DM_NHIEM_VU_KIEM_NHIEM: tổng phụ trách Đội, tổng phụ trách Đoàn - Đội.
YOUTH_LEADER = ["07", "09"]
# DM_TRANG_THAI_CAN_BO: moved away, transferred, retired, seconded.
GONE = ["02", "03", "05", "06"]


@dataclass(frozen=True, slots=True)
class CountedPupil:
    """A pupil of a class as the statistics forms count one; codes of the sector lists."""

    class_id: int
    grade: str
    status: str
    sex: str
    ethnic_group: str
    born: str
    repeats: bool
    policies: tuple[str, ...] = ()
    disability: str = ""


@dataclass(frozen=True, slots=True)
class CountedStaff:
    """A member of staff of a school as the statistics forms count one."""

    school_id: int
    kind: str
    contract: str
    sex: str
    ethnic_group: str
    born: str
    qualification: str
    training_standard: str
    youth_leader: bool


def counted_pupils(class_ids: Sequence[int], on: date) -> list[CountedPupil]:
    """Who sits in some classes on a day (one query); the caller's scope must see them."""
    rows = kept_rows(PUPILS, {"classes": keys_array(class_ids), "on": on})
    return [CountedPupil(*[*row[:7], *_opened(row[7], row[8])]) for row in rows]


def _opened(policies: str, disability: str) -> tuple[tuple[str, ...], str]:
    kinds = json.loads(open_text(policies, "student.policies_sealed") or "{}").get("policies", ())
    held = json.loads(open_text(disability, "student.disability_sealed") or "{}")
    return tuple(kinds), held.get("disability", "")


def counted_staff(school_ids: Sequence[int], on: date) -> list[CountedStaff]:
    """Who works at some schools on a day (one query); the caller's scope must see them."""
    given = {"schools": keys_array(school_ids), "on": on, "youth": YOUTH_LEADER, "gone": GONE}
    return [CountedStaff(*row) for row in kept_rows(STAFF, given)]


def classes_of_students(student_ids: Sequence[int]) -> dict[int, set[int]]:
    """Every class in which some students ever sat, by student (one query)."""
    return _sets(kept_rows(CLASSES_OF_STUDENTS, [keys_array(student_ids)]))


def schools_of_staff(staff_ids: Sequence[int]) -> dict[int, set[int]]:
    """Every school at which some people ever worked, by person (one query)."""
    return _sets(kept_rows(SCHOOLS_OF_STAFF, {"ids": keys_array(staff_ids)}))


def _sets(pairs: Sequence[tuple[int, ...]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return found
