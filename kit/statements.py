"""Statements that the database plans once for a connection instead of at every page.

Django writes the values into the text of a statement, so the server plans each one anew. For the
few statements that stand behind every page, planning costs more than running. A kept cursor sends
the values apart from the text; psycopg prepares the text when it comes again (`prepare_threshold`
in the settings), and PostgreSQL keeps the plan. Row-level security stands in the plan as it does
elsewhere: policies read the scope when the statement runs, never when it is planned.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def kept_cursor() -> Iterator[Any]:
    """A cursor whose statements stay prepared; for texts without values in them."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    plain = psycopg.Cursor(connection.connection)
    wrap: Any = connection.make_cursor
    if connection.queries_logged:
        wrap = connection.make_debug_cursor
    with wrap(plain) as cursor:
        yield cursor


def kept_rows(statement: str, values: Any) -> list[tuple[Any, ...]]:
    """The rows of a kept statement."""
    with kept_cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
