"""Marks go through the service: exact, guarded, never over a newer value, never twice."""

from __future__ import annotations

import random
import uuid
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.models import MarkRow, Progress
from khue.gradebook.services import (
    AlreadyLocked,
    CellChange,
    Saved,
    enter_marks,
    lock_term,
    recount_progress,
    recount_stale,
    unlock_term,
)
from khue.gradebook.services.merging import TABLES, move_marks, return_marks
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, NOTHING, Scope, scoped, set_scope
from tests.cast import NOW, Cast, enrol, make_student


def enter(cast: Cast, *changes: CellChange, who: str = "hoa", **more: Any) -> Saved:
    given = {"class_subject_id": cast.maths.pk, "term": 1, "now": NOW, **more}
    with scoped(Scope(schools=(cast.school.pk,))):
        return enter_marks(actor=cast.people[who].actor, changes=list(changes), **given)


def minh(cast: Cast, slot: str, value: int | str | None, base: int | None = None) -> CellChange:
    return CellChange(cast.minh.student.pk, slot, base, value)


def row_of(cast: Cast, student: Any = None) -> MarkRow:
    with scoped(EVERYTHING):
        return MarkRow.objects.get(
            class_subject_id=cast.maths.pk, term=1, student=student or cast.minh.student
        )


def history(cast: Cast) -> list[Any]:
    with scoped(EVERYTHING):
        return history_of(f"mark:{cast.maths.pk}.1.{cast.minh.student.pk}")


def test_a_mark_is_kept_with_its_author_in_the_ledger(cast: Cast) -> None:
    saved = enter(cast, minh(cast, "gk", "7,5"))
    assert [(one.status, one.value, one.text) for one in saved.outcomes] == [("saved", 75, "7,5")]
    assert row_of(cast).gk == 75
    line = history(cast)[0]
    assert (line.actor_name, line.action, line.old, line.new) == (
        cast.hoa.name,
        "enter",
        None,
        "7,5",
    )
    assert line.label == "Điểm giữa kì, Toán 8A, học kì I"


def test_the_progress_count_moves_with_the_mark(cast: Cast) -> None:
    saved = enter(cast, minh(cast, "gk", 75), minh(cast, "tx1", -1), minh(cast, "tx2", -2))
    assert (saved.progress.entered, saved.progress.due) == (2, 4 * 6)
    kept = Progress.objects.get(class_subject_id=cast.maths.pk, term=1)
    assert (kept.entered, kept.due) == (2, 24)


def test_averages_agree_with_exact_fractions(cast: Cast) -> None:
    dice = random.Random(22)
    slots = ["tx1", "tx2", "tx3", "tx4", "gk", "ck"]
    for _ in range(25):
        marks = [dice.randint(0, 100) for _ in slots]
        with scoped(EVERYTHING):
            before = MarkRow.objects.filter(class_subject_id=cast.maths.pk).first()
        saved = enter(
            cast,
            *[
                minh(cast, slot, mark, getattr(before, slot, None))
                for slot, mark in zip(slots, marks, strict=True)
            ],
        )
        exact = Fraction(sum(marks[:4]) + 2 * marks[4] + 3 * marks[5], 9)
        assert saved.rows[0].average == row_of(cast).average == int(exact + Fraction(1, 2))


def test_no_average_before_every_mark_is_there_but_a_provisional_one(cast: Cast) -> None:
    saved = enter(cast, minh(cast, "tx1", 80), minh(cast, "gk", 70))
    assert (saved.rows[0].average, saved.rows[0].provisional) == (None, 73)
    assert row_of(cast).average is None


def test_a_comment_subject_takes_only_its_two_levels(cast: Cast) -> None:
    cast.hoa.account.refresh_from_db()
    from tests.cast import assign

    with scoped(EVERYTHING):
        assign(cast.hoa.staff, cast.sports)
    sports = {"class_subject_id": cast.sports.pk}
    wrong = enter(cast, minh(cast, "gk", "8"), minh(cast, "ck", 80), **sports)
    assert [one.status for one in wrong.outcomes] == ["refused", "refused"]
    assert "Đ (Đạt)" in wrong.outcomes[0].sentence
    right = enter(cast, *[minh(cast, slot, "d") for slot in ["tx1", "tx2", "gk", "ck"]], **sports)
    assert right.rows[0].average == 101


