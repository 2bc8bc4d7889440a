"""Sealing and verifying on a real database, with an attacker who owns the tables."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from khue.ledger.api import (
    Author,
    Change,
    Operation,
    OutsideTransaction,
    append_changes,
    history_of,
    seal_new_entries,
    verify_ledger,
)
from kit.fences import EVERYTHING, Scope, scoped, set_scope

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HOA = Author(1, "Nông Thị Hoa")


def write(count: int = 1, *, school: int = 7, start: int = 0) -> None:
    with transaction.atomic():
        append_changes(
            Operation(HOA, NOW),
            [
                Change(
                    subject=f"mark:1.1.{start + number}",
                    action="change",
                    label="Điểm giữa kì, Toán 8A",
                    old=None,
                    new=75,
                    school_id=school,
                )
                for number in range(count)
            ],
        )


@pytest.fixture
def everything(committed_database: str) -> str:
    set_scope(EVERYTHING)
    return committed_database


def as_owner(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as session:
        session.execute(statement)


def test_an_entry_outside_a_transaction_is_refused(everything: str) -> None:
    with pytest.raises(OutsideTransaction):
        append_changes(Operation(HOA, NOW), [Change(subject="mark:1", action="enter")])


class Broken(Exception):
    """Something goes wrong after the write."""


def write_and_break() -> None:
    with transaction.atomic():
        append_changes(Operation(HOA, NOW), [Change(subject="mark:1", action="enter")])
        raise Broken


def test_what_was_rolled_back_leaves_no_entry(everything: str) -> None:
    with pytest.raises(Broken):
        write_and_break()
    assert history_of("mark:1") == []


def test_sealed_entries_verify(everything: str) -> None:
    write(5)
    first = seal_new_entries(now=NOW)
    write(3, start=5)
    second = seal_new_entries(now=NOW)
    assert first is not None
    assert second is not None
    assert second.previous == first.digest
    assert seal_new_entries(now=NOW) is None
    verdict = verify_ledger()
    assert (verdict.holds, verdict.seals, verdict.entries, verdict.unsealed) == (True, 2, 8, 0)


def test_an_entry_of_a_transaction_that_still_runs_waits_for_the_next_seal(everything: str) -> None:
    write(1)
    with psycopg.connect(everything) as slow:
        slow.execute(
            "insert into ledger_entry (operation, at, actor_name, subject, action, label, reason)"
            " values (gen_random_uuid(), now(), 'x', 'mark:slow', 'enter', '', '')"
        )
        write(1, start=1)
        seal_new_entries(now=NOW)
        assert verify_ledger().holds
        slow.commit()
    late = seal_new_entries(now=NOW)
    assert late is not None
    assert verify_ledger().unsealed == 0
    assert history_of("mark:slow")[0].sealed


@pytest.mark.parametrize(
    ("attack", "named"),
    [
        ("update ledger_entry set new = '100' where id = 3", "Dòng số 3 của sổ cái đã bị sửa"),
        ("update ledger_entry set actor_name = 'x' where id = 2", "Dòng số 2"),
        ("delete from ledger_entry where id = 4", "Dòng số 4 của sổ cái đã bị xóa"),
        ("delete from ledger_leaf where entry_id = 4", "đã bị thêm hoặc bớt"),
        ("update ledger_seal set root = repeat('0', 64)", "Chữ ký của niêm phong số 1"),
    ],
)
def test_verify_names_the_first_entry_that_was_touched(
    everything: str, attack: str, named: str
) -> None:
    write(5)
    seal_new_entries(now=NOW)
    as_owner(everything, attack)
    verdict = verify_ledger()
    assert not verdict.holds
    assert named in verdict.fault


def test_a_removed_seal_breaks_the_chain(everything: str) -> None:
    for start in range(3):
        write(1, start=start)
        seal_new_entries(now=NOW)
    as_owner(everything, "delete from ledger_leaf where seal_id = 2")
    as_owner(everything, "delete from ledger_seal where id = 2")
    assert "không nối với niêm phong liền trước" in verify_ledger().fault


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_entry set reason = ''",
        "delete from ledger_entry",
        "truncate ledger_entry",
        "delete from ledger_seal",
        "update ledger_leaf set digest = ''",
    ],
)
def test_the_web_role_cannot_touch_what_was_written(everything: str, statement: str) -> None:
    write(1)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_history_shows_only_rows_inside_the_scope(everything: str) -> None:
    write(1, school=7)
    write(1, school=8, start=1)
    with scoped(Scope(schools=(7,))):
        assert [line.subject for line in history_of(["mark:1.1.0", "mark:1.1.1"])] == ["mark:1.1.0"]
