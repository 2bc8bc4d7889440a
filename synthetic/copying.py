"""Rows go in by COPY: collected for several schools, then sent table by table.

A table is told which columns it will be given; every other column gets the default of its model,
so that nobody has to know all columns of another context.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import NOT_PROVIDED, AutoField, Field, JSONField

NOTHING = "\\N"
CHUNK = 1 << 20
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class NoDefault(Exception):
    """A column that must be given was left out."""


def text_of(value: Any) -> str:
    """A value as COPY reads it in its text format."""
    if type(value) is str:
        return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, tuple):
        return "{" + ",".join(map(str, value)) + "}"
    return _other_text(value)


def _other_text(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    return str(value)


@dataclass
class Stream:
    """The rows of one table that wait to be sent."""

    table: str
    columns: tuple[str, ...]
    constants: str
    lines: list[str] = field(default_factory=list)
    written: int = 0

    def add(self, *values: Any) -> None:
        """One row: its values in the order of the columns that were named."""
        self.lines.append("\t".join(map(text_of, values)) + self.constants)

    def send(self) -> None:
        """Copy what waits into the table."""
        if not self.lines:
            return
        statement = f"copy {self.table} ({', '.join(self.columns)}) from stdin"
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for first in range(0, len(self.lines), 2000):
                copy.write("".join(self.lines[first : first + 2000]))
        self.written += len(self.lines)
        self.lines.clear()


def open_stream(label: str, given: Sequence[str]) -> Stream:
    """A stream into the table of a model ("records.Student"); `given` are column names.

    An id that is not given comes from the sequence of the table.
    """
    fields = apps.get_model(label)._meta.concrete_fields
    known = {one.column for one in fields}
    if unknown := set(given) - known:
        raise NoDefault(f"{label}: {sorted(unknown)}")
    rest = [one for one in fields if one.column not in given and not isinstance(one, AutoField)]
    constants = "".join(f"\t{_default(label, one)}" for one in rest)
    columns = (*given, *(one.column for one in rest if one.column))
    return Stream(apps.get_model(label)._meta.db_table, columns, constants + "\n")


def _default(label: str, column: Field[Any, Any]) -> str:
    """What a model writes where nothing is said."""
    if column.has_default() and column.default is not NOT_PROVIDED:
        value = column.get_default()
        return text_of([] if isinstance(column, JSONField) and value is None else value)
    if column.null:
        return NOTHING
    if column.empty_strings_allowed and column.blank:
        return ""
    raise NoDefault(f"{label}.{column.column}")


class Writer:
    """Streams into several tables, sent in the order in which they were named.

    Named so that whatever a row points to stands before it.
    """

    def __init__(self, layout: Mapping[str, Sequence[str]]) -> None:
        self.streams = {label: open_stream(label, given) for label, given in layout.items()}

    def __getitem__(self, label: str) -> Stream:
        return self.streams[label]

    @property
    def waiting(self) -> int:
        return sum(len(one.lines) for one in self.streams.values())

    def send(self) -> None:
        for one in self.streams.values():
            one.send()

    @property
    def written(self) -> dict[str, int]:
        return {label: one.written for label, one in self.streams.items()}


def as_owner() -> None:
    """Until the transaction ends: the role of the address, for COPY passes no fence."""
    with connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute("set constraints all immediate")


def sequence_of(label: str) -> str | None:
    """The sequence that gives the ids of a table; none where a row borrows its id."""
    model = apps.get_model(label)
    column = model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute("select pg_get_serial_sequence(%s, %s)", [model._meta.db_table, column])
        found = cursor.fetchone()[0]
    return None if found is None else str(found)


def bases_of(labels: Iterable[str]) -> dict[str, int]:
    """Where the ids of each table stand now."""
    bases = {}
    for label in labels:
        model = apps.get_model(label)
        table, column = model._meta.db_table, model._meta.pk.column
        with connection.cursor() as cursor:
            cursor.execute(f"select coalesce(max({column}), 0) from {table}")  # noqa: S608
            highest = int(cursor.fetchone()[0])
            cursor.execute(f"select last_value from {sequence_of(label)}")  # noqa: S608
            bases[label] = max(highest, int(cursor.fetchone()[0]))
    return bases


def advance_sequences(highest: Mapping[str, int]) -> None:
    """The next row that anybody writes comes after ours."""
    with connection.cursor() as cursor:
        for label, last in highest.items():
            cursor.execute("select setval(%s, %s)", [sequence_of(label), last])
