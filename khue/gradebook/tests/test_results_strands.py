"""Strands of integrated subjects, and make-up tests that nobody sat."""

from __future__ import annotations

from typing import Any

import pytest

from khue.gradebook.models import MarkRow, StrandRow
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.grid import cell_history
from khue.gradebook.services import CellChange, Saved, enter_marks
from khue.gradebook.services.results_check import check_class, repair_class
from khue.gradebook.services.results_makeups import close_makeups
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, Cast, assign, make_class_subject, make_subject

MUSIC, PAINTING = 1, 2


@pytest.fixture
def art(cast: Cast) -> Any:
    with scoped(EVERYTHING):
        subject = make_subject("Nghệ thuật", "N.thuật", 24)
        made = make_class_subject(cast.school_class, subject, "comment", regular_marks=2)
        assign(cast.hoa.staff, made)
        assign(cast.binh.staff, made)
    return made


def write(
    cast: Cast, book: Any, strand: int, *cells: tuple[str, str], who: str = "hoa", base: Any = None
) -> Saved:
    changes = [CellChange(cast.minh.student.pk, slot, base, text) for slot, text in cells]
    with scoped(Scope(schools=(cast.school.pk,))):
        return enter_marks(
            actor=cast.people[who].actor,
            now=NOW,
            class_subject_id=book.pk,
            term=1,
            changes=changes,
            strand=strand,
        )


def row(book: Any) -> MarkRow:
    with scoped(EVERYTHING):
        return MarkRow.objects.get(class_subject=book, term=1)


def test_the_cell_is_dat_only_when_both_strands_are(cast: Cast, art: Any) -> None:
    write(cast, art, MUSIC, ("tx1", "Đ"), ("tx2", "Đ"), ("gk", "CĐ"))
    assert [getattr(row(art), slot) for slot in ("tx1", "tx2", "gk")] == [None, None, 102]
    write(cast, art, PAINTING, ("tx1", "Đ"), ("tx2", "CĐ"), who="binh")
    kept = row(art)
    assert (kept.tx1, kept.tx2, kept.gk, kept.ck) == (101, 102, 102, None)


def test_the_result_of_the_subject_follows_from_its_strands(cast: Cast, art: Any) -> None:
    every = [(slot, "Đ") for slot in ("tx1", "tx2", "gk", "ck")]
    write(cast, art, MUSIC, *every)
    saved = write(cast, art, PAINTING, *every)
    assert saved.rows[0].average == row(art).average == 101
    with scoped(EVERYTHING):
        assert StrandRow.objects.filter(class_subject=art).count() == 2


def test_a_cell_that_follows_from_strands_takes_nothing_by_itself(cast: Cast, art: Any) -> None:
    write(cast, art, MUSIC, ("tx1", "Đ"))
    outcome = write(cast, art, 0, ("tx1", "CĐ")).outcomes[0]
    assert (outcome.status, "tính từ các phân môn" in outcome.sentence) == ("refused", True)
    assert write(cast, art, 0, ("ck", "Đ")).outcomes[0].status == "saved"


def test_what_was_entered_for_the_whole_subject_stands_until_its_strands_are_there(
    cast: Cast, art: Any
) -> None:
    write(cast, art, 0, ("tx1", "CĐ"), ("tx2", "Đ"))
    write(cast, art, MUSIC, ("tx1", "Đ"))
    assert (row(art).tx1, row(art).tx2) == (102, 101)
    write(cast, art, PAINTING, ("tx1", "Đ"))
    assert (row(art).tx1, row(art).tx2) == (101, 101)
    write(cast, art, PAINTING, ("tx1", ""), base=101)
    assert (row(art).tx1, row(art).tx2) == (None, 101)


def test_two_teachers_on_one_strand_see_both_values(cast: Cast, art: Any) -> None:
    write(cast, art, MUSIC, ("tx1", "Đ"))
    second = write(cast, art, MUSIC, ("tx1", "CĐ"), who="binh").outcomes[0]
    assert (second.status, second.value, second.author) == ("conflict", 101, cast.hoa.name)


