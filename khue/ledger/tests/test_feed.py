"""The feed: whoever remembers a position misses nothing, however transactions overlap."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from khue.ledger.api import (
    Author,
    Batch,
    Change,
    Operation,
    append_changes,
    batches_after,
    changes_in,
    newest_position,
    number_batches,
)
from kit.fences import EVERYTHING, Scope, scoped, set_scope

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HOA = Author(1, "Nông Thị Hoa")


@pytest.fixture
def everything(committed_database: str) -> str:
    set_scope(EVERYTHING)
    return committed_database


def write(*subjects: str, school: int | None = 7, province: int | None = 2) -> None:
    with transaction.atomic():
        append_changes(
            Operation(HOA, NOW),
            [
                Change(subject=one, action="change", new=75, school_id=school, province_id=province)
                for one in subjects
            ],
        )


def subjects(batches: Iterable[Batch]) -> list[str]:
    found = changes_in(list(batches))
    return [line.subject for position in sorted(found) for line in found[position]]


def test_a_call_is_one_batch_that_tells_what_it_touched(everything: str) -> None:
    write("mark:1.1.3", "mark:1.1.2", "student:9")
    assert batches_after(0) == []
    assert number_batches() == 1
    (batch,) = batches_after(0)
    assert (batch.position, batch.schools, batch.provinces) == (1, (7,), (2,))
    assert (batch.kinds, batch.entries) == (("mark", "student"), 3)
    assert subjects([batch]) == ["mark:1.1.3", "mark:1.1.2", "student:9"]


def test_matters_of_the_platform_belong_to_no_school(everything: str) -> None:
    write("setting:colour", school=None, province=None)
    number_batches()
    assert [(one.schools, one.provinces) for one in batches_after(0)] == [((), ())]


def test_a_slow_transaction_comes_later_and_is_not_missed(everything: str) -> None:
    with psycopg.connect(everything) as slow:
        slow.execute("select nextval('ledger_batch_id_seq')")
        slow.execute(
            "insert into ledger_batch (id, at, schools, provinces, kinds, entries)"
            " values (currval('ledger_batch_id_seq'), now(), '{}', '{}', '{slow}', 0)"
        )
        write("mark:1")
        number_batches()
        assert [one.kinds for one in batches_after(0)] == [("mark",)]
        slow.commit()
    number_batches()
    assert [one.kinds for one in batches_after(1)] == [("slow",)]
    assert newest_position() == 2


def write_alone(number: int) -> None:
    set_scope(EVERYTHING)
    try:
        for turn in range(10):
            write(f"mark:{number}.{turn}")
    finally:
        connection.close()


def follow(stop: threading.Event, seen: list[str]) -> None:
    set_scope(EVERYTHING)
    position = 0
    try:
        while not stop.is_set() or number_batches():
            number_batches()
            for batch in batches_after(position, limit=random.randint(1, 7)):
                position = batch.position
                seen.extend(subjects([batch]))
    finally:
        connection.close()


def test_writers_and_two_followers_at_once(everything: str) -> None:
    stop = threading.Event()
    seen: list[list[str]] = [[], []]
    followers = [threading.Thread(target=follow, args=(stop, one)) for one in seen]
    writers = [threading.Thread(target=write_alone, args=(number,)) for number in range(4)]
    for thread in [*followers, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    number_batches()
    stop.set()
    for thread in followers:
        thread.join()
    everyone = {f"mark:{number}.{turn}" for number in range(4) for turn in range(10)}
    assert newest_position() == len(everyone)
    for one in seen:
        assert set(one) <= everyone
        assert len(one) == len(set(one))
        assert one == subjects(batches_after(0))[: len(one)]


@transaction.atomic
def write_and_fail(subject: str) -> float:
    append_changes(Operation(HOA, NOW), [Change(subject=subject, action="change")])
    return 1 / 0


def test_positions_have_no_gaps_after_an_undone_write(everything: str) -> None:
    write("mark:1")
    with pytest.raises(ZeroDivisionError):
        write_and_fail("mark:2")
    write("mark:3")
    number_batches()
    assert [one.position for one in batches_after(0)] == [1, 2]
    assert subjects(batches_after(0)) == ["mark:1", "mark:3"]


def test_only_ones_own_schools_are_told(everything: str) -> None:
    write("mark:1", school=7, province=2)
    write("mark:2", school=8, province=2)
    write("mark:3", school=9, province=3)
    number_batches()
    with scoped(Scope(schools=(8,))):
        assert subjects(batches_after(0)) == ["mark:2"]
    with scoped(Scope(provinces=(2,))):
        assert subjects(batches_after(0)) == ["mark:1", "mark:2"]
    with scoped(Scope()):
        assert batches_after(0) == []
    assert subjects(batches_after(0, schools=[9, 7])) == ["mark:1", "mark:3"]


def test_the_web_role_cannot_remove_a_batch(everything: str) -> None:
    write("mark:1")
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("delete from ledger_batch")
