"""State × act × person; what a step needs; nothing slips through between check and change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.models import BookState, MarkRow, TermLock
from khue.gradebook.queries.books import NoSuchBook, find_book
from khue.gradebook.rules import states as machine
from khue.gradebook.rules.states import Act, State
from khue.gradebook.services import CellChange, enter_marks, lock_term, unlock_term
from khue.gradebook.services.class_steps import (
    approve_classes,
    consolidate_class,
    give_back_class,
    withdraw_approval,
)
from khue.gradebook.services.states import class_closed_sentence, closed_sentence
from khue.gradebook.services.steps import StepRefused, finish_book, reopen_book
from khue.gradebook.tests.bookwork import (
    fill_book,
    full_class,
    give_conduct,
    put,
    states_of,
)
from khue.gradebook.tests.primary_cast import cell, make_primary
from khue.gradebook.tests.test_trouble import at_once
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, YEAR, Cast, make_cast, make_class, make_class_subject, table

PEOPLE = ["hoa", "binh", "mai", "thu", "nam", "dung", "ha", "lan", "minh", "stranger"]
# Thầy Bình leads class 8A and teaches another subject in it; cô Mai leads the school.
WHO: dict[Act, set[str]] = {
    Act.FINISH: {"hoa"},
    Act.REOPEN: {"binh", "mai"},
    Act.CONSOLIDATE: {"binh"},
    Act.GIVE_BACK: {"binh", "mai"},
    Act.APPROVE: {"mai"},
    Act.WITHDRAW: {"mai"},
}
# For each state: what each act makes of it; True moves on, False says it was so already.
TABLE: dict[State, dict[Act, bool | None]] = {
    State.OPEN: {
        Act.FINISH: True,
        Act.REOPEN: False,
        Act.CONSOLIDATE: None,
        Act.GIVE_BACK: False,
        Act.APPROVE: None,
        Act.WITHDRAW: False,
    },
    State.TEACHER_DONE: {
        Act.FINISH: False,
        Act.REOPEN: True,
        Act.CONSOLIDATE: True,
        Act.GIVE_BACK: False,
        Act.APPROVE: None,
        Act.WITHDRAW: False,
    },
    State.HOMEROOM_CONSOLIDATED: {
        Act.FINISH: False,
        Act.REOPEN: None,
        Act.CONSOLIDATE: False,
        Act.GIVE_BACK: True,
        Act.APPROVE: True,
        Act.WITHDRAW: False,
    },
    State.PRINCIPAL_APPROVED: {
        Act.FINISH: False,
        Act.REOPEN: None,
        Act.CONSOLIDATE: False,
        Act.GIVE_BACK: None,
        Act.APPROVE: True,
        Act.WITHDRAW: True,
    },
    State.LOCKED: {
        Act.FINISH: None,
        Act.REOPEN: None,
        Act.CONSOLIDATE: False,
        Act.GIVE_BACK: None,
        Act.APPROVE: None,
        Act.WITHDRAW: None,
    },
}


def take(cast: Cast, act: Act, who: str, **more: Any) -> bool:
    """One act by one person on maths of class 8A or on the class, in term I."""
    book = {"class_subject_id": cast.maths.pk}
    room = {"class_id": cast.school_class.pk}
    why = {"reason": "Còn điểm phải xem lại"}
    calls: dict[Act, tuple[Callable[..., Any], dict[str, Any]]] = {
        Act.FINISH: (finish_book, book),
        Act.REOPEN: (reopen_book, book | why),
        Act.CONSOLIDATE: (consolidate_class, room),
        Act.GIVE_BACK: (give_back_class, room | why),
        Act.WITHDRAW: (withdraw_approval, room | why),
        Act.APPROVE: (approve_classes, {"class_ids": [cast.school_class.pk]}),
    }
    call, given = calls[act]
    actor = cast.people[who].actor
    with scoped(Scope(schools=(cast.school.pk,))):
        done = call(**{"actor": actor, "now": NOW, "period": 1, **given, **more})
    return bool(done.classes) if act is Act.APPROVE else bool(done)


def outcome(cast: Cast, act: Act, who: str) -> bool | str | None:
    """True, False, None for a refused step, or how the gate answered; nothing stays."""
    try:
        with transaction.atomic():
            done = take(cast, act, who)
            transaction.set_rollback(True)
    except StepRefused:
        return None
    except (OutsidePlace, Refused):
        return "gate"
    finally:
        delattr(connection, "khue_scope")
    return None if act is Act.APPROVE and not done else done


@pytest.mark.parametrize("state", list(State))
def test_every_act_in_every_state_by_every_person(cast: Cast, state: State) -> None:
    full_class(cast)
    put(cast, state)
    found = {(act, who): outcome(cast, act, who) for act in TABLE[state] for who in PEOPLE}
    expected = {
        (act, who): TABLE[state][act] if who in WHO[act] else "gate"
        for act in TABLE[state]
        for who in PEOPLE
    }
    assert found == expected


def test_the_whole_way_there_and_back_is_in_the_ledger(cast: Cast) -> None:
    full_class(cast)
    put(cast, State.TEACHER_DONE, cast.literature, cast.sports)
    for act, who in [
        (Act.FINISH, "hoa"),
        (Act.CONSOLIDATE, "binh"),
        (Act.APPROVE, "mai"),
        (Act.WITHDRAW, "mai"),
        (Act.GIVE_BACK, "binh"),
        (Act.REOPEN, "binh"),
    ]:
        assert take(cast, act, who)
    with scoped(EVERYTHING):
        own = history_of(f"book:{cast.maths.pk}.1")
        whole = history_of(f"classbook:{cast.school_class.pk}.1")
        row = BookState.objects.get(class_subject=cast.maths)
    assert [(one.action, one.actor_name) for one in own] == [
        ("reopen", cast.binh.name),
        ("finish", cast.hoa.name),
    ]
    assert [one.action for one in whole] == ["give_back", "withdraw", "approve", "consolidate"]
    assert whole[0].reason == "Còn điểm phải xem lại"
    assert whole[2].new == "Hiệu trưởng đã duyệt"
    assert (row.state, row.changed_by) == ("open", cast.binh.name)


@pytest.mark.parametrize("act", [Act.REOPEN, Act.GIVE_BACK, Act.WITHDRAW])
def test_a_step_back_needs_a_reason(cast: Cast, act: Act) -> None:
    put(cast, machine.before(act)[0])
    with pytest.raises(StepRefused, match="thiếu lý do"):
        take(cast, act, "mai", reason="  ")


def test_a_second_click_changes_nothing_and_says_nothing_new(cast: Cast) -> None:
    full_class(cast)
    assert take(cast, Act.FINISH, "hoa")
    assert not take(cast, Act.FINISH, "hoa", now=NOW + timedelta(minutes=1))
    with scoped(EVERYTHING):
        assert len(history_of(f"book:{cast.maths.pk}.1")) == 1
        assert BookState.objects.get(class_subject=cast.maths).changed_at == NOW


def test_a_book_with_gaps_is_not_done_and_the_sentence_names_whose(cast: Cast) -> None:
    full_class(cast)
    with scoped(EVERYTHING):
        rows = MarkRow.objects.filter(class_subject_id=cast.maths.pk)
        rows.filter(student=cast.minh.student).update(gk=None, ck=-1)
        rows.filter(student=cast.classmates[0]).delete()
    with pytest.raises(StepRefused) as refused:
        take(cast, Act.FINISH, "hoa")
    sentence = str(refused.value)
    assert "còn 7 lần đánh giá chưa nhập của 2 học sinh" in sentence
    assert "còn 1 lần chờ kiểm tra bù của 1 học sinh: Triệu Quang Minh (cuối kì)" in sentence
    assert cast.classmates[0].name in sentence
    assert states_of(cast) == {"open"}


def test_who_is_exempt_or_brought_the_term_along_lacks_nothing(cast: Cast) -> None:
    full_class(cast)
    with scoped(EVERYTHING):
        MarkRow.objects.filter(class_subject_id=cast.maths.pk).exclude(
            student=cast.classmates[2]
        ).delete()
        fields = {
            "year": YEAR,
            "school": cast.school,
            "province": cast.department,
        }
        for pupil, kind in [(cast.minh.student, "exempt"), (cast.classmates[0], "plan")]:
            table("gradebook.SubjectCircumstance").objects.create(
                class_subject=cast.maths, student=pupil, kind=kind, **fields
            )
        table("gradebook.CarriedResult").objects.create(
            subject=cast.maths.subject, student=cast.classmates[1], term=1, value=80, **fields
        )
    assert take(cast, Act.FINISH, "hoa")


def test_a_subject_of_the_other_term_only_is_not_waited_for(cast: Cast) -> None:
    full_class(cast)
    put(cast, State.TEACHER_DONE, cast.maths, cast.literature)
    with scoped(EVERYTHING):
        table("organisations.ClassSubject").objects.filter(pk=cast.sports.pk).update(
            periods_term1=0
        )
    assert take(cast, Act.CONSOLIDATE, "binh")


def test_a_class_is_consolidated_when_all_books_are_done_and_conduct_is_given(cast: Cast) -> None:
    full_class(cast)
    put(cast, State.TEACHER_DONE, cast.maths)
    with pytest.raises(StepRefused, match=r"còn 2 môn chưa.*Văn, GDTC"):
        take(cast, Act.CONSOLIDATE, "binh")
    put(cast, State.TEACHER_DONE)
    give_conduct(cast, level=None)
    with pytest.raises(StepRefused, match=r"Còn 4 học sinh.*rèn luyện"):
        take(cast, Act.CONSOLIDATE, "binh")
    give_conduct(cast)
    assert take(cast, Act.CONSOLIDATE, "binh")
    assert states_of(cast) == {"homeroom_consolidated"}


def test_a_subject_added_later_brings_the_class_back_to_its_teacher(cast: Cast) -> None:
    full_class(cast)
    put(cast, State.PRINCIPAL_APPROVED, cast.maths, cast.literature)
    with pytest.raises(StepRefused, match="còn 1 môn"):
        take(cast, Act.CONSOLIDATE, "binh")
    assert take(cast, Act.FINISH, "hoa", class_subject_id=cast.sports.pk)
    assert take(cast, Act.CONSOLIDATE, "binh")
    assert states_of(cast) == {"principal_approved", "homeroom_consolidated"}


def test_many_classes_are_approved_in_few_statements(cast: Cast) -> None:
    with scoped(EVERYTHING):
        rooms = [make_class(cast.school, f"9{letter}") for letter in "ABCDEFGHIJKL"]
        for room in rooms:
            for book in (cast.maths, cast.literature, cast.sports):
                made = make_class_subject(room, book.subject)
                BookState.objects.create(
                    class_subject=made,
                    period=1,
                    school=cast.school,
                    province=cast.department,
                    year=YEAR,
                    state=State.HOMEROOM_CONSOLIDATED,
                    changed_at=NOW,
                    changed_by="Ai đó",
                )
    wanted = [room.pk for room in rooms]
    actor = cast.mai.actor
    with scoped(Scope(schools=(cast.school.pk,))), CaptureQueriesContext(connection) as asked:
        done = approve_classes(
            actor=actor, now=NOW, class_ids=[*wanted, cast.school_class.pk], period=1
        )
    assert (len(done.classes), len(done.refused)) == (12, 1)
    assert "8A: giáo viên chủ nhiệm chưa tổng hợp" in done.refused[0]
    assert len(asked) <= 8
    with scoped(EVERYTHING):
        assert BookState.objects.filter(state=State.PRINCIPAL_APPROVED).count() == 36


def test_a_class_of_another_school_cannot_be_slipped_in(cast: Cast) -> None:
    with pytest.raises(OutsidePlace), scoped(EVERYTHING):
        approve_classes(
            actor=cast.mai.actor,
            now=NOW,
            class_ids=[cast.school_class.pk, cast.other_class.pk],
            period=1,
        )


def test_a_period_that_does_not_exist_is_not_found(cast: Cast) -> None:
    with pytest.raises(NoSuchBook):
        take(cast, Act.CONSOLIDATE, "binh", period=3)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.OPEN, ""),
        (State.TEACHER_DONE, "đã được xác nhận nhập xong (Ai đó, 20/11/2026 09:00)"),
        (State.HOMEROOM_CONSOLIDATED, "đã được giáo viên chủ nhiệm tổng hợp"),
        (State.PRINCIPAL_APPROVED, "lãnh đạo trường đồng ý"),
        (State.LOCKED, "đã khóa (Lương Thị Mai"),
    ],
)
def test_a_book_beyond_its_teacher_takes_no_mark_and_says_why(
    cast: Cast, state: State, said: str
) -> None:
    put(cast, state)
    change = CellChange(cast.minh.student.pk, "gk", None, "7,5")
    with scoped(Scope(schools=(cast.school.pk,))):
        saved = enter_marks(
            actor=cast.hoa.actor,
            now=NOW,
            class_subject_id=cast.maths.pk,
            term=1,
            changes=[change],
        )
    assert saved.outcomes[0].status == ("refused" if said else "saved")
    assert said in saved.outcomes[0].sentence


def test_what_closes_a_book_is_asked_in_one_statement(cast: Cast) -> None:
    with scoped(EVERYTHING):
        book = find_book(cast.maths.pk)
        with CaptureQueriesContext(connection) as asked:
            assert closed_sentence(book, 1, NOW) == ""
        assert len(asked) == 1


@pytest.mark.parametrize("state", list(State))
def test_the_work_of_the_homeroom_teacher_closes_with_the_class(cast: Cast, state: State) -> None:
    put(cast, state)
    with scoped(EVERYTHING):
        said = class_closed_sentence(cast.school_class.pk, 1, NOW)
    assert bool(said) == machine.is_at_least(state, State.HOMEROOM_CONSOLIDATED)


def test_the_lock_of_the_school_closes_every_book_and_gives_each_its_state_back(
    cast: Cast,
) -> None:
    put(cast, State.TEACHER_DONE, cast.maths)
    leader = {"actor": cast.mai.actor, "now": NOW, "school_id": cast.school.pk, "year": YEAR}
    with scoped(EVERYTHING):
        lock_term(**leader, term=1)
        for book in (cast.maths, cast.literature):
            assert "đã khóa" in closed_sentence(find_book(book.pk), 1, NOW)
        unlock_term(**leader, term=1, reason="Còn hai lớp")
        assert "xác nhận nhập xong" in closed_sentence(find_book(cast.maths.pk), 1, NOW)
        assert closed_sentence(find_book(cast.literature.pk), 1, NOW) == ""
        assert not TermLock.objects.exists()


# --- the dictionary ---------------------------------------------------------------------------


def test_every_state_can_be_reached_and_left() -> None:
    targets = {step.after for steps in machine.STEPS.values() for step in steps.values()}
    assert targets >= set(State) - {State.PRINCIPAL_APPROVED}
    assert all(machine.STEPS[state] for state in State)


def test_an_act_leads_to_one_place_and_every_step_back_has_a_reason() -> None:
    for act in Act:
        places = {steps[act].after for steps in machine.STEPS.values() if act in steps}
        assert len(places) == 1, act
    for state, steps in machine.STEPS.items():
        for step in steps.values():
            backwards = step.after is None or not machine.is_at_least(step.after, state)
            assert step.needs_reason == backwards, (state, step)


def test_the_picture_in_the_documentation_is_drawn_from_the_dictionary() -> None:
    page = Path(__file__).parents[3] / "docs/explanation/states-of-a-book.md"
    assert machine.diagram() in page.read_text()


# --- two at once ------------------------------------------------------------------------------


@pytest.fixture
def living(committed_database: str) -> Cast:
    del committed_database
    with scoped(EVERYTHING):
        cast = make_cast()
    full_class(cast)
    return cast


def test_no_write_slips_between_the_check_and_the_step(living: Cast) -> None:
    cast, actor = living, living.hoa.actor

    def erase() -> Any:
        change = CellChange(cast.minh.student.pk, "gk", 70, "")
        with scoped(EVERYTHING):
            return enter_marks(
                actor=actor, now=NOW, class_subject_id=cast.maths.pk, term=1, changes=[change]
            )

    def finish() -> Any:
        with scoped(EVERYTHING):
            return finish_book(actor=actor, now=NOW, class_subject_id=cast.maths.pk, period=1)

    for _ in range(5):
        fill_book(cast, cast.maths)
        put(cast, State.OPEN)
        saved, finished = at_once(erase, finish)
        with scoped(EVERYTHING):
            gap = MarkRow.objects.filter(class_subject_id=cast.maths.pk, gk=None).exists()
        erased = saved.outcomes[0].status == "saved"
        assert (erased, isinstance(finished, StepRefused)) in {(True, True), (False, False)}
        assert gap == erased


def test_three_clicks_at_once_finish_a_book_once(living: Cast) -> None:
    cast, actor = living, living.hoa.actor

    def finish() -> bool:
        with scoped(EVERYTHING):
            return finish_book(actor=actor, now=NOW, class_subject_id=cast.maths.pk, period=1)

    assert sorted(at_once(finish, finish, finish)) == [False, False, True]
    with scoped(EVERYTHING):
        assert len(history_of(f"book:{cast.maths.pk}.1")) == 1


def test_a_class_is_not_consolidated_while_one_of_its_books_is_opened_again(living: Cast) -> None:
    cast, homeroom, leader = living, living.binh.actor, living.mai.actor
    put(cast, State.TEACHER_DONE)

    def consolidate() -> bool:
        with scoped(EVERYTHING):
            room = cast.school_class.pk
            return consolidate_class(actor=homeroom, now=NOW, class_id=room, period=1)

    def reopen() -> bool:
        with scoped(EVERYTHING):
            book = cast.maths.pk
            return reopen_book(
                actor=leader, now=NOW, class_subject_id=book, period=1, reason="Sót một bài"
            )

    done = at_once(consolidate, reopen)
    assert [isinstance(one, StepRefused) for one in done].count(True) == 1
    assert states_of(cast) in ({"homeroom_consolidated"}, {"teacher_done", "open"})


# --- primary ----------------------------------------------------------------------------------


def test_a_primary_book_is_done_when_every_level_and_test_is_there(cast: Cast) -> None:
    with scoped(EVERYTHING):
        primary = make_primary(cast)
    book = {"class_subject_id": primary.maths.pk, "period": 2}
    with pytest.raises(StepRefused, match="của 3 học sinh: Cam Thị An"):
        take(cast, Act.FINISH, "hoa", **book)
    for slot, text in [("level", "T"), ("test", "9")]:
        primary.levels(primary.maths, 2, [cell(one, slot, text) for one in primary.pupils])
    assert take(cast, Act.FINISH, "hoa", **book)
    saved = primary.levels(primary.maths, 2, [cell(primary.pupils[0], "level", "H", 1)])
    assert saved.outcomes[0].status == "refused"
    assert "mở lại sổ" in saved.outcomes[0].sentence
    page = cast.client("hoa").get(f"/tieu-hoc/mon/{primary.maths.pk}/2/").content.decode()
    assert "Giáo viên đã xong" in page
    leader = cast.client("mai")
    seen = leader.get(f"/tinh-hinh-so-diem/{cast.school.pk}/?ky=d2").content.decode()
    assert f'href="/tieu-hoc/mon/{primary.maths.pk}/2/"' in seen
    assert "Cuối học kì I" in seen
    steps = leader.get(f"/so-diem/{primary.maths.pk}/3/cac-buoc/")
    assert steps.status_code == 200
    for part in ("con-lai", "can-xem"):
        shown = leader.get(f"/tinh-hinh-so-diem/{cast.school.pk}/?ky=d2&muc={part}")
        assert shown.status_code == 200


def test_a_primary_class_waits_for_qualities_and_competences(cast: Cast) -> None:
    with scoped(EVERYTHING):
        primary = make_primary(cast)
        for subject in primary.subjects:
            BookState.objects.create(
                class_subject=subject,
                period=1,
                school=cast.school,
                province=cast.department,
                year=YEAR,
                state=State.TEACHER_DONE,
                changed_at=NOW,
                changed_by="Ai đó",
            )
    with pytest.raises(StepRefused, match="Còn 3 học sinh lớp 4A chưa được đánh giá phẩm chất"):
        take(cast, Act.CONSOLIDATE, "binh", class_id=primary.room.pk)
