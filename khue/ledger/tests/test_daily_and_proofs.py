"""Roots of days, proofs of entries, and an audit against someone who owns the tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from khue.ledger.api import (
    Author,
    Change,
    NoSuchEntry,
    NotSealedYet,
    Operation,
    append_changes,
    audit_ledger,
    check_proof,
    daily_roots,
    file_of_day,
    files_of_all_days,
    history_of,
    known_keys,
    make_daily_roots,
    proof_of,
    seal_new_entries,
    stamp_daily_roots,
    stamp_of_day,
    tell_proof,
)
from khue.ledger.rules.daily import fault_of_root, read_root
from khue.ledger.rules.proofs import LIMIT, NOT_A_PROOF, NOT_WHOLE, write_proof
from khue.ledger.rules.sealing_key import SealingKey
from khue.ledger.tests.proofs import KEY, KEYS, SUBJECT, make_proof
from kit.fences import EVERYTHING, Scope, scoped, set_scope

HOA = Author(1, "Nông Thị Hoa")
DAY = date(2026, 11, 20)
# Half past eight in the morning of the 20th in Vietnam.
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
MARK = "mark:88.1.9001"


def write(subject: str, old: object, new: object, *, school: int = 7, at: datetime = NOW) -> None:
    change = Change(subject, "change", "Điểm giữa kì, Toán 8A", old, new, school_id=school)
    with transaction.atomic():
        append_changes(Operation(HOA, at), [change])


def work(days: int = 2, seals: int = 3) -> None:
    """Every day some seals, each over two entries of the mark and three of others."""
    value: int | None = None
    for day in range(days):
        for turn in range(seals):
            at = NOW + timedelta(days=day, hours=turn)
            for number in range(5):
                is_mark = number % 2 == 1
                fresh = day * 10 + turn * 3 + number
                write(MARK if is_mark else f"student:{number}", value if is_mark else None, fresh)
                value = fresh if is_mark else value
            seal_new_entries(now=at)


def as_owner(address: str, *statements: str) -> None:
    with psycopg.connect(address, autocommit=True) as session:
        for one in statements:
            session.execute(one)


@pytest.fixture
def everything(committed_database: str) -> str:
    set_scope(EVERYTHING)
    return committed_database


# --- roots of days -----------------------------------------------------------------------------


def test_each_day_that_ended_gets_one_root_chained_to_the_day_before(everything: str) -> None:
    work(days=2)
    late = NOW + timedelta(days=4)
    made = make_daily_roots(now=late)
    assert made == [DAY + timedelta(days=number) for number in range(4)]
    assert make_daily_roots(now=late) == []
    roots = [read_root(json.loads(one)) for one in files_of_all_days()]
    assert [one.entries for one in roots] == [15, 15, 0, 0]
    for before, one in pairwise(roots):
        assert one.previous == before.digest
        assert fault_of_root(one, known_keys()) == ""


def test_a_day_ends_at_midnight_in_vietnam(everything: str) -> None:
    write(MARK, None, 75)
    seal_new_entries(now=datetime(2026, 11, 20, 16, 59, tzinfo=UTC))
    write(MARK, 75, 80)
    seal_new_entries(now=datetime(2026, 11, 20, 17, 0, tzinfo=UTC))
    assert make_daily_roots(now=datetime(2026, 11, 20, 16, 59, tzinfo=UTC)) == []
    made = make_daily_roots(now=datetime(2026, 11, 20, 17, 1, tzinfo=UTC))
    assert made == [DAY]
    assert [one.entries for one in daily_roots()] == [1]


def test_nothing_is_published_before_the_first_seal(everything: str) -> None:
    assert make_daily_roots(now=NOW) == []
    assert daily_roots() == []


def test_a_root_is_stamped_once_and_waits_while_the_authority_is_down(everything: str) -> None:
    work(days=1)
    make_daily_roots(now=NOW + timedelta(days=2))
    stamped: list[bytes] = []

    def stamp(data: bytes) -> bytes:
        stamped.append(data)
        if len(stamped) == 2:
            raise TimeoutError
        return b"token"

    with pytest.raises(TimeoutError):
        stamp_daily_roots(stamp, now=NOW)
    assert stamped[0] == file_of_day(DAY)
    assert stamp_of_day(DAY) == b"token"
    assert stamp_of_day(DAY + timedelta(days=1)) is None
    assert stamp_daily_roots(lambda data: b"later", now=NOW) == 1


@pytest.mark.parametrize("table", ["ledger_dailyroot", "ledger_rootstamp"])
def test_the_web_role_cannot_touch_a_root(everything: str, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(f"delete from {table}")


# --- audit -------------------------------------------------------------------------------------

NOT_JOINED = "không nối với niêm phong liền trước"


SEAL_GONE = "delete from ledger_leaf where seal_id = {0}; delete from ledger_seal where id = {0}"
DAY_CHANGED = "update ledger_dailyroot set {0} = repeat('0', 64) where day = '{1}'"
ATTACKS = [
    ("update ledger_entry set new = '100' where id = 7", "Dòng số 7 của sổ cái đã bị sửa"),
    ("delete from ledger_entry where id = 8", "Dòng số 8 của sổ cái đã bị xóa"),
    (SEAL_GONE.format(2), NOT_JOINED),
    (SEAL_GONE.format(6), "có niêm phong bị thay"),
    (DAY_CHANGED.format("root", "2026-11-20"), "Gốc ngày 2026-11-20 không khớp"),
    (DAY_CHANGED.format("digest", "2026-11-21"), "Gốc ngày 2026-11-21 đã bị sửa"),
    ("delete from ledger_dailyroot where day = '2026-11-20'", "có gốc bị xóa"),
    ("update ledger_seal set key_id = 'feed' where id = 1", "khóa feed mà hệ thống không biết"),
]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(("attack", "named"), ATTACKS)
def test_an_audit_names_the_first_fault(
    everything: str, attack: str, named: str, processes: int
) -> None:
    work()
    make_daily_roots(now=NOW + timedelta(days=2))
    assert audit_ledger(processes=processes).holds
    as_owner(everything, attack)
    verdict = audit_ledger(processes=processes)
    assert not verdict.holds
    assert named in verdict.fault


def test_an_audit_counts_and_tells_the_keys(everything: str) -> None:
    work()
    make_daily_roots(now=NOW + timedelta(days=2))
    write(MARK, 1, 2)
    verdict = audit_ledger()
    told = (verdict.seals, verdict.entries, verdict.unsealed, verdict.days)
    assert told == (6, 30, 1, 2)
    assert verdict.keys == tuple(known_keys())


def test_a_ledger_written_anew_by_the_holder_of_the_key_differs_from_the_published_root(
    everything: str,
) -> None:
    work(days=1)
    make_daily_roots(now=NOW + timedelta(days=1))
    kept = {one.day.isoformat(): one.digest for one in daily_roots()}
    tables = "ledger_leaf, ledger_rootstamp, ledger_dailyroot, ledger_seal"
    as_owner(
        everything,
        "update ledger_entry set new = '100' where id = 2",
        f"truncate {tables} restart identity",
    )
    seal_new_entries(now=NOW)
    make_daily_roots(now=NOW + timedelta(days=1))
    assert audit_ledger().holds
    assert "khác với gốc đã công bố" in audit_ledger(published=kept).fault
    assert "nay không còn" in audit_ledger(published={"2026-01-01": "ab"}).fault


def test_a_changed_key_is_known_by_its_public_half(everything: str, settings: Any) -> None:
    write(MARK, None, 75)
    seal_new_entries(now=NOW)
    old = next(iter(known_keys().values()))
    settings.SEAL_KEY = "33" * 32
    write(MARK, 75, 80)
    seal_new_entries(now=NOW)
    assert "KHUE_SEAL_OLD_KEYS" in audit_ledger().fault
    settings.SEAL_OLD_KEYS = [old]
    verdict = audit_ledger()
    assert verdict.holds
    assert len(verdict.keys) == 2


def command(*words: str, **options: object) -> str:
    out = StringIO()
    call_command("ledger", *words, stdout=out, **options)
    return out.getvalue()


def test_an_interrupted_audit_goes_on_where_it_stopped(everything: str, tmp_path: Path) -> None:
    work(days=1)
    state = tmp_path / "state.json"
    assert "3 niêm phong, 15 dòng" in command("audit", processes=1, state=state)
    write(MARK, 1, 2)
    seal_new_entries(now=NOW + timedelta(days=1))
    as_owner(everything, "update ledger_entry set new = '0' where id = 1")
    assert "4 niêm phong, 16 dòng" in command("audit", processes=1, state=state)
    as_owner(everything, "update ledger_seal set digest = repeat('1', 64) where id = 4")
    with pytest.raises(CommandError, match="không còn như lần kiểm tra trước"):
        command("audit", processes=1, state=state)


def test_the_auditors_command_compares_with_a_folder_of_roots(
    everything: str, tmp_path: Path
) -> None:
    work(days=1)
    command("daily")
    kept = tmp_path / "goc-2026-11-20.json"
    kept.write_bytes(file_of_day(DAY) or b"")
    assert "Sổ cái nguyên vẹn." in command("audit", processes=1, published=tmp_path)
    kept.write_bytes(kept.read_bytes().replace(b'"entries":15', b'"entries":16'))
    with pytest.raises(CommandError, match="Bản gốc đã lưu không dùng được"):
        command("audit", processes=1, published=kept)


def test_an_audit_as_json_ends_with_its_verdict(everything: str) -> None:
    work(days=1, seals=1)
    assert json.loads(command("audit", processes=1, json=True))["entries"] == 5
    as_owner(everything, "delete from ledger_entry where id = 1")
    with pytest.raises(SystemExit):
        command("audit", processes=1, json=True)


# --- proofs from the database ------------------------------------------------------------------


def test_the_proof_of_an_entry_holds_with_its_whole_history(everything: str) -> None:
    work()
    make_daily_roots(now=NOW + timedelta(days=2))
    line = history_of(MARK)[-1]
    report = check_proof(
        proof_of(line.id, now=NOW),
        keys=known_keys(),
        roots={one.day.isoformat(): one.digest for one in daily_roots()},
    )
    assert report.holds
    assert (report.asked, report.complete, report.gaps) == (line.id, True, ())
    assert [one.new for one in report.entries] == [one.new for one in reversed(history_of(MARK))]
    assert {one.day for one in report.entries} == {"2026-11-20", "2026-11-21"}
    sentence, notes = tell_proof(report)
    assert f"dòng số {line.id} do Nông Thị Hoa ghi lúc 20/11/2026 08:30" in sentence
    assert any("đây là tất cả các dòng đã niêm phong" in note for note in notes)


def test_an_entry_of_today_is_proved_by_its_seal_alone(everything: str) -> None:
    write(MARK, None, 75)
    seal_new_entries(now=NOW)
    report = check_proof(proof_of(1, now=NOW), keys=known_keys())
    assert report.holds
    assert report.entries[0].day == ""


def test_an_entry_that_waits_for_its_seal_has_no_proof_yet(everything: str) -> None:
    write(MARK, None, 75)
    with pytest.raises(NotSealedYet):
        proof_of(1, now=NOW)
    with pytest.raises(NoSuchEntry):
        proof_of(99, now=NOW)


def test_what_lies_outside_the_fence_is_left_out_and_the_proof_says_so(everything: str) -> None:
    write(MARK, None, 75, school=7)
    write(MARK, 75, 80, school=8)
    write("student:1", None, 1, school=8)
    seal_new_entries(now=NOW)
    with scoped(Scope(schools=(7,))):
        report = check_proof(proof_of(1, now=NOW))
        with pytest.raises(NoSuchEntry):
            proof_of(3, now=NOW)
    assert report.holds
    assert not report.complete
    assert [one.id for one in report.entries] == [1]


def test_the_command_writes_a_proof_and_says_what_is_missing(everything: str) -> None:
    write(MARK, None, 75)
    with pytest.raises(CommandError, match="chưa được niêm phong"):
        command("prove", "1")
    command("seal")
    assert check_proof(command("prove", "1").encode(), keys=known_keys()).holds
    with pytest.raises(CommandError, match="không có dòng số 5"):
        command("prove", "5")
    with pytest.raises(CommandError, match="Thiếu số của dòng"):
        command("prove")


# --- proofs alone ------------------------------------------------------------------------------

PROOF = make_proof()
Values = dict[str, Any]


@given(st.integers(0, len(PROOF) * 8 - 1))
@tried(max_examples=400, deadline=None)
def test_a_proof_with_any_bit_flipped_is_refused(bit: int) -> None:
    flipped = bytearray(PROOF)
    flipped[bit // 8] ^= 1 << (bit % 8)
    report = check_proof(bytes(flipped), keys=KEYS)
    assert not report.holds
    assert report.fault


@given(st.integers(1, 40), st.integers(1, 9))
@tried(max_examples=60, deadline=None)
def test_every_entry_of_any_ledger_can_be_proved(count: int, per_seal: int) -> None:
    for asked in range(3, count + 1, 3):
        report = check_proof(make_proof(count, per_seal=per_seal, asked=asked), keys=KEYS)
        assert (report.fault, report.asked, report.gaps) == ("", asked, ())


def resigned(change: Callable[[Values], object]) -> bytes:
    """A proof whose body was changed and signed anew, as the holder of the key could."""
    values = json.loads(PROOF)
    change(values)
    for name in ("format", "key_id", "signature"):
        values.pop(name)
    return write_proof(values, KEY)


def _path(values: Values, part: str, index: int) -> Values:
    found: Values = values[part][index]
    return found


def _raised(values: Values) -> None:
    entry = _path(values, "entries", 1)
    entry["content"] = str(entry["content"]).replace('"new":56', '"new":96')


CHANGES: list[tuple[Callable[[Values], object], str]] = [
    (_raised, "dòng đã bị sửa"),
    (lambda one: _path(one, "seals", 1).update(root="0" * 64), "Chữ ký của một niêm phong"),
    (lambda one: _path(one, "seals", 1).update(position=0), "không thuộc gốc ngày"),
    (lambda one: _path(one, "roots", 0).update(entries=1), "đã bị sửa"),
    (lambda one: one.update(asked=4), NOT_A_PROOF),
    (lambda one: one.update(subject="mark:1.1.1"), NOT_A_PROOF),
    (lambda one: one["entries"].reverse(), NOT_A_PROOF),
]


@pytest.mark.parametrize(("change", "named"), CHANGES)
def test_even_the_holder_of_the_key_cannot_change_what_was_sealed(
    change: Callable[[Values], object], named: str
) -> None:
    assert named in check_proof(resigned(change), keys=KEYS).fault


def test_an_entry_left_out_shows_as_a_gap_in_the_values() -> None:
    report = check_proof(
        resigned(
            lambda one: one.update(entries=[_path(one, "entries", 0), _path(one, "entries", 2)])
        ),
        keys=KEYS,
    )
    assert report.holds
    assert report.gaps == (9,)
    assert any("không nối với giá trị mới liền trước" in note for note in tell_proof(report)[1])


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b"\xff", PROOF + b"\n", b" " + PROOF, b"9" * 9999]
)
def test_what_is_not_our_file_is_refused(content: bytes) -> None:
    assert check_proof(content).fault in {NOT_A_PROOF, NOT_WHOLE}


def test_a_proof_that_is_too_long_is_not_read() -> None:
    assert check_proof(b"{" * (LIMIT + 1)).fault == NOT_A_PROOF


def test_a_key_that_is_not_trusted_is_named() -> None:
    stranger = SealingKey.from_hex("44" * 32)
    report = check_proof(PROOF, keys={stranger.id: stranger.public_hex})
    assert KEY.id in report.fault
    assert check_proof(PROOF).key_known is None


def test_a_root_other_than_the_published_one_is_named() -> None:
    report = check_proof(PROOF, keys=KEYS, roots={"2026-11-20": "ab" * 32})
    assert "khác với gốc đã công bố" in report.fault
    assert check_proof(PROOF, keys=KEYS).subject == SUBJECT
