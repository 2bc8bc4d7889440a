"""Dòng sổ cái: everything of an entry that a seal protects, and the one way to write it down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from json.encoder import encode_basestring as quoted
from typing import Any

from khue.ledger.rules.merkle import leaf_of

# In this order the tables are asked, and rows come back; `at` as the text that is sealed, which
# the database writes five times faster than a date is read and written here.
COLUMNS = (
    "id",
    "operation",
    "at",
    "account_id",
    "actor_name",
    "province_id",
    "school_id",
    "subject",
    "action",
    "label",
    "old",
    "new",
    "reason",
)
AT = """to_char({}at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')"""
NAMES = (
    "id",
    "operation",
    "at",
    "account",
    "name",
    "province",
    "school",
    "subject",
    "action",
    "label",
    "old",
    "new",
    "reason",
)
_WRITE = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def moment(at: datetime) -> str:
    """A moment as it is sealed: UTC, with microseconds."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")


def asked(table: str = "") -> str:
    """The columns as a statement asks for them; `table` with its dot."""
    told = {"at": AT.format(table), "operation": f"{table}operation::text"}
    return ", ".join(told.get(column, f"{table}{column}") for column in COLUMNS)


def content_of_row(row: Sequence[Any]) -> dict[str, Any]:
    """A row as plain values; `old` and `new` come as the text of jsonb or None."""
    values = dict(zip(NAMES, row, strict=True))
    return values | {
        "old": _value(values["old"]),
        "new": _value(values["new"]),
    }


def _value(stored: str | None) -> Any:
    return None if stored is None else json.loads(stored)


def _rewritten(stored: str | None) -> str:
    """The text of jsonb in our one way of writing; whole numbers are written alike."""
    if stored is None:
        return "null"
    if stored.isascii() and stored.isdigit():
        return stored
    return str(_WRITE(json.loads(stored)))


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def written(row: Sequence[Any]) -> bytes:
    """The canonical bytes of a row, equal to canonical(content_of_row(row)) and much faster."""
    number, operation, at, account, name, province, school, subject, action, label = row[:10]
    return (
        f'{{"account":{_number(account)},"action":{quoted(action)},"at":"{at}",'
        f'"id":{number},"label":{quoted(label)},"name":{quoted(name)},'
        f'"new":{_rewritten(row[11])},"old":{_rewritten(row[10])},"operation":"{operation}",'
        f'"province":{_number(province)},"reason":{quoted(row[12])},'
        f'"school":{_number(school)},"subject":{quoted(subject)}}}'
    ).encode()


def leaf_of_row(row: Sequence[Any]) -> str:
    return leaf_of(written(row))
