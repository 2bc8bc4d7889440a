"""Tiến độ của sổ tiểu học: levels and tests due at the two points of a term, and those there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from khue.gradebook.queries.books import school_year_on
from khue.gradebook.rules.dated import rows_of
from khue.gradebook.rules.primary import POINTS, is_tested, strands_of
from kit.dates import vietnam_day

PRIMARY_GRADES = range(1, 6)
# For each line of a book (book, point, pupil): how many cells are due and how many are there.
# `asked` tells by subject, grade and point how many strands there are and whether there is a test.
LINES = """
from organisations_classsubject book
join organisations_schoolclass class on class.id = book.school_class_id and class.level = '02'
join organisations_subject what on what.id = book.subject_id
join organisations_school school on school.organisation_id = book.school_id
cross join (values (1), (2)) term (number)
cross join (values (1), (2), (3), (4)) point (number)
left join organisations_schoolyear calendar
  on calendar.province_id = school.province_id and calendar.start_year = class.year
left join lateral (
  select distinct on (enrolment.student_id) enrolment.student_id,
    case when enrolment.grade = any(class.grades) then enrolment.grade
      else class.grades[1] end::int as grade
  from records_enrolment enrolment
  where enrolment.school_class_id = class.id and (enrolment.ends_on is null
    or enrolment.ends_on >= least(%(today)s, coalesce(calendar.ends_on, %(today)s)))
  order by enrolment.student_id, enrolment.starts_on desc
) stay on true
left join unnest(%(names)s::text[], %(grades)s::int[], %(points)s::int[])
  as tested (name, grade, point)
  on tested.name = what.name and tested.grade = stay.grade and tested.point = point.number
left join lateral (
  select 1 as reason from gradebook_subjectcircumstance fact
  where fact.class_subject_id = book.id and fact.student_id = stay.student_id
    and fact.kind in ('exempt', 'not_taken')
    and term.number between fact.first_term and fact.last_term
  union all
  select 1 where exists (select from organisations_curriculumsubject row
      where row.level = 'primary' and row.subject_id = book.subject_id
        and lpad(row.grade::text, 2, '0') = any(class.grades))
    and not exists (select from organisations_curriculumsubject row
      where row.level = 'primary' and row.subject_id = book.subject_id and row.grade = stay.grade)
  limit 1
) left_out on true
left join gradebook_primaryrow cells on cells.year = class.year
  and cells.class_subject_id = book.id and cells.point = point.number
  and cells.student_id = stay.student_id
where point.number in (2 * term.number - 1, 2 * term.number)
"""
DUE = """coalesce(sum(
  (1 + (what.name = any(%(two)s))::int) * (1 + (tested.name is not null)::int)
) filter (where stay.student_id is not null and left_out.reason is null), 0)"""
ENTERED = """coalesce(sum(
  (cells.level is not null)::int
  + (what.name = any(%(two)s) and cells.level2 is not null)::int
  + (tested.name is not null and coalesce(cells.test, -1) <> -1)::int
  + (tested.name is not null and what.name = any(%(two)s) and coalesce(cells.test2, -1) <> -1)::int
) filter (where stay.student_id is not null and left_out.reason is null), 0)"""
COUNT = f"""
insert into gradebook_progress as kept
  (class_subject_id, term, school_id, province_id, year, due, entered, changed_at)
select book.id, term.number, book.school_id, school.province_id, class.year, {DUE}, {ENTERED},
  %(now)s
{LINES} and {{condition}}
group by book.id, term.number, school.province_id, class.year
on conflict (class_subject_id, term) do update set due = excluded.due, entered = excluded.entered,
  year = excluded.year, changed_at = excluded.changed_at
where (kept.due, kept.entered, kept.year) is distinct from
  (excluded.due, excluded.entered, excluded.year)
