"""Who has left the year behind: moved to a class of the next one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection


def moved_on(year: int, student_ids: Iterable[int]) -> set[int]:
    """Pupils who hold a seat of a later school year."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct student_id from records_enrolment"
            " where student_id = any(%s) and year > %s",
            [list(student_ids), year],
        )
        return {row[0] for row in cursor.fetchall()}
