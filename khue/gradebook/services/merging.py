"""Gộp hồ sơ: the marks follow when two files of one pupil become one, and go back on undo."""

from __future__ import annotations

from typing import Any

from django.db import connection

# Where both files hold marks of the same book and term, those of the kept file stand and the
# others stay with the file that is gone: nothing is overwritten.
MOVE = """
update gradebook_markrow mark set student_id = %(to)s, version = mark.version + 1
where mark.student_id = %(from)s and (%(rows)s::text is null or
    format('%%s.%%s.%%s', mark.year, mark.class_subject_id, mark.term)
      = any(string_to_array(%(rows)s, ',')))
  and not exists (select from gradebook_markrow other where other.student_id = %(to)s
    and other.year = mark.year and other.class_subject_id = mark.class_subject_id
    and other.term = mark.term)
returning format('%%s.%%s.%%s', mark.year, mark.class_subject_id, mark.term)
"""


def _move(from_id: int, to_id: int, rows: str | None) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(MOVE, {"from": from_id, "to": to_id, "rows": rows})
        return [row[0] for row in cursor.fetchall()]


def move_marks(gone_id: int, kept_id: int) -> dict[str, Any]:
    """Give the marks to the file that is kept; tell which moved."""
    return {"marks": _move(gone_id, kept_id, None)}


def return_marks(moved: dict[str, Any], gone_id: int, kept_id: int) -> None:
    """Give back exactly the marks that moved."""
    _move(kept_id, gone_id, ",".join(moved["marks"]))
