"""Statements that the database plans once for a connection instead of at every page.

Django writes the values into the text of a statement, so the server plans each one anew. For the
few statements that stand behind every page, planning costs more than running. A kept cursor sends
the values apart from the text; psycopg prepares the text when it comes again (`prepare_threshold`
in the settings), and PostgreSQL keeps the plan. Row-level security stands in the plan as it does
elsewhere: policies read the scope when the statement runs, never when it is planned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db import connection

GREATEST_KEY = 2**63 - 1


class _Told(psycopg.Cursor[Any]):
    """Tells its statement to Django's log, which looks where only binding cursors keep it."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> _Told:
        try:
            return super().execute(query, params, **options)
        finally:
            self._query = SimpleNamespace(query=str(query).encode())  # type: ignore[assignment]


@contextmanager
def kept_cursor() -> Iterator[Any]:
    """A cursor whose statements stay prepared; for texts without values in them."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    wrap: Any = connection.make_cursor
    plain: psycopg.Cursor[Any] = psycopg.Cursor(connection.connection)
    if connection.queries_logged:
        wrap, plain = connection.make_debug_cursor, _Told(connection.connection)
    with wrap(plain) as cursor:
        yield cursor


def kept_rows(statement: str, values: Any) -> list[tuple[Any, ...]]:
    """The rows of a kept statement."""
    with kept_cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def kept_write(statement: str, values: Any) -> int:
    """Run a kept statement that reads nothing back; return how many rows it touched."""
    with kept_cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def numbers_array(numbers: Iterable[int | None]) -> str:
    """Whole numbers as the text of an array; the statement names its type.

    A list is sent with the type of its largest number, and each type is another statement to plan.
    """
    return f"{{{','.join(['null' if one is None else str(int(one)) for one in numbers])}}}"


def keys_array(keys: Iterable[int]) -> str:
    """Numbers of wanted rows, as `numbers_array`; what no row can have as its number is left out.

    An address may ask for a row of any number, and a number beyond those of the database is
    simply no row.
    """
    return numbers_array(one for one in keys if abs(int(one)) <= GREATEST_KEY)
