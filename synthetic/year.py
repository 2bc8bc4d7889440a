"""The school years of the synthetic province: last year whole, this one up to a day.

`rows_of_school` is pure: the plan of a school in, rows out. `lay_year` puts them down by COPY,
one school and one transaction after another, so that memory stays that of one school.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache

from django.db import connection, transaction

from khue.ledger.api import Author, Operation, append_changes
from synthetic.copying import as_owner
from synthetic.days import absences_of, moment, taking_rows
from synthetic.ids import Ids
from synthetic.lessons import diary_of
from synthetic.letters import write_letters
from synthetic.pace import is_prompt
from synthetic.plan import LAST_YEAR, YEAR, PlannedClass, PlannedSchool
from synthetic.primary_year import Programme, write_preschool, write_primary
from synthetic.secondary_year import write_secondary
from synthetic.when import When, when_of
from synthetic.year_frame import Frame, Person, room_of, seats_of
from synthetic.year_rows import TABLES, Row, Rows

AUTHOR = Author(None, "Dữ liệu tổng hợp")
PRINCIPAL = "principal"
SECONDARY = ("03", "04", "05")
AT_ONCE = 2000
PROGRAMME = """
select what.name, array_agg(distinct row.grade) from organisations_curriculumsubject row
join organisations_subject what on what.id = row.subject_id
where row.level = 'primary' group by what.name
"""
ACCOUNTS = "select id, account_id from records_staff where id = any(%s) and account_id is not null"


@cache
def whens_of(until: date) -> tuple[When, When]:
    """Last year and this year as they stand on a day."""
    return when_of(LAST_YEAR, until), when_of(YEAR, until)


def rows_of_school(frame: Frame, programme: Programme) -> Rows:
    """Everything that a school year adds, from the plan of the school."""
    rows = Rows()
    for one in frame.school.classes_of(frame.year):
        _write_class(frame, one, programme, rows)
    if frame.year == YEAR:
        diary = diary_of(frame)
        rows.add("diary_lesson", diary.lessons)
        rows.add("diary_weekclosing", diary.weeks)
    for term in (1, 2):
        if frame.when.is_over(term) and is_prompt(frame):
            at = frame.when.closing_time(term, 55)
            where = (frame.school.id, frame.year, term)
            rows.add("gradebook_termlock", [(*where, at, frame.principal.name)])
    return rows


def _write_class(frame: Frame, one: PlannedClass, programme: Programme, rows: Rows) -> None:
    room = room_of(frame, one, seats_of(frame.seed, one))
    calendar = frame.when.calendar(room.plan)
    away = absences_of(frame.seed, room, calendar)
    rows.add("attendance_taking", taking_rows(room, calendar))
    rows.add("attendance_absence", away.rows)
    missed = dict(away.missed)
    if one.level == "01":
        write_preschool(frame, one, rows)
    elif one.level == "02":
        write_primary(frame, one, programme, missed, rows)
    elif one.level in SECONDARY:
        write_secondary(frame, one, missed, rows)


def programme_of_primary() -> Programme:
    """In which grades of primary school each subject is taught."""
    with connection.cursor() as cursor:
        cursor.execute(PROGRAMME)
        return {name: frozenset(grades) for name, grades in cursor.fetchall()}


def people_of(school: PlannedSchool) -> Mapping[int, Person]:
    """The staff of a school with their accounts, which must stand already."""
    with connection.cursor() as cursor:
        cursor.execute(ACCOUNTS, [[one.id for one in school.staff]])
        accounts = dict(cursor.fetchall())
    return {one.id: Person(one.name, accounts.get(one.id, 0)) for one in school.staff}


def frame_of(
    school: PlannedSchool, when: When, people: Mapping[int, Person] | None = None
) -> Frame:
    """A school in a year; without `people` nobody has an account."""
    known = people or {one.id: Person(one.name, 0) for one in school.staff}
    leads = next((one.id for one in school.staff if one.role == PRINCIPAL), 0)
    principal = known.get(leads, Person("Hiệu trưởng", 0))
    now = moment(when.until, 12)
    return Frame(school.outline.seed, school, when, known, principal, now)


def lay_year(
    school: PlannedSchool, whens: Iterable[When], programme: Programme, ids: Ids
) -> dict[str, int]:
    """Write the years of a school whose skeleton stands; how many rows came to each table."""
    counts: dict[str, int] = {}
    people = people_of(school)
    with transaction.atomic():
        as_owner()
        for when in whens:
            frame = frame_of(school, when, people)
            rows = rows_of_school(frame, programme)
            if when.year == YEAR:
                write_letters(frame, ids, rows)
            _put_down(rows, moment(when.size_on, 13))
            for table, many in rows.counts().items():
                counts[table] = counts.get(table, 0) + many
    return counts


def _put_down(rows: Rows, at: datetime) -> None:
    for table, columns in TABLES.items():
        if rows.by_table.get(table):
            copy_rows(table, columns, rows.by_table[table])
    if rows.changes:
        append_changes(Operation(AUTHOR, at), rows.changes)


def copy_rows(table: str, columns: Iterable[str], rows: Sequence[Row]) -> None:
    """One COPY of rows in the order of the columns.

    Texts here are our own and hold neither tabs nor backslashes, so that `str` writes every value
    as COPY reads it, and "None" stands for nothing.
    """
    statement = f"copy {table} ({', '.join(columns)}) from stdin with (null 'None')"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for first in range(0, len(rows), AT_ONCE):
            lines = ["\t".join(map(str, row)) for row in rows[first : first + AT_ONCE]]
            copy.write("\n".join([*lines, ""]))