@pytest.mark.parametrize("typed", ["101", "-1", "7,55", "tám", "=8+1"])
def test_what_is_no_mark_is_refused_with_a_sentence_and_the_rest_is_saved(
    cast: Cast, typed: str
) -> None:
    saved = enter(cast, minh(cast, "gk", typed), minh(cast, "ck", "9"))
    assert [one.status for one in saved.outcomes] == ["refused", "saved"]
    assert typed in saved.outcomes[0].sentence
    assert (row_of(cast).gk, row_of(cast).ck) == (None, 90)


def test_a_column_that_the_subject_does_not_have_is_refused(cast: Cast) -> None:
    assert enter(cast, minh(cast, "tx5", 80)).outcomes[0].status == "refused"


def test_two_people_on_one_cell_see_both_values(cast: Cast) -> None:
    enter(cast, minh(cast, "gk", 70))
    second = enter(cast, minh(cast, "gk", 90, base=None)).outcomes[0]
    assert (second.status, second.value, second.author) == ("conflict", 70, cast.hoa.name)
    assert second.at == "20/11/2026 09:00"
    assert row_of(cast).gk == 70
    chosen = enter(cast, minh(cast, "gk", 90, base=70)).outcomes[0]
    assert (chosen.status, row_of(cast).gk) == ("saved", 90)


def test_the_same_value_is_no_conflict_and_leaves_no_trace(cast: Cast) -> None:
    enter(cast, minh(cast, "gk", 70))
    assert enter(cast, minh(cast, "gk", 70)).outcomes[0].status == "same"
    assert len(history(cast)) == 1


def test_the_same_operation_sent_twice_is_applied_once(cast: Cast) -> None:
    operation = uuid.uuid4()
    first = enter(cast, minh(cast, "gk", 70), operation_id=operation)
    enter(cast, minh(cast, "gk", 40, base=70))
    again = enter(cast, minh(cast, "gk", 70), operation_id=operation)
    assert [one.outcomes[0].status for one in (first, again)] == ["saved", "saved"]
    assert again.outcomes[0].value == row_of(cast).gk == 40
    assert len(history(cast)) == 2


def test_a_slip_put_right_at_once_is_no_correction_but_a_later_change_is(cast: Cast) -> None:
    enter(cast, minh(cast, "gk", 70))
    enter(cast, minh(cast, "gk", 75, base=70), now=NOW + timedelta(minutes=1))
    late = enter(cast, minh(cast, "gk", 80, base=75), now=NOW + timedelta(hours=2))
    assert [line.action for line in history(cast)] == ["correct", "change", "enter"]
    assert late.outcomes[0].struck == "7,5"


def test_a_pupil_who_left_is_locked(cast: Cast) -> None:
    with scoped(EVERYTHING):
        gone = make_student(cast.school, "Lò Thị Mây", "F")
        enrol(gone, cast.school_class, status="transferred", ends_on=date(2026, 11, 5))
    outcome = enter(cast, CellChange(gone.pk, "gk", None, 80)).outcomes[0]
    assert outcome.status == "refused"
    assert "rời lớp ngày 05/11/2026" in outcome.sentence


def test_a_pupil_of_another_class_is_not_here(cast: Cast) -> None:
    outcome = enter(cast, CellChange(cast.other_student.pk, "gk", None, 80)).outcomes[0]
    assert (outcome.status, outcome.value) == ("refused", None)


def test_a_closed_term_takes_no_mark_until_it_is_opened_with_a_reason(cast: Cast) -> None:
    term = {"school_id": cast.school.pk, "year": 2026, "term": 1, "now": NOW}
    with scoped(Scope(schools=(cast.school.pk,))):
        lock_term(actor=cast.mai.actor, **term)
        with pytest.raises(AlreadyLocked):
            lock_term(actor=cast.mai.actor, **term)
    refused = enter(cast, minh(cast, "gk", 70)).outcomes[0]
    assert refused.status == "refused"
    assert cast.mai.name in refused.sentence
    with scoped(Scope(schools=(cast.school.pk,))):
        unlock_term(actor=cast.mai.actor, reason="Vào nhầm điểm lớp 8A", **term)
    assert enter(cast, minh(cast, "gk", 70)).outcomes[0].status == "saved"


