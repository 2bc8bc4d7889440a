"""Work of the tests' own, and a person who orders it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from khue.access.api import Actor
from khue.background.services import registry
from khue.background.services.registry import Work, register_work
from khue.ledger.api import Author, Change, Operation, append_changes
from kit.fences import EVERYTHING, scoped, set_scope

HOA = Actor(account_id=7, name="Nguyễn Thị Hoa")
NAM = Actor(account_id=8, name="Trần Văn Nam")


class Workshop:
    """One kind of work that writes ten ledger entries and obeys the test."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.reached = threading.Event()
        self.trouble: list[Exception] = []
        self.runs = 0

    def write(self, work: Work) -> dict[str, Any]:
        self.runs += 1
        operation = Operation(Author(work.actor.account_id, work.actor.name), work.now)
        work.progress.begin(10, "Đang ghi")
        for step in range(5):
            with scoped(EVERYTHING):
                append_changes(operation, [Change(subject=f"test:{step}", action="write")])
            work.progress.step(step + 1)
        self.reached.set()
        self.go_on.wait(20)
        if self.trouble:
            raise self.trouble.pop()
        work.progress.step(10)
        return {"text": "Đã ghi xong."}


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    made = Workshop()
    before = dict(registry._kinds)
    register_work("test.write", made.write)
    yield made
    made.go_on.set()
    registry._kinds.clear()
    registry._kinds.update(before)


@pytest.fixture
def real_database(committed_database: str) -> Iterator[str]:
    set_scope(EVERYTHING)
    yield committed_database
    connection.close()
