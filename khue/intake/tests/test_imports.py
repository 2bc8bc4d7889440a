"""An import from the file to the record and back: planned, shown, applied once, undone exactly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from khue.access.api import Actor, OutsidePlace, Refused, scope_of
from khue.intake.models import PlanRow, Run, Upload
from khue.intake.queries.runs import plan_page, rows_of, run_view, runs_page
from khue.intake.queries.sealing import FILE_LABEL, ROW_LABEL, open_bytes, open_value
from khue.intake.services.applying import apply_run
from khue.intake.services.runs import answer_questions, receive_file
from khue.intake.services.undoing import UndoRefused, forget_old_files, undo_run
from khue.intake.tests.sheets import workbook
from kit.cipher import Unreadable
from kit.fences import EVERYTHING, scoped, set_scope
from kit.sheets.refusals import SheetRefused
from tests.cast import NOW, YEAR, Cast, make_cast, table

LIMIT = 20 * 1024 * 1024
Send = Callable[..., UUID]


@pytest.fixture
def send(cast: Cast) -> Send:
    set_scope(scope_of(cast.mai.actor))

    def sent(content: bytes, **more: Any) -> UUID:
        fields = {"actor": cast.mai.actor, "school_id": cast.school.pk, "kind": "lop", **more}
        received = receive_file(
            now=NOW, year=YEAR, file_name="lop.xlsx", content=content, limit_bytes=LIMIT, **fields
        )
        return received.public_id

    return sent


def classes_of(cast: Cast) -> list[dict[str, Any]]:
    rows = table("organisations.SchoolClass").objects.filter(school=cast.school, year=YEAR)
    return list(rows.order_by("id").values())


def verdicts(cast: Cast, public_id: UUID) -> list[tuple[int, str, str]]:
    page = plan_page(actor=cast.mai.actor, public_id=public_id, verdict="", page=1)
    return [(row.number, row.verdict, row.title) for row in rows_of(page)]


THREE = workbook(
    ["SỞ GIÁO DỤC VÀ ĐÀO TẠO"],
    ["DANH SÁCH LỚP"],
    [],
    ["STT", "TÊN LỚP", "Khối lớp", "Thứ tự"],
    [1, "6A", "Khối 6", 1],
    [2, "8A", 8, 5],
    [3, "8B", "8", None],
    [4, "12C", "12", None],
    [5, "6a", "6", None],
)


def test_a_plan_says_of_every_row_what_would_happen_and_writes_nothing(
    cast: Cast, send: Send
) -> None:
    before = classes_of(cast)
    public_id = send(THREE)
    assert verdicts(cast, public_id) == [
        (5, "create", "Lớp 6A"),
        (6, "change", "Lớp 8A"),
        (7, "same", "Lớp 8B"),
        (8, "refuse", "Lớp 12C"),
        (9, "refuse", "Lớp 6a"),
    ]
    view = run_view(actor=cast.mai.actor, public_id=public_id)
    assert view.counts == {"create": 1, "change": 1, "same": 1, "refuse": 2}
    assert view.reading["header_row"] == 4
    assert view.reading["unknown"] == []
    assert classes_of(cast) == before


def test_applying_writes_what_was_shown_and_undoing_restores_exactly(
    cast: Cast, send: Send
) -> None:
    before = classes_of(cast)
    public_id = send(THREE)
    assert apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id) == "applied"
    after = classes_of(cast)
    assert [row["name"] for row in after] == ["8A", "8B", "6A"]
    assert after[0]["position"] == 5
    assert undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id) == "undone"
    assert classes_of(cast) == before


def test_the_ledger_knows_the_import_and_the_undo(cast: Cast, send: Send) -> None:
    public_id = send(THREE)
    apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    told = table("ledger.Entry").objects.filter(subject__startswith="import:")
    assert list(told.order_by("id").values_list("action", flat=True)) == [
        "apply_import",
        "undo_import",
    ]


def test_a_row_touched_since_stops_the_undo_and_is_named(cast: Cast, send: Send) -> None:
    public_id = send(THREE)
    apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    rows = table("organisations.SchoolClass").objects
    rows.filter(name="6A").update(position=9)
    after = classes_of(cast)
    with pytest.raises(UndoRefused, match="đã được sửa") as refused:
        undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    assert refused.value.titles == ["Lớp 6A"]
    assert classes_of(cast) == after
    assert run_view(actor=cast.mai.actor, public_id=public_id).state == "applied"


def test_a_class_that_is_used_since_stops_the_undo(cast: Cast, send: Send) -> None:
    public_id = send(THREE)
    apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    made = table("organisations.SchoolClass").objects.get(name="6A", school=cast.school)
    table("records.Enrolment").objects.filter(school=cast.school).update(school_class=made)
    with pytest.raises(UndoRefused):
        undo_run(actor=cast.mai.actor, now=NOW, public_id=public_id)


def test_records_that_changed_since_the_plan_bring_a_new_plan_instead_of_a_write(
    cast: Cast, send: Send
) -> None:
    public_id = send(THREE)
    table("organisations.SchoolClass").objects.filter(pk=cast.school_class.pk).update(position=7)
    assert apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id) == "planned"
    view = run_view(actor=cast.mai.actor, public_id=public_id)
    assert "đã thay đổi" in view.notice
    assert len(classes_of(cast)) == 2
    assert apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id) == "applied"


def test_only_the_plan_that_was_seen_is_applied(cast: Cast, send: Send) -> None:
    public_id = send(THREE)
    state = apply_run(
        actor=cast.mai.actor, now=NOW, public_id=public_id, seen_digest="an older plan"
    )
    assert state == "planned"
    assert len(classes_of(cast)) == 2


def test_applying_twice_is_refused_with_the_name_of_who_did_it(cast: Cast, send: Send) -> None:
    public_id = send(THREE)
    apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    with pytest.raises(Refused, match="đã áp dụng") as refused:
        apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    assert cast.mai.name in str(refused.value)


def test_a_plan_with_nothing_to_write_is_not_applied(cast: Cast, send: Send) -> None:
    public_id = send(workbook(["Tên lớp", "Khối"], ["8A", 8]))
    with pytest.raises(Refused, match="không có gì để áp dụng"):
        apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id)


def test_another_sheet_or_another_name_of_a_column_plans_again(cast: Cast, send: Send) -> None:
    content = workbook(
        ["Tên lớp", "Khối"], ["6A", 6], name="Một", Hai=[["Tên lớp", "Lớp mấy"], ["7C", 7]]
    )
    public_id = send(content)
    assert verdicts(cast, public_id) == [(2, "create", "Lớp 6A")]
    answers = {"sheet": "Hai", "column:Lớp mấy": "grade"}
    answer_questions(actor=cast.mai.actor, now=NOW, public_id=public_id, options=answers)
    assert verdicts(cast, public_id) == [(2, "create", "Lớp 7C")]
    assert run_view(actor=cast.mai.actor, public_id=public_id).reading["unknown"] == []


def test_a_file_without_a_header_keeps_the_reason(cast: Cast, send: Send) -> None:
    public_id = send(workbook(["một", "hai"], ["ba", "bốn"]))
    view = run_view(actor=cast.mai.actor, public_id=public_id)
    assert view.state == "unreadable"
    assert "Không tìm thấy dòng tiêu đề" in view.problem


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 xx", b"PK\x03\x04 broken", b"\x00" * 64])
def test_what_is_no_workbook_is_refused_and_not_kept(
    cast: Cast, send: Send, content: bytes
) -> None:
    with pytest.raises(SheetRefused):
        send(content)
    assert not Run.objects.exists()


@pytest.mark.parametrize("person", ["hoa", "lan", "minh", "dung", "stranger"])
def test_who_may_not_import_finds_no_school_to_import_into(
    cast: Cast, send: Send, person: str
) -> None:
    with pytest.raises((OutsidePlace, Refused)):
        send(THREE, actor=cast.people[person].actor)


def test_another_schools_import_does_not_exist(cast: Cast, send: Send) -> None:
    with pytest.raises(OutsidePlace):
        send(THREE, school_id=cast.other_school.pk)
    public_id = send(THREE)
    stranger = Actor(99, "Người lạ")
    for act in (apply_run, undo_run):
        with pytest.raises(OutsidePlace):
            act(actor=stranger, now=NOW, public_id=public_id)
    assert runs_page(actor=stranger, page=1)[1] == []


def test_the_kept_file_and_rows_are_sealed(cast: Cast, send: Send) -> None:
    send(THREE)
    kept = PlanRow.objects.filter(verdict="create").get().sealed
    assert open_value(kept, ROW_LABEL)["title"] == "Lớp 6A"
    with pytest.raises(Unreadable):
        open_value(kept, FILE_LABEL)
    assert open_bytes(Upload.objects.get().sealed, FILE_LABEL) == THREE


def test_after_thirty_days_the_file_goes_and_the_record_stays(cast: Cast, send: Send) -> None:
    from datetime import timedelta

    public_id = send(THREE)
    apply_run(actor=cast.mai.actor, now=NOW, public_id=public_id)
    assert forget_old_files(now=NOW + timedelta(days=29)) == 0
    assert forget_old_files(now=NOW + timedelta(days=31)) == 1
    assert not Upload.objects.exists()
    assert not PlanRow.objects.exists()
    assert run_view(actor=cast.mai.actor, public_id=public_id).cleared


def test_two_people_apply_at_once_and_only_one_does(committed_database: str) -> None:
    set_scope(EVERYTHING)
    cast = make_cast()
    actor = cast.mai.actor
    received = receive_file(
        actor=actor,
        now=NOW,
        kind="lop",
        school_id=cast.school.pk,
        year=YEAR,
        file_name="lop.xlsx",
        content=THREE,
        limit_bytes=LIMIT,
    )
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def press() -> None:
        try:
            with scoped(EVERYTHING):
                start.wait(10)
                outcomes.append(apply_run(actor=actor, now=NOW, public_id=received.public_id))
        except Refused as refused:
            outcomes.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome == "applied" for outcome in outcomes) == [False, True]
    assert len(classes_of(cast)) == 3
