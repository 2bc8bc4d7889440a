"""Tiến độ nhập điểm: how many assessments are due and how many are there, counted in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from khue.gradebook.models import SLOTS
from khue.gradebook.queries.books import Count, school_year_on
from khue.gradebook.queries.policies import topics_sql
from khue.gradebook.services.primary_counting import count_primary, stale_primary
from khue.gradebook.services.recounted import tell_recounted
from kit.dates import vietnam_day
from kit.statements import kept_rows

# The regular columns of a term: those of the subject and those of its study topics. Where COUNT
# asks for them, "offset 0" keeps the planner from working them out once for every column.
_REGULAR = f"(book.regular_marks + {topics_sql('book', 'class', 'school', 'term.number')})"
# An assessment that waits for a make-up test (-1) is still due. Only the columns that the subject
# requires in the term count: the first regular ones, gk and ck.
_SETTLED = " + ".join(
    f"(coalesce(marks.{slot}, -1) <> -1"
    + (f" and size.regular >= {slot[2:]}" if slot.startswith("tx") else "")
    + ")::int"
    for slot in SLOTS
)
# Pupils of whom nothing is asked in a term: exempt, with a plan of their own, taking another
# subject (gradebook.rules.apart), or with a result that came along.
_APART = """
  select fact.class_subject_id as book, fact.student_id, fact.first_term, fact.last_term
  from gradebook_subjectcircumstance fact where fact.kind in ('exempt', 'plan', 'not_taken')
  union all
  select taught.id, brought.student_id, brought.term, brought.term
  from gradebook_carriedresult brought
  join organisations_classsubject taught on taught.subject_id = brought.subject_id
  join organisations_schoolclass home on home.id = taught.school_class_id
    and home.year = brought.year
"""
COUNT = f"""
insert into gradebook_progress as kept
  (class_subject_id, term, school_id, province_id, year, due, entered, changed_at)
select book.id, term.number, book.school_id, school.province_id, class.year,
  count(distinct stay.student_id) * (size.regular + 2),
  coalesce(sum({_SETTLED}) filter (where stay.student_id is not null), 0), %(now)s
from organisations_classsubject book
join organisations_schoolclass class on class.id = book.school_class_id
join organisations_school school on school.organisation_id = book.school_id
cross join (values (1), (2)) term (number)
cross join lateral (select {_REGULAR} as regular offset 0) size
left join organisations_schoolyear calendar
  on calendar.province_id = school.province_id and calendar.start_year = class.year
left join lateral (
  select distinct enrolment.student_id from records_enrolment enrolment
  where enrolment.school_class_id = class.id and (enrolment.ends_on is null
    or enrolment.ends_on >= least(%(today)s, coalesce(calendar.ends_on, %(today)s)))
    and (case term.number when 1 then book.periods_term1 else book.periods_term2 end) > 0
    and not exists (select from gradebook_subjectcircumstance fact
      where fact.class_subject_id = book.id and fact.student_id = enrolment.student_id
        and fact.kind in ('exempt', 'plan', 'not_taken')
        and term.number between fact.first_term and fact.last_term)
    and not exists (select from gradebook_carriedresult brought
      where brought.student_id = enrolment.student_id and brought.year = class.year
        and brought.subject_id = book.subject_id and brought.term = term.number)
) stay on true
left join gradebook_markrow marks on marks.year = class.year and marks.class_subject_id = book.id
  and marks.term = term.number and marks.student_id = stay.student_id
where book.regular_marks > 0 and {{condition}}
group by book.id, term.number, school.province_id, class.year, size.regular
on conflict (class_subject_id, term) do update set due = excluded.due, entered = excluded.entered,
  year = excluded.year, changed_at = excluded.changed_at
where (kept.due, kept.entered, kept.year) is distinct from
  (excluded.due, excluded.entered, excluded.year)
