"""Gộp hồ sơ: everything that the gradebook keeps of a pupil follows the file that is kept."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone

from khue.gradebook.services.results import refresh_results

# Table, the columns that with the year name a row of one pupil, and whether rows are versioned.
# Where both files hold such a row, that of the kept file stands and the other stays with the file
# that is gone: nothing is overwritten.
TABLES: dict[str, tuple[tuple[str, ...], bool]] = {
    "markrow": (("class_subject_id", "term"), True),
    "strandrow": (("class_subject_id", "term", "strand"), False),
    "subjectcomment": (("class_subject_id", "period"), True),
    "subjectresult": (("class_subject_id",), False),
    "studentresult": (("school_class_id",), True),
    "subjectcircumstance": (("class_subject_id", "first_term"), False),
    "carriedresult": (("subject_id", "term"), False),
    "primaryrow": (("class_subject_id", "point"), True),
    "qualityrow": (("school_class_id", "point"), True),
    "childstage": (("school_class_id", "stage"), True),
    "conductevidence": (("id",), False),
    "specialaward": (("id",), False),
    "correction": (("id",), False),
    "pastyear": ((), False),
}
# A correction that waits stays with its own file where the kept one has a request for that cell.
UNLESS = {
    "correction": """ and not (row.state in ('asked', 'verified') and exists (
  select from gradebook_correction other where other.student_id = %(to)s
    and other.class_subject_id = row.class_subject_id and other.period = row.period
    and other.slot = row.slot and other.state in ('asked', 'verified')))"""
}
MOVE = """
update gradebook_{table} row set student_id = %(to)s{version}
where row.student_id = %(from)s
  and (%(rows)s::text is null or {name} = any(string_to_array(%(rows)s, ',')))
  and not exists (select from gradebook_{table} other where other.student_id = %(to)s
    and {same}){unless}
returning {name}
"""
CLASSES = "select distinct school_class_id from gradebook_studentresult where student_id = any(%s)"


def _statement(table: str) -> str:
    columns, versioned = TABLES[table]
    keys = ("year", *columns)
    pattern = ".".join("%%s" for _ in keys)
    return MOVE.format(
        table=table,
        version=", version = row.version + 1" if versioned else "",
        name=f"format('{pattern}', {', '.join(f'row.{one}' for one in keys)})",
        same=" and ".join(f"other.{one} = row.{one}" for one in keys),
        unless=UNLESS.get(table, ""),
    )


def _move(table: str, from_id: int, to_id: int, rows: str | None) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_statement(table), {"from": from_id, "to": to_id, "rows": rows})
        return [row[0] for row in cursor.fetchall()]


def _refresh(*student_ids: int) -> None:
    """Results of the classes of both files follow from what each holds now."""
    with connection.cursor() as cursor:
        cursor.execute(CLASSES, [list(student_ids)])
        classes = [row[0] for row in cursor.fetchall()]
    for class_id in sorted(classes):
        refresh_results(class_id=class_id, now=timezone.now(), student_ids=student_ids)


def move_marks(gone_id: int, kept_id: int) -> dict[str, Any]:
    """Give everything to the file that is kept; tell what moved."""
    moved = {table: _move(table, gone_id, kept_id, None) for table in TABLES}
    _refresh(gone_id, kept_id)
    return moved


def return_marks(moved: dict[str, Any], gone_id: int, kept_id: int) -> None:
    """Give back exactly what moved."""
    for table in TABLES:
        _move(table, kept_id, gone_id, ",".join(moved.get(table, [])))
    _refresh(gone_id, kept_id)
