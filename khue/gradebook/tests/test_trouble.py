"""Two people at once, and the database that dies in the middle of a save."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection

from khue.access.api import Actor
from khue.gradebook.models import MarkRow, Progress
from khue.gradebook.services import CellChange, Saved, enter_marks, entering, lock_term
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, Cast, make_cast


@pytest.fixture
def living(committed_database: str) -> tuple[Cast, str]:
    with scoped(EVERYTHING):
        return make_cast(), committed_database


def save(cast: Cast, actor: Actor, slot: str, value: int, **more: Any) -> Saved:
    given = {"now": NOW, "class_subject_id": cast.maths.pk, "term": 1, **more}
    change = CellChange(cast.minh.student.pk, slot, None, value)
    with scoped(EVERYTHING):
        return enter_marks(actor=actor, changes=[change], **given)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; an exception is a result too."""
    results: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait()
            results[place] = act()
        except Exception as trouble:  # noqa: BLE001
            results[place] = trouble
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_people_on_one_cell_one_is_saved_the_other_asked(living: tuple[Cast, str]) -> None:
    cast, _ = living
    actor = cast.hoa.actor
    marks = [10 * number for number in range(6)]
    acts = [lambda mark=mark: save(cast, actor, "gk", mark) for mark in marks]
    outcomes = [saved.outcomes[0] for saved in at_once(*acts)]
    assert sorted(one.status for one in outcomes) == ["conflict"] * 5 + ["saved"]
    with scoped(EVERYTHING):
        stored = MarkRow.objects.get().gk
    assert {one.value for one in outcomes} == {stored}


def test_people_on_many_cells_of_a_row_lose_nothing(living: tuple[Cast, str]) -> None:
    cast, _ = living
    actor = cast.hoa.actor
    slots = ["tx1", "tx2", "tx3", "tx4", "gk", "ck"]
    acts = [lambda slot=slot: save(cast, actor, slot, 80) for slot in slots]
    assert {saved.outcomes[0].status for saved in at_once(*acts)} == {"saved"}
    with scoped(EVERYTHING):
        row = MarkRow.objects.get()
    assert ([getattr(row, slot) for slot in slots], row.average) == ([80] * 6, 80)
    assert Progress.objects.get(term=1, entered__gt=0).entered == 6


def test_the_same_request_twice_at_once_appears_once(living: tuple[Cast, str]) -> None:
    cast, _ = living
    actor, operation = cast.hoa.actor, uuid.uuid4()
    act = lambda: save(cast, actor, "gk", 80, operation_id=operation)  # noqa: E731
    assert [one.outcomes[0].status for one in at_once(act, act, act)] == ["saved"] * 3
    with scoped(EVERYTHING):
        assert len(history_of(f"mark:{cast.maths.pk}.1.{cast.minh.student.pk}")) == 1


def test_a_term_closes_only_between_two_saves(living: tuple[Cast, str]) -> None:
    cast, _ = living
    teacher, leader = cast.hoa.actor, cast.mai.actor

    def close() -> None:
        with scoped(EVERYTHING):
            lock_term(actor=leader, now=NOW, school_id=cast.school.pk, year=2026, term=1)

    saved, _ = at_once(lambda: save(cast, teacher, "gk", 80), close)
    with scoped(EVERYTHING):
        stored = MarkRow.objects.filter(gk=80).exists()
    assert stored == (saved.outcomes[0].status == "saved")
    assert save(cast, teacher, "ck", 80).outcomes[0].status == "refused"


@pytest.mark.parametrize("moment", ["write_rows", "append_changes", "count_book"])
def test_a_database_session_killed_in_the_middle_leaves_nothing_half_written(
    living: tuple[Cast, str], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    cast, address = living
    actor, operation = cast.hoa.actor, uuid.uuid4()
    real = getattr(entering, moment)

    def killed(*given: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            own = cursor.fetchone()[0]
        with psycopg.connect(address, autocommit=True) as owner:
            owner.execute("select pg_terminate_backend(%s, 5000)", [own])
        return real(*given)

    monkeypatch.setattr(entering, moment, killed)
    with pytest.raises(OperationalError):
        save(cast, actor, "gk", 80, operation_id=operation)
    monkeypatch.undo()
    connection.close()
    with scoped(EVERYTHING):
        assert not MarkRow.objects.exists()
        assert history_of(f"mark:{cast.maths.pk}.1.{cast.minh.student.pk}") == []
    again = save(cast, actor, "gk", 80, operation_id=operation, now=NOW + timedelta(seconds=5))
    assert again.outcomes[0].status == "saved"
    with scoped(EVERYTHING):
        assert MarkRow.objects.get().gk == 80
