"""Gộp hồ sơ: levels, qualities and stages of a young pupil follow the file that is kept."""

from __future__ import annotations

from typing import Any

from django.db import connection

# Where both files hold something at the same place and time, that of the kept file stands and the
# other stays with the file that is gone: nothing is overwritten.
TABLES = {
    "primaryrow": ("class_subject_id", "point"),
    "qualityrow": ("school_class_id", "point"),
    "childstage": ("school_class_id", "stage"),
}
MOVE = """
update gradebook_{table} row set student_id = %(to)s, version = row.version + 1
where row.student_id = %(from)s and (%(rows)s::text is null or
    format('%%s.%%s.%%s', row.year, row.{place}, row.{time}) = any(string_to_array(%(rows)s, ',')))
  and not exists (select from gradebook_{table} other where other.student_id = %(to)s
    and other.year = row.year and other.{place} = row.{place} and other.{time} = row.{time})
returning format('%%s.%%s.%%s', row.year, row.{place}, row.{time})
"""


def _move(table: str, from_id: int, to_id: int, rows: str | None) -> list[str]:
    place, time = TABLES[table]
    statement = MOVE.format(table=table, place=place, time=time)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"from": from_id, "to": to_id, "rows": rows})
        return [row[0] for row in cursor.fetchall()]


def move_levels(gone_id: int, kept_id: int) -> dict[str, Any]:
    """Give everything to the file that is kept; tell what moved."""
    return {table: _move(table, gone_id, kept_id, None) for table in TABLES}


def return_levels(moved: dict[str, Any], gone_id: int, kept_id: int) -> None:
    """Give back exactly what moved."""
    for table in TABLES:
        _move(table, kept_id, gone_id, ",".join(moved.get(table, [])))
