"""Còn thiếu gì: what a book or a class lacks before the next step may be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from khue.gradebook.models import Correction
from khue.gradebook.queries.books import Book
from khue.gradebook.queries.policies import policies_of
from khue.gradebook.queries.primary import is_due_slot, level_rows, primary_class, quality_rows
from khue.gradebook.rules.policies import GDTX_LEVEL
from khue.gradebook.rules.primary import columns_of, quality_columns
from khue.gradebook.rules.sheet_cells import CellRow, Column
from khue.organisations.api import class_summary

# Pupils who stay and whose marks are asked for: not those who are exempt, take another subject,
# follow a plan of their own, or brought the finished term along.
STAYING = """
select distinct stay.student_id from records_enrolment stay
left join organisations_schoolyear calendar
  on calendar.province_id = stay.province_id and calendar.start_year = stay.year
where stay.school_class_id = %(class)s and (stay.ends_on is null
  or stay.ends_on >= least(%(today)s, coalesce(calendar.ends_on, %(today)s)))
"""
APART = """exists (select from gradebook_subjectcircumstance fact
  where fact.class_subject_id = %(book)s and fact.student_id = staying.student_id
    and fact.kind in ('exempt', 'plan', 'not_taken')
    and %(term)s between fact.first_term and fact.last_term)"""
BROUGHT = """exists (select from gradebook_carriedresult brought
  join organisations_classsubject taught on taught.id = %(book)s
    and taught.subject_id = brought.subject_id
  where brought.student_id = staying.student_id and brought.year = %(year)s
    and brought.term = %(term)s)"""
LACKING = f"""
with staying as ({STAYING})
select student.name, {{columns}}
from staying join records_student student on student.id = staying.student_id
left join gradebook_markrow marks on marks.year = %(year)s and marks.class_subject_id = %(book)s
  and marks.term = %(term)s and marks.student_id = staying.student_id
where not {APART} and not {BROUGHT}
order by student.name_key
"""  # noqa: S608  (put together from our own conditions)
CONDUCT = f"""
with staying as ({STAYING})
select student.name from staying join records_student student on student.id = staying.student_id
left join gradebook_studentresult result on result.year = %(year)s
  and result.school_class_id = %(class)s and result.student_id = staying.student_id
where result.conduct{{term}} is null
  and (result.conduct{{other}} is not null or not %(optional)s) order by student.name_key
"""  # noqa: S608  (put together from our own conditions)


@dataclass(frozen=True, slots=True)
class Lack:
    """What one pupil lacks: names of assessments that are empty, and that wait for a make-up."""

    pupil: str
    empty: tuple[str, ...]
    waiting: tuple[str, ...]


def lacks_of_book(book: Book, period: int, today: date) -> list[Lack]:
    """The pupils whose assessments of a book are not complete, by given name."""
    if book.is_primary:
        columns = columns_of(
            book.subject_name, (facts := primary_class(book.class_id)).numbers, period
        )
        return _lacks_of_rows(columns, level_rows(facts, book, period, columns, today))
    held = book.in_term(period)
    wanted = {slot: held.slot_title(slot).lower() for slot in held.slots}
    statement = LACKING.format(columns=", ".join(f"marks.{name}" for name in wanted))
    given = {**_given(book.class_id, book.year, today), "book": book.id, "term": period}
    found = [_lack(row[0], list(wanted.values()), row[1:]) for row in _fetch(statement, given)]
    return [one for one in found if one.empty or one.waiting]


def _lacks_of_rows(columns: Sequence[Column], rows: Sequence[CellRow]) -> list[Lack]:
    """The same of a sheet of primary: the cells that are due and hold nothing."""
    due = {column.slot: column.label.lower() for column in columns if is_due_slot(column.slot)}
    found = [
        _lack(
            row.name,
            [title for slot, title in due.items() if slot not in row.blocked],
            [row.values[slot] for slot in due if slot not in row.blocked],
        )
        for row in rows
        if row.left_on is None
    ]
    return [one for one in found if one.empty or one.waiting]


def _lack(pupil: str, titles: Sequence[str], marks: Sequence[object]) -> Lack:
    named = list(zip(titles, marks, strict=True))
    return Lack(
        pupil,
        tuple(title for title, mark in named if mark is None),
        tuple(title for title, mark in named if mark == -1),
    )


def _given(class_id: int, year: int, today: date) -> dict[str, Any]:
    return {"class": class_id, "year": year, "today": today}


def _fetch(statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def pupils_without_conduct(class_id: int, year: int, term: int, today: date) -> list[str]:
    """The pupils whose conduct of a term (kết quả rèn luyện) is not given, by given name."""
    statement = CONDUCT.format(term=term, other=3 - term)
    given = {**_given(class_id, year, today), "optional": _may_lack_conduct(class_id, year)}
    return [name for (name,) in _fetch(statement, given)]


def _may_lack_conduct(class_id: int, year: int) -> bool:
    """Whether a class of adult learners may go without conduct (TT 43/2021, Điều 8)."""
    room = class_summary(class_id)
    settings = policies_of(room.school_id, year).settings
    return room.level == GDTX_LEVEL and settings.conduct_optional


def pupils_without_qualities(class_id: int, point: int, today: date) -> list[str]:
    """The pupils whose qualities or competences are not all given at a point, by given name."""
    rows = quality_rows(primary_class(class_id), point, today)
    return [one.pupil for one in _lacks_of_rows(quality_columns(), rows)]


def open_corrections(class_ids: Sequence[int], period: int) -> dict[int, int]:
    """How many requests to correct marks of a period are open, class by class."""
    found: dict[int, int] = {}
    rows = Correction.objects.filter(
        class_subject__school_class_id__in=class_ids,
        period=period,
        state__in=[Correction.State.ASKED, Correction.State.VERIFIED],
    )
    for class_id in rows.values_list("class_subject__school_class_id", flat=True):
        found[class_id] = found.get(class_id, 0) + 1
    return found
