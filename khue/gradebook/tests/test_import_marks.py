"""An import is written as if typed, once, never over a newer mark, and taken back whole."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.services import lock_term
from khue.gradebook.services.importing import NothingUndone
from khue.gradebook.tests.importing import LATER, Desk
from khue.gradebook.tests.mark_sheets import plain
from khue.intake.api import State
from khue.intake.services.undoing import forget_old_files
from khue.ledger.api import HistoryLine, history_of
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, YEAR, Cast, table

MINH, DUONG, AN, ANH = "Triệu Quang Minh", "Đặng Thùy Dương", "Nông Văn Ân", "Hoàng Thị Ánh"
FILE = plain([["Họ tên", "TX1", "GK"], [MINH, 8, 7.5], [DUONG, 6, None], [AN, 11, 9]])


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast)


def history(desk: Desk, student: object) -> list[HistoryLine]:
    with scoped(EVERYTHING):
        return history_of(f"mark:{desk.book.pk}.{desk.term}.{student.pk}")  # type: ignore[attr-defined]


def test_nothing_is_written_before_it_is_applied(desk: Desk) -> None:
    desk.keep(FILE)
    assert desk.marks(desk.cast.minh.student) == {}
    assert history(desk, desk.cast.minh.student) == []


def test_an_import_writes_what_it_showed_and_tells_the_ledger_why(desk: Desk) -> None:
    import_id = desk.keep(FILE)
    assert desk.see(import_id).counts == {"create": 4, "change": 0, "same": 0, "refuse": 1}
    done = desk.write(import_id)
    act = done.act("apply")
    assert (done.run.state, act and len(act.written), act and act.left) == (State.APPLIED, 4, ())
    assert desk.marks(desk.cast.minh.student) == {"tx1": 80, "gk": 75}
    assert desk.marks(desk.cast.classmates[1]) == {"gk": 90}
    lines = history(desk, desk.cast.minh.student)
    assert {line.reason for line in lines} == {"Nhập từ tệp “diem.xlsx”"}
    assert {line.operation for line in lines} == {import_id}


def test_an_import_applied_twice_is_applied_once(desk: Desk) -> None:
    import_id = desk.keep(FILE)
    desk.write(import_id)
    desk.type(desk.cast.minh.student, "gk", "5", base=75)
    desk.write(import_id)
    assert desk.marks(desk.cast.minh.student)["gk"] == 50


def test_keeping_what_stands_writes_new_cells_only(desk: Desk) -> None:
    desk.type(desk.cast.minh.student, "gk", "5")
    import_id = desk.keep(FILE)
    assert desk.see(import_id).counts["change"] == 1
    desk.write(import_id, "keep")
    assert desk.marks(desk.cast.minh.student) == {"tx1": 80, "gk": 50}


def test_overwriting_leaves_the_old_value_in_red_ink(desk: Desk) -> None:
    desk.type(desk.cast.minh.student, "gk", "5")
    desk.write(desk.keep(FILE), "overwrite", at=LATER)
    assert desk.marks(desk.cast.minh.student)["gk"] == 75
    newest = history(desk, desk.cast.minh.student)[0]
    line = next(one for one in history(desk, desk.cast.minh.student) if one.action == "correct")
    assert newest.at == LATER
    assert (line.old, line.new) == ("5,0", "7,5")


def test_a_cell_that_changed_since_the_preview_is_listed_and_stays(desk: Desk) -> None:
    import_id = desk.keep(FILE)
    desk.type(desk.cast.minh.student, "gk", "4")
    act = desk.write(import_id).act("apply")
    assert act is not None
    assert len(act.written) == 3
    [left] = act.left
    assert (left.name, left.column, left.wanted, left.stands) == (MINH, "Giữa kì", "7,5", "4,0")
    assert desk.cast.hoa.name in left.sentence
    assert desk.marks(desk.cast.minh.student) == {"tx1": 80, "gk": 40}


def test_a_term_locked_since_the_preview_writes_nothing_and_says_so(desk: Desk) -> None:
    import_id = desk.keep(FILE)
    with scoped(EVERYTHING):
        lock_term(
            actor=desk.cast.mai.actor,
            now=NOW,
            school_id=desk.cast.school.pk,
            year=YEAR,
            term=1,
        )
    act = desk.write(import_id).act("apply")
    assert act is not None
    assert act.written == ()
    assert all("đã khóa" in one.sentence for one in act.left)
    assert desk.marks(desk.cast.minh.student) == {}


def test_an_import_with_nothing_to_write_is_refused_in_words(desk: Desk) -> None:
    import_id = desk.keep(plain([["Họ tên", "GK"], [MINH, 11]]))
    with pytest.raises(Refused, match="Không có ô nào để ghi"):
        desk.write(import_id)


def test_undo_puts_back_what_stood_blank_or_not(desk: Desk) -> None:
    desk.type(desk.cast.minh.student, "gk", "5")
    import_id = desk.keep(FILE)
    desk.write(import_id)
    undone = desk.undo(import_id)
    act = undone.act("undo")
    assert (undone.run.state, act and len(act.written), act and act.left) == (State.UNDONE, 4, ())
    assert desk.marks(desk.cast.minh.student) == {"gk": 50}
    assert desk.marks(desk.cast.classmates[0]) == {}
    newest = history(desk, desk.cast.minh.student)[0]
    assert newest.reason == "Hoàn tác lần nhập từ tệp “diem.xlsx”"


def test_undo_leaves_cells_that_were_changed_since_and_names_them(desk: Desk) -> None:
    import_id = desk.keep(FILE)
    desk.write(import_id)
    desk.type(desk.cast.minh.student, "gk", "9", base=75)
    act = desk.undo(import_id, reason="Nhầm lớp").act("undo")
    assert act is not None
    assert [(one.name, one.column, one.stands) for one in act.left] == [(MINH, "Giữa kì", "9,0")]
    assert desk.marks(desk.cast.minh.student) == {"gk": 90}
    assert "Nhầm lớp" in {line.reason for line in history(desk, desk.cast.minh.student)}


def test_undo_of_a_locked_term_changes_nothing_and_can_be_tried_again(desk: Desk) -> None:
    import_id = desk.keep(FILE)
    desk.write(import_id)
    with scoped(EVERYTHING):
        lock_term(
            actor=desk.cast.mai.actor,
            now=NOW,
            school_id=desk.cast.school.pk,
            year=YEAR,
            term=1,
        )
    with pytest.raises(NothingUndone) as refused:
        desk.undo(import_id)
    assert len(refused.value.left) == 4
    assert desk.see(import_id).run.state == State.APPLIED
    assert desk.marks(desk.cast.minh.student) == {"tx1": 80, "gk": 75}


def test_undo_twice_is_undone_once(desk: Desk) -> None:
    import_id = desk.keep(FILE)
    desk.write(import_id)
    desk.undo(import_id)
    desk.type(desk.cast.minh.student, "gk", "7,5")
    desk.undo(import_id)
    assert desk.marks(desk.cast.minh.student) == {"gk": 75}


def test_an_import_belongs_to_who_began_it(desk: Desk, cast: Cast) -> None:
    import_id = desk.keep(FILE)
    for who in ("mai", "nam", "binh"):
        with pytest.raises(OutsidePlace):
            Desk(cast, who).see(import_id)
    with pytest.raises(OutsidePlace):
        desk.see(uuid4())


def test_whoever_no_longer_teaches_the_subject_writes_nothing(desk: Desk) -> None:
    import_id = desk.keep(FILE)
    with scoped(EVERYTHING):
        table("access.Grant").objects.filter(account=desk.cast.hoa.account).delete()
    with pytest.raises(OutsidePlace):
        desk.write(import_id)
    assert desk.marks(desk.cast.minh.student) == {}


def test_what_was_planned_is_sealed(desk: Desk) -> None:
    desk.keep(FILE)
    with scoped(EVERYTHING):
        rows = list(table("intake.PlanRow").objects.values_list("sealed", flat=True))
        [run] = table("intake.Run").objects.values("reading", "options", "counts")
    assert rows
    assert not any(MINH in text for text in rows)
    assert MINH not in str(run)


def test_long_ago_imports_forget_their_file_but_not_that_they_were(desk: Desk) -> None:
    import_id = desk.keep(FILE)
    desk.write(import_id)
    forget_old_files(now=NOW + timedelta(days=31))
    seen = desk.see(import_id)
    assert (seen.run.cleared, list(seen.acts)) == (True, [])
    desk.undo(import_id)
    assert desk.marks(desk.cast.minh.student) == {"tx1": 80, "gk": 75}