"""  # noqa: S608  (put together from our own conditions)
# The same number as DUE, from sizes of classes by grade: `units` cells for each pupil of a grade.
STALE = """
with stays as (
  select distinct on (stay.school_class_id, stay.student_id) stay.school_class_id,
    stay.student_id,
    case when stay.grade = any(class.grades) then stay.grade else class.grades[1] end::int as grade
  from records_enrolment stay
  join organisations_schoolclass class
    on class.id = stay.school_class_id and class.level = '02' and class.year = %(year)s
  left join organisations_schoolyear calendar
    on calendar.province_id = stay.province_id and calendar.start_year = stay.year
  where stay.year = %(year)s and (stay.ends_on is null
    or stay.ends_on >= least(%(today)s, coalesce(calendar.ends_on, %(today)s)))
  order by stay.school_class_id, stay.student_id, stay.starts_on desc
), sizes as (
  select school_class_id, grade, count(*) as size from stays group by 1, 2
), excused as (
  select fact.class_subject_id, stays.grade, term.number, count(*) as size
  from gradebook_subjectcircumstance fact
  join organisations_classsubject book on book.id = fact.class_subject_id
  join stays on stays.school_class_id = book.school_class_id
    and stays.student_id = fact.student_id
  cross join (values (1), (2)) term (number)
  where fact.year = %(year)s and fact.kind in ('exempt', 'not_taken')
    and term.number between fact.first_term and fact.last_term
  group by 1, 2, 3
), wanted as (
  select book.id, term.number, coalesce(sum((sizes.size - coalesce(excused.size, 0))
    * (1 + (what.name = any(%(two)s))::int)
    * (2 + coalesce(tests.number, 0))), 0) as due
  from organisations_classsubject book
  join organisations_schoolclass class on class.id = book.school_class_id
    and class.level = '02' and class.year = %(year)s
  join organisations_subject what on what.id = book.subject_id
  cross join (values (1), (2)) term (number)
  left join sizes on sizes.school_class_id = class.id and (
    exists (select from organisations_curriculumsubject row where row.level = 'primary'
      and row.subject_id = book.subject_id and row.grade = sizes.grade)
    or not exists (select from organisations_curriculumsubject row where row.level = 'primary'
      and row.subject_id = book.subject_id
      and lpad(row.grade::text, 2, '0') = any(class.grades)))
  left join excused on excused.class_subject_id = book.id and excused.grade = sizes.grade
    and excused.number = term.number
  left join lateral (
    select count(*) as number
    from unnest(%(names)s::text[], %(grades)s::int[], %(points)s::int[])
      as tested (name, grade, point)
    where tested.name = what.name and tested.grade = sizes.grade
      and (tested.point + 1) / 2 = term.number
  ) tests on true
  group by book.id, term.number
)
select distinct wanted.id from wanted
left join gradebook_progress progress
  on progress.class_subject_id = wanted.id and progress.term = wanted.number
where coalesce(progress.due, -1) <> wanted.due
limit %(most)s
"""


def _asked() -> dict[str, list[Any]]:
    """Which subject has a test in which grade at which point, as three lists."""
    names = sorted({row["name"] for row in rows_of("primary-tests")})
    found = [
        (name, grade, point)
        for name in names
        for grade in PRIMARY_GRADES
        for point in POINTS
        if is_tested(name, grade, point)
    ]
    columns = [list(column) for column in zip(*found, strict=True)]
    return dict(zip(("names", "grades", "points"), columns, strict=True))


def _in_two(names: list[str]) -> list[str]:
    return [name for name in names if strands_of(name)]


def _given(now: datetime, **more: Any) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("select name from organisations_subject")
        two = _in_two([row[0] for row in cursor.fetchall()])
    return {"now": now, "today": vietnam_day(now), "two": two, **_asked(), **more}


def count_primary_book(class_subject_id: int, year: int, term: int, now: datetime) -> None:
    """Count one term of one primary book again; the caller holds its lock."""
    one = "book.id = %(book)s and class.year = %(year)s and term.number = %(term)s"
    count_primary(one, now, book=class_subject_id, year=year, term=term)


def count_primary(condition: str, now: datetime, **given: int | list[int] | None) -> list[int]:
    """Count the primary books of a condition again; return the book of each number that moved."""
    statement = COUNT.format(condition=condition) + "returning class_subject_id"
    with connection.cursor() as cursor:
        cursor.execute(statement, _given(now, **given))
        return [row[0] for row in cursor.fetchall()]


def stale_primary(now: datetime, most: int) -> list[int]:
    """Primary books of this school year that were counted with other pupils, or never."""
    year = school_year_on(vietnam_day(now))
    with connection.cursor() as cursor:
        cursor.execute(STALE, _given(now, year=year, most=most))
        return [row[0] for row in cursor.fetchall()]
