"""Who works and reads in the measured province: sessions and what each may open.

`python -m benchmarks.province.people N` prints N of each as JSON, spread over the schools.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django
from django.db import connection

# Books with marks of the running year: the account of the teacher, the book, its pupils.
BOOKS = """
with teacher as (
  select distinct on (school.organisation_id) school.organisation_id as school_id,
    assignment.staff_id, account.id as account_id
  from organisations_school school
  join organisations_schoolclass class on class.school_id = school.organisation_id
    and class.year = %(year)s and class.level in ('02', '03', '04')
  join organisations_classsubject book on book.school_class_id = class.id
    and book.form = 'score'
  join timetable_teachingassignment assignment on assignment.class_subject_id = book.id
  join records_staff staff on staff.id = assignment.staff_id
  join access_account account on account.id = staff.account_id
  where class.level <> '02'
  order by school.organisation_id, assignment.staff_id
  limit %(wanted)s
)
select teacher.account_id, teacher.school_id, book.id, class.id,
  array(select student_id from records_enrolment seat
    where seat.school_class_id = class.id order by student_id)
from teacher
join timetable_teachingassignment assignment on assignment.staff_id = teacher.staff_id
join organisations_classsubject book on book.id = assignment.class_subject_id
  and book.form = 'score'
join organisations_schoolclass class on class.id = book.school_class_id and class.year = %(year)s
order by teacher.school_id, book.id
"""
HOMEROOMS = """
select distinct on (class.school_id) account.id, class.id
from timetable_homeroomassignment homeroom
join organisations_schoolclass class on class.id = homeroom.school_class_id
  and class.year = %(year)s
join records_staff staff on staff.id = homeroom.staff_id
join access_account account on account.id = staff.account_id
order by class.school_id, class.id limit %(wanted)s
"""
PARENTS = """
select distinct on (child.home_school_id) account.id, child.id
from records_guardianship link
join records_guardian guardian on guardian.id = link.guardian_id
join access_account account on account.id = guardian.account_id
join records_student child on child.id = link.student_id
order by child.home_school_id, child.id limit %(wanted)s
"""
LEADERS = """
select grants.account_id, school.id
from access_grant grants
join organisations_organisation school on school.path = grants.place and school.kind = 'school'
where grants.role = 'principal' order by school.id limit %(wanted)s
"""
OFFICERS = """
select grants.account_id, place.id
from access_grant grants
join organisations_organisation place on place.path = grants.place and place.kind = 'department'
order by grants.account_id limit 1
"""


def rows(statement: str, **values: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def session_of(account_id: int) -> str:
    from django.utils import timezone

    from khue.access.api import open_session

    return open_session(account_id=account_id, now=timezone.now(), second_factor=True)


def people(wanted: int) -> dict[str, Any]:
    """Teachers with their books, homeroom teachers, parents, leaders, an officer."""
    from khue.organisations.api import school_year_of
    from kit.dates import vietnam_day

    where = {"wanted": wanted, "year": school_year_of(vietnam_day(_now()))}
    return {
        "teachers": _teachers(rows(BOOKS, **where)),
        "homerooms": [_with("class", row) for row in rows(HOMEROOMS, **where)],
        "parents": [_with("child", row) for row in rows(PARENTS, **where)],
        "leaders": [_with("place", row) for row in rows(LEADERS, **where)],
        "officers": [_with("place", row) for row in rows(OFFICERS)],
    }


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


def _with(what: str, row: tuple[Any, ...]) -> dict[str, Any]:
    return {"session": session_of(row[0]), what: row[1]}


def _teachers(found: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    books: dict[int, list[dict[str, Any]]] = {}
    for account, _school, book, room, pupils in found:
        books.setdefault(account, []).append({"id": book, "class": room, "pupils": pupils})
    return [{"session": session_of(one), "books": theirs} for one, theirs in books.items()]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from kit.fences import EVERYTHING, scoped

    with scoped(EVERYTHING):
        json.dump(people(int(sys.argv[1])), sys.stdout)