def test_a_strand_has_a_history_of_its_own(cast: Cast, art: Any) -> None:
    write(cast, art, MUSIC, ("tx1", "Đ"))
    with scoped(Scope(schools=(cast.school.pk,))):
        given = (cast.hoa.actor, art.pk, 1, cast.minh.student.pk, "tx1")
        _, of_strand = cell_history(*given, strand=MUSIC)
        _, of_other = cell_history(*given, strand=PAINTING)
    assert [one.label for one in of_strand] == [
        "Đánh giá thường xuyên 1, Nghệ thuật (Âm nhạc) 8A, học kì I"
    ]
    assert of_other == []


def test_marks_of_strands_of_a_scored_subject_only_inform(cast: Cast) -> None:
    with scoped(EVERYTHING):
        subject = make_subject("Khoa học tự nhiên", "KHTN", 10)
        science = make_class_subject(cast.school_class, subject, regular_marks=4)
        assign(cast.hoa.staff, science)
    assert write(cast, science, 2, ("gk", "8,5")).outcomes[0].status == "saved"
    assert write(cast, science, 0, ("gk", "7")).outcomes[0].status == "saved"
    assert row(science).gk == 70


def test_a_subject_without_strands_has_none(cast: Cast) -> None:
    with pytest.raises(NoSuchBook):
        write(cast, cast.maths, 1, ("gk", "7"))


def test_the_grid_switches_between_strands(cast: Cast, art: Any) -> None:
    write(cast, art, MUSIC, ("tx1", "Đ"))
    page = cast.client("hoa").get(f"/so-diem/{art.pk}/1/phan-mon/1/").content.decode()
    other = cast.client("hoa").get(f"/so-diem/{art.pk}/1/phan-mon/2/").content.decode()
    assert 'data-v="101"' in page
    assert 'data-v="101"' not in other
    assert f"/so-diem/{art.pk}/1/phan-mon/1/luu/" in page
    assert cast.client("hoa").get(f"/so-diem/{art.pk}/1/phan-mon/9/").status_code == 404


def test_what_was_never_made_up_for_becomes_kp_by_one_act(cast: Cast) -> None:
    write(cast, cast.maths, 0, ("tx1", "P"), ("gk", "P"), ("tx2", "8"))
    page = cast.client("hoa").get(f"/so-diem/{cast.maths.pk}/1/kiem-tra-bu/").content.decode()
    assert page.count(cast.minh.name) >= 2
    chosen = {"cells": f"{cast.minh.student.pk}.gk"}
    answer = cast.client("hoa").post(f"/so-diem/{cast.maths.pk}/1/kiem-tra-bu/", chosen)
    assert answer.status_code == 302
    assert (row(cast.maths).tx1, row(cast.maths).gk) == (-1, -2)
    with scoped(Scope(schools=(cast.school.pk,))):
        close_makeups(actor=cast.hoa.actor, now=NOW, class_subject_id=cast.maths.pk, term=1)
    assert (row(cast.maths).tx1, row(cast.maths).tx2) == (-2, 80)


def test_the_check_finds_a_cell_that_its_strands_do_not_bear_out(cast: Cast, art: Any) -> None:
    every = [(slot, "Đ") for slot in ("tx1", "tx2", "gk", "ck")]
    write(cast, art, MUSIC, *every)
    write(cast, art, PAINTING, *every, who="binh")
    with scoped(EVERYTHING):
        assert check_class(cast.school_class.pk).differences == ()
        MarkRow.objects.filter(class_subject=art, term=1).update(gk=102, average=102)
        found = check_class(cast.school_class.pk).differences
        told = [(one.table, one.column, one.stored, one.computed) for one in found]
        assert told[:2] == [("cells", "gk", 102, 101), ("marks", "average", 102, 101)]
        repair_class(cast.school_class.pk, now=NOW)
        assert check_class(cast.school_class.pk).differences == ()
    kept = row(art)
    assert (kept.gk, kept.average) == (101, 101)


def test_a_mark_of_the_whole_subject_without_strands_is_no_difference(cast: Cast, art: Any) -> None:
    write(cast, art, 0, ("tx1", "Đ"))
    with scoped(EVERYTHING):
        assert check_class(cast.school_class.pk).differences == ()
