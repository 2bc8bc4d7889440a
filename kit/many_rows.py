"""Many rows of one table in one statement, for loads where every row counts.

Django's own way spends more on preparing each value than the database on writing it. Here the
numbers are taken from the table's sequence beforehand and the rows travel as one JSON text, so that
nothing is read back: a row may be written that the scope does not let its author read. The fence,
the constraints and the triggers of the table hold as for every other insert.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model

from kit.statements import kept_rows, kept_write

TOGETHER = 2000
NUMBERS = "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)"


class RowsOutOfReach(Exception):
    """Not every row was there to be written; the text is the table."""


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert new rows of one table; each has its primary key afterwards.

    To be called in a transaction. Raises IntegrityError as a save does; signals are not sent.
    """
    for first in range(0, len(rows), TOGETHER):
        _insert(rows[first : first + TOGETHER])


def update_rows(rows: Sequence[Model], columns: Sequence[str]) -> None:
    """Write these fields of rows of one table, as they stand in the objects.

    To be called in a transaction. Raises RowsOutOfReach when a row is gone or behind the fence.
    """
    for first in range(0, len(rows), TOGETHER):
        table, part = type(rows[0]), rows[first : first + TOGETHER]
        told = [{name: getattr(row, name) for name in columns} | {"id": row.pk} for row in part]
        if kept_write(_change(table, tuple(columns)), [_text(told)]) != len(part):
            raise RowsOutOfReach(table._meta.db_table)


def _insert(rows: Sequence[Model]) -> None:
    table = type(rows[0])
    _number(table, rows)
    kept_write(_statement(table), [_text([_told(table, row) for row in rows])])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _number(table: type[Model], rows: Sequence[Model]) -> None:
    key = table._meta.pk
    taken = kept_rows(NUMBERS, [table._meta.db_table, key.column, len(rows)])
    for row, (number,) in zip(rows, taken, strict=True):
        setattr(row, key.attname, number)


def _told(table: type[Model], row: Model) -> dict[str, Any]:
    held = vars(row)
    return {column: held[name] for column, name in _columns(table)}


def _text(rows: Sequence[dict[str, Any]]) -> str:
    return json.dumps(rows, default=str, ensure_ascii=False)


@lru_cache(maxsize=64)
def _columns(table: type[Model]) -> tuple[tuple[str, str], ...]:
    return tuple((str(one.column), one.attname) for one in table._meta.concrete_fields)


@lru_cache(maxsize=64)
def _statement(table: type[Model]) -> str:
    """Names come from the models, never from a person."""
    name = connection.ops.quote_name(table._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(column) for column, _ in _columns(table))
    return (
        f"insert into {name} ({columns}) select {columns}"  # noqa: S608
        f" from json_populate_recordset(null::{name}, %s::json)"
    )


@lru_cache(maxsize=64)
def _change(table: type[Model], columns: tuple[str, ...]) -> str:
    name = connection.ops.quote_name(table._meta.db_table)
    set_to = ", ".join(f"{one} = given.{one}" for one in map(connection.ops.quote_name, columns))
    return (
        f"update {name} t set {set_to}"  # noqa: S608
        f" from json_populate_recordset(null::{name}, %s::json) given where t.id = given.id"
    )
