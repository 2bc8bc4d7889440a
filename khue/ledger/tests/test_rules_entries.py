"""The one way to write an entry down: the fast writer against the JSON encoder."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from khue.ledger.rules.entries import asked, content_of_row, moment, written
from khue.ledger.rules.merkle import canonical
from kit.fences import EVERYTHING, scoped
from tests.cast import table

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
NUMBER = st.none() | st.integers(-(2**63), 2**63 - 1)
SCALAR = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
JSON = st.none() | st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
).map(json.dumps)
MOMENT = st.datetimes(timezones=st.just(UTC)).map(moment)
ROW = st.tuples(
    st.integers(1), st.uuids().map(str), MOMENT, NUMBER, TEXT, NUMBER, NUMBER, TEXT, TEXT, TEXT,
    JSON, JSON, TEXT,
)  # fmt: skip


@given(ROW)
def test_the_fast_writer_writes_what_the_encoder_writes(row: tuple[Any, ...]) -> None:
    assert written(row) == canonical(content_of_row(row))


def test_the_database_writes_a_moment_as_we_do(db: None) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 60, tzinfo=UTC)
    operation = UUID(int=7)
    with scoped(EVERYTHING):
        made = table("ledger.Entry").objects.create(
            at=at, operation=operation, actor_name="Hoa", subject="mark:1", action="enter", new=7.50
        )
        with connection.cursor() as cursor:
            cursor.execute(f"select {asked()} from ledger_entry where id = %s", [made.pk])
            row = cursor.fetchone()
    assert row[1:3] == (str(operation), moment(at))
    assert b'"new":7.5,' in written(row)