def test_only_the_teacher_of_the_subject_writes(cast: Cast) -> None:
    for who in ["mai", "thu", "binh"]:
        with pytest.raises(Refused):
            enter(cast, minh(cast, "gk", 70), who=who)
    for who in ["nam", "lan", "minh", "stranger"]:
        with pytest.raises(OutsidePlace):
            enter(cast, minh(cast, "gk", 70), who=who)


def test_only_leaders_close_a_term(cast: Cast) -> None:
    term = {"school_id": cast.school.pk, "year": 2026, "term": 1, "now": NOW}
    with pytest.raises(Refused):
        lock_term(actor=cast.hoa.actor, **term)
    with pytest.raises(OutsidePlace):
        lock_term(actor=cast.nam.actor, **term)


def test_the_fence_hides_marks_of_another_school(cast: Cast) -> None:
    enter(cast, minh(cast, "gk", 70))
    with scoped(Scope(schools=(cast.other_school.pk,))):
        assert MarkRow.objects.count() == 0
    set_scope(NOTHING)
    assert MarkRow.objects.count() == 0
    with scoped(Scope(students=(cast.minh.student.pk,))):
        assert MarkRow.objects.count() == 1


def _class_of(cast: Cast, size: int) -> list[int]:
    with scoped(EVERYTHING):
        made = [make_student(cast.school, f"Lý Văn Số {number}") for number in range(size)]
        for student in made:
            enrol(student, cast.school_class)
    return [student.pk for student in made]


def test_a_column_of_forty_five_is_one_save_of_few_statements(cast: Cast) -> None:
    students = _class_of(cast, 45)
    column = [CellChange(one, "gk", None, 75) for one in students]
    actor = cast.hoa.actor
    with scoped(Scope(schools=(cast.school.pk,))), CaptureQueriesContext(connection) as seen:
        saved = enter_marks(
            actor=actor, now=NOW, class_subject_id=cast.maths.pk, term=1, changes=column
        )
    assert {one.status for one in saved.outcomes} == {"saved"}
    assert len(seen) <= 13, [one["sql"][:80] for one in seen]


def test_counting_in_one_statement_agrees_with_counting_at_each_save(cast: Cast) -> None:
    enter(cast, minh(cast, "gk", 75), minh(cast, "tx1", -1), minh(cast, "ck", -2))
    with scoped(EVERYTHING):
        before = list(Progress.objects.values_list("class_subject_id", "term", "due", "entered"))
        assert recount_progress(now=NOW, school_id=cast.school.pk) == 7
        assert recount_progress(now=NOW) == 2
    after = set(Progress.objects.values_list("class_subject_id", "term", "due", "entered"))
    assert set(before) <= after
    assert len(after) == 10


def test_pupils_who_come_and_go_change_what_is_due(cast: Cast) -> None:
    with scoped(EVERYTHING):
        assert recount_stale(now=NOW) == 5
        assert recount_stale(now=NOW) == 0
        enrol(make_student(cast.school, "Lò Thị Mây", "F"), cast.school_class)
        assert recount_stale(now=NOW) == 3
    assert Progress.objects.get(class_subject_id=cast.maths.pk, term=2).due == 5 * 6


def test_marks_follow_a_merge_and_come_back(cast: Cast) -> None:
    kept, gone = cast.minh.student.pk, cast.classmates[0].pk
    enter(cast, CellChange(gone, "gk", None, 70))
    enter(cast, CellChange(gone, "gk", None, 40), minh(cast, "gk", 90), term=2)
    with scoped(EVERYTHING):
        moved = move_marks(gone, kept)
        held = MarkRow.objects.order_by("term", "student_id").values_list("term", "student_id")
        assert sorted(held) == sorted([(1, kept), (2, kept), (2, gone)])
        return_marks(moved, gone, kept)
        assert MarkRow.objects.filter(student_id=gone).count() == 2


def test_everything_that_is_kept_of_a_pupil_can_follow_a_merge(cast: Cast) -> None:
    """No table about one pupil is forgotten, and each statement runs."""
    told = {
        model._meta.db_table.removeprefix("gradebook_")
        for model in apps.get_app_config("gradebook").get_models()
        if any(field.name == "student" for field in model._meta.get_fields())
    }
    assert told == set(TABLES)
    with scoped(EVERYTHING):
        assert set(move_marks(cast.classmates[0].pk, cast.minh.student.pk)) == told