"""  # noqa: S608  (put together from our own column names)
ONE_BOOK = "book.id = %(book)s and class.year = %(year)s and term.number = %(term)s"
COUNT_BOOK = COUNT.format(condition=ONE_BOOK) + "returning due, entered"

# Books of a school year that were counted with another number of pupils, or never.
STALE = f"""
with staying as (
  select distinct stay.school_class_id, stay.student_id from records_enrolment stay
  left join organisations_schoolyear calendar
    on calendar.province_id = stay.province_id and calendar.start_year = stay.year
  where stay.year = %(year)s and (stay.ends_on is null
    or stay.ends_on >= least(%(today)s, coalesce(calendar.ends_on, %(today)s)))
), sizes as (
  select school_class_id, count(*) as size from staying group by school_class_id
), fewer as (
  select book.id, apart.term, count(distinct apart.student_id) as pupils
  from (select book, student_id, term from ({_APART}) one
    cross join lateral generate_series(one.first_term::int, one.last_term::int) term) apart
  join organisations_classsubject book on book.id = apart.book
  join staying on staying.school_class_id = book.school_class_id
    and staying.student_id = apart.student_id
  group by book.id, apart.term
)
select book.id from organisations_classsubject book
join organisations_schoolclass class on class.id = book.school_class_id and class.year = %(year)s
join organisations_school school on school.organisation_id = book.school_id
cross join lateral (select case when book.periods_term1 > 0 then 1 else 2 end as number) term
left join sizes on sizes.school_class_id = class.id
left join fewer on fewer.id = book.id and fewer.term = term.number
left join gradebook_progress progress
  on progress.class_subject_id = book.id and progress.term = term.number
where book.regular_marks > 0 and coalesce(progress.due, -1)
  <> (coalesce(sizes.size, 0) - coalesce(fewer.pupils, 0)) * ({_REGULAR} + 2)
limit %(most)s
"""  # noqa: S608  (put together from our own text)
MOST_AT_ONCE = 5000


def count_book(class_subject_id: int, year: int, term: int, now: datetime) -> Count | None:
    """Count one term of one book again; the new count, none where it is the old one.

    The caller holds the lock of the book.

    The year is said although the book knows it: only one partition is looked at then.
    """
    given = {"book": class_subject_id, "year": year, "term": term}
    moved = kept_rows(COUNT_BOOK, {"now": now, "today": vietnam_day(now), **given})
    return Count(*moved[0]) if moved else None


@transaction.atomic
def recount_progress(
    *, now: datetime, school_id: int | None = None, class_id: int | None = None
) -> int:
    """Count a class, a school or everything again; return how many numbers moved.

    For whoever changed classes, subjects or enrolment; the caller's scope must see the pupils.
    """
    conditions = ["true"]
    if school_id is not None:
        conditions.append("book.school_id = %(school)s")
    if class_id is not None:
        conditions.append("class.id = %(class)s")
    given = {"school": school_id, "class": class_id}
    return _count_all(" and ".join(conditions), now, **given)


@transaction.atomic
def recount_stale(*, now: datetime) -> int:
    """Count again the books of this school year whose pupils have come or gone; return how many.

    The caller's scope must see the pupils of every school.
    """
    books = stale_books(now)
    if books:
        _count_all("book.id = any(%(books)s)", now, books=books)
    return len(books)


def stale_books(now: datetime) -> list[int]:
    """The books of this school year that recount_stale would count again."""
    today = vietnam_day(now)
    given: dict[str, Any] = {
        "today": today,
        "year": school_year_on(today),
        "most": MOST_AT_ONCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(STALE, given)
        secondary = [row[0] for row in cursor.fetchall()]
    return [*secondary, *stale_primary(now, MOST_AT_ONCE)]


def _count_all(condition: str, now: datetime, **given: int | list[int] | None) -> int:
    """Books of marks and books of primary levels."""
    moved = [*_count(condition, now, **given), *count_primary(condition, now, **given)]
    tell_recounted(moved)
    return len(moved)


def _count(condition: str, now: datetime, **given: int | list[int] | None) -> list[int]:
    parameters: dict[str, Any] = {"now": now, "today": vietnam_day(now), **given}
    statement = COUNT.format(condition=condition) + "returning class_subject_id"
    return [row[0] for row in kept_rows(statement, parameters)]
