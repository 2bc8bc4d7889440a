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
with teaching as (
  select distinct on (assignment.staff_id) class.school_id, assignment.staff_id,
    account.id as account_id, account.name as who
  from organisations_schoolclass class
  join organisations_classsubject book on book.school_class_id = class.id
    and book.form = 'score'
  join timetable_teachingassignment assignment on assignment.class_subject_id = book.id
    and assignment.ends_on is null
  join records_staff staff on staff.id = assignment.staff_id
  join access_account account on account.id = staff.account_id
  where class.year = %(year)s and class.level in ('03', '04')
),
teacher as (
  select *, row_number() over (partition by school_id order by staff_id) as turn from teaching
  order by turn, school_id limit %(wanted)s
)
select teacher.account_id, teacher.school_id, book.id, class.id,
  array(select student_id from records_enrolment seat
    where seat.school_class_id = class.id and seat.status = 'studying' order by student_id),
  array(select marks.tx1 from records_enrolment seat
    left join gradebook_markrow marks on marks.class_subject_id = book.id and marks.term = 1
      and marks.student_id = seat.student_id and marks.year = class.year
    where seat.school_class_id = class.id and seat.status = 'studying' order by seat.student_id),
  teacher.who
from teacher
join timetable_teachingassignment assignment on assignment.staff_id = teacher.staff_id
join organisations_classsubject book on book.id = assignment.class_subject_id
  and book.form = 'score'
join organisations_schoolclass class on class.id = book.school_class_id and class.year = %(year)s
  and class.level in ('03', '04')
where exists (select from access_grant held where held.account_id = teacher.account_id
  and held.role = 'subject_teacher' and held.place like '%%/s' || book.id || '/')
order by teacher.turn, teacher.school_id, book.id
"""
HOMEROOMS = """
select account_id, class_id, name, who from (
  select account.id as account_id, class.id as class_id, class.name, class.school_id,
    account.name as who,
    row_number() over (partition by class.school_id order by class.id) as turn
  from timetable_homeroomassignment homeroom
  join organisations_schoolclass class on class.id = homeroom.school_class_id
    and class.year = %(year)s
  join records_staff staff on staff.id = homeroom.staff_id
  join access_account account on account.id = staff.account_id
) found
order by turn, school_id limit %(wanted)s
"""
PARENTS = """
select account_id, child_id, name from (
  select account.id as account_id, child.id as child_id, child.name, child.home_school_id,
    row_number() over (partition by child.home_school_id order by child.id) as turn
  from records_guardianship link
  join records_guardian guardian on guardian.id = link.guardian_id
  join access_account account on account.id = guardian.account_id
  join records_student child on child.id = link.student_id
) found
order by turn, home_school_id limit %(wanted)s
"""
LEADERS = """
select grants.account_id, school.id, school.name
from access_grant grants
join organisations_organisation school on school.path = grants.place and school.kind = 'school'
where grants.role = 'principal' order by school.id limit %(wanted)s
"""
LEADER_OF = """
select grants.account_id from access_grant grants
where grants.school_id = %(school)s and grants.role in ('principal', 'vice_principal')
  and grants.ended_at is null
order by grants.role, grants.id limit 1
"""
# A class that stands, of the first school that has marked books.
CROWDED_SCHOOL = """
select school_id, name from organisations_schoolclass
where year = %(year)s and level in ('03', '04') order by school_id, id limit 1
"""
OFFICERS = """
select grants.account_id, place.id, place.name
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


def leader_of(school: int) -> int:
    """The account of the principal, or of a deputy."""
    return int(rows(LEADER_OF, school=school)[0][0])


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
    who = {"who": row[3]} if len(row) > 3 else {}
    return {"session": session_of(row[0]), what: row[1], "name": row[2], **who}


def _teachers(found: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    books: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for account, _school, book, room, pupils, marks, who in found:
        told = {"id": book, "class": room, "pupils": pupils, "marks": marks}
        books.setdefault((account, who), []).append(told)
    return [
        {"session": session_of(account), "who": who, "books": theirs}
        for (account, who), theirs in books.items()
    ]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from kit.fences import EVERYTHING, scoped

    with scoped(EVERYTHING):
        json.dump(people(int(sys.argv[1])), sys.stdout)
