"""Rows before and after: take a picture of rows, see what differs, put back what was.

For an act that can be undone exactly: rows are compared and restored as the database holds them,
whatever columns a table has. Names of tables come from code, never from a person.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection

RowKey = tuple[str, int]
Picture = dict[RowKey, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of a table in which a column holds one of these ids."""

    table: str
    column: str
    ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class RowEffect:
    """What happened to one row: no `before` was created, no `after` was removed."""

    table: str
    id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    title: str = ""


Title = Callable[[str, dict[str, Any]], str]


def no_title(table: str, row: dict[str, Any]) -> str:
    return ""


class TouchedSince(Exception):
    """Rows that somebody has changed or used since; nothing was restored."""

    def __init__(self, touched: list[RowEffect]) -> None:
        self.touched = touched
        super().__init__(f"{len(touched)} rows")


def _name(identifier: str) -> str:
    return connection.ops.quote_name(identifier)


def take_picture(selections: Iterable[Selection]) -> Picture:
    """The selected rows as they are now."""
    picture: Picture = {}
    for wanted in selections:
        if not wanted.ids:
            continue
        query = (
            f"select id, to_jsonb(t)::text from {_name(wanted.table)} t"  # noqa: S608
            f" where {_name(wanted.column)} = any(%s)"
        )
        with connection.cursor() as cursor:
            cursor.execute(query, [list(wanted.ids)])
            for row_id, row in cursor.fetchall():
                picture[wanted.table, row_id] = json.loads(row)
    return picture


def effects_between(before: Picture, after: Picture, title: Title = no_title) -> list[RowEffect]:
    """What differs between two pictures; `title` says what a person calls a row."""
    keys = list(dict.fromkeys([*before, *after]))
    changed = [key for key in keys if before.get(key) != after.get(key)]
    return [
        RowEffect(
            *key, before.get(key), after.get(key), title(key[0], after.get(key) or before[key])
        )
        for key in changed
    ]


def touched_since(effects: Sequence[RowEffect]) -> list[RowEffect]:
    """The effects whose rows are not as they were left, or that others refer to now."""
    now = take_picture(
        Selection(table, "id", [one.id for one in group]) for table, group in _by_table(effects)
    )
    touched = {(one.table, one.id) for one in effects if now.get((one.table, one.id)) != one.after}
    touched |= set(_referred_to(effects))
    return [one for one in effects if (one.table, one.id) in touched]


def put_back(effects: Sequence[RowEffect], tables: Sequence[str]) -> None:
    """Restore the rows as they were before; raise TouchedSince and change nothing otherwise.

    `tables`: from parents to children. To be called inside a transaction.
    """
    touched = touched_since(effects)
    if touched:
        raise TouchedSince(touched)
    grouped = dict(_by_table(effects))
    for table in reversed(tables):
        _delete(table, [one.id for one in grouped.get(table, []) if one.before is None])
    for table in tables:
        group = grouped.get(table, [])
        _update(table, [one.before for one in group if one.before and one.after])
        _insert(table, [one.before for one in group if one.before and not one.after])
    _check_references(effects)


def _by_table(effects: Iterable[RowEffect]) -> Iterator[tuple[str, list[RowEffect]]]:
    grouped: dict[str, list[RowEffect]] = defaultdict(list)
    for one in effects:
        grouped[one.table].append(one)
    yield from grouped.items()


def _created(effects: Sequence[RowEffect]) -> dict[str, list[int]]:
    made: dict[str, list[int]] = defaultdict(list)
    for one in effects:
        if one.before is None:
            made[one.table].append(one.id)
    return made


def _referred_to(effects: Sequence[RowEffect]) -> Iterator[RowKey]:
    """Created rows that a row from elsewhere points to."""
    made = _created(effects)
    for table, ids in made.items():
        for other, column in _references(table):
            query = (
                f"select distinct {_name(column)} from {_name(other)} t"  # noqa: S608
                f" where {_name(column)} = any(%s)"
            )
            arguments: list[list[int]] = [ids]
            if made.get(other):
                query += " and not (t.id = any(%s))"
                arguments.append(made[other])
            with connection.cursor() as cursor:
                cursor.execute(query, arguments)
                yield from ((table, row_id) for (row_id,) in cursor.fetchall())


def _references(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, a.attname from pg_constraint f"
            " join pg_class c on c.oid = f.conrelid"
            " join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]"
            " where f.contype = 'f' and f.confrelid = %s::regclass and f.conparentid = 0"
            " and cardinality(f.conkey) = 1",
            [table],
        )
        return [(str(other), str(column)) for other, column in cursor.fetchall()]


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {_name(table)} limit 0")  # noqa: S608
        return [column.name for column in cursor.description]


def _delete(table: str, ids: list[int]) -> None:
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(f"delete from {_name(table)} where id = any(%s)", [ids])  # noqa: S608


def _update(table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = [column for column in _columns(table) if column != "id"]
    left = ", ".join(_name(column) for column in columns)
    right = ", ".join(f"r.{_name(column)}" for column in columns)
    query = (
        f"update {_name(table)} t set ({left}) = row({right})"  # noqa: S608
        f" from jsonb_populate_recordset(null::{_name(table)}, %s::jsonb) r where t.id = r.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [json.dumps(rows)])


def _insert(table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        query = (
            f"insert into {_name(table)} select *"  # noqa: S608
            f" from jsonb_populate_recordset(null::{_name(table)}, %s::jsonb)"
        )
        with connection.cursor() as cursor:
            cursor.execute(query, [json.dumps(rows)])


def _check_references(effects: Sequence[RowEffect]) -> None:
    """References that the fence hides from us still hold: the database has the last word."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            cursor.execute("set constraints all deferred")
    except IntegrityError as trouble:
        raise TouchedSince([one for one in effects if one.before is None]) from trouble
