"""A closed mark changes by a request only: asked, verified, consented; both values stay."""

from __future__ import annotations

import io
import re
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from pypdf import PdfReader

from khue.access.api import OutsidePlace, Refused, Role
from khue.gradebook.models import Correction, MarkRow, StudentResult
from khue.gradebook.queries import open_grid
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.corrections import corrections_of
from khue.gradebook.rules.states import State
from khue.gradebook.services import CellChange, entering
from khue.gradebook.services.class_steps import consolidate_class
from khue.gradebook.services.corrections import (
    CorrectionRefused,
    Wish,
    ask_correction,
    consent_correction,
    refuse_correction,
    verify_correction,
    withdraw_correction,
)
from khue.gradebook.services.papers import print_class_book
from khue.gradebook.services.steps import StepRefused
from khue.gradebook.tests.bookwork import full_class, put, states_of
from khue.gradebook.tests.test_trouble import at_once
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, TODAY, YEAR, Cast, make_cast, make_grant

REASON = "Cộng nhầm điểm câu 3"
PEOPLE = ["hoa", "binh", "mai", "thu", "nam", "dung", "ha", "lan", "minh", "stranger"]


@pytest.fixture
def school(cast: Cast) -> Cast:
    """Class 8A, full, every book confirmed by its teacher."""
    full_class(cast)
    put(cast, State.TEACHER_DONE)
    return cast


def at_school(cast: Cast) -> Scope:
    return Scope(schools=(cast.school.pk,))


def ask(cast: Cast, who: str = "hoa", **more: Any) -> int:
    book = cast.literature if who == "binh" else cast.maths
    given = {
        "class_subject_id": book.pk,
        "period": 1,
        "student_id": cast.minh.student.pk,
        "slot": "gk",
        "base": 70,
        "text": "9,5",
        "reason": REASON,
        **more,
    }
    with scoped(at_school(cast)):
        return ask_correction(actor=cast.people[who].actor, now=NOW, wish=Wish(**given))


def answer(cast: Cast, act: Any, who: str, number: int, **more: Any) -> bool:
    with scoped(at_school(cast)):
        return bool(act(actor=cast.people[who].actor, now=NOW, correction_id=number, **more))


def mark_of(cast: Cast, book: Any = None) -> MarkRow:
    with scoped(EVERYTHING):
        return MarkRow.objects.get(
            class_subject=book or cast.maths, student=cast.minh.student, term=1
        )


def stands(number: int) -> str:
    with scoped(EVERYTHING):
        return str(Correction.objects.get(pk=number).state)


# --- the way of a request ---------------------------------------------------------------------


def test_before_approval_the_homeroom_teacher_alone_verifies_and_both_values_stay(
    school: Cast,
) -> None:
    number = ask(school)
    assert mark_of(school).gk == 70
    assert answer(school, verify_correction, "binh", number)
    row = mark_of(school)
    assert (row.gk, row.average) == (95, 76)
    assert (stands(number), states_of(school)) == ("applied", {"teacher_done"})
    with scoped(EVERYTHING):
        line = history_of(f"mark:{school.maths.pk}.1.{school.minh.student.pk}")[0]
        grid = open_grid(school.hoa.actor, school.maths.pk, 1, TODAY)
    assert (line.action, line.old, line.new) == ("correct", "7,0", "9,5")
    assert line.reason == f"{REASON} (đề nghị: {school.hoa.name}; xác nhận: {school.binh.name})"
    assert grid.corrected[(school.minh.student.pk, "gk")] == "7,0"


@pytest.mark.parametrize("state", [State.PRINCIPAL_APPROVED, State.LOCKED])
def test_after_approval_a_leader_consents_too(school: Cast, state: State) -> None:
    put(school, state)
    number = ask(school)
    assert answer(school, verify_correction, "binh", number)
    assert (mark_of(school).gk, stands(number)) == (70, "verified")
    assert answer(school, consent_correction, "mai", number)
    assert (mark_of(school).gk, stands(number)) == (95, "applied")
    assert states_of(school) == {"principal_approved"}
    with scoped(EVERYTHING):
        line = history_of(f"mark:{school.maths.pk}.1.{school.minh.student.pk}")[0]
        acts = [one.action for one in history_of(f"correction:{number}")]
    assert line.reason.endswith(f"xác nhận: {school.binh.name}; đồng ý: {school.mai.name})")
    assert acts == ["consent", "verify", "ask"]


def test_a_consented_request_stands_in_red_ink_on_the_printed_book(school: Cast) -> None:
    put(school, State.PRINCIPAL_APPROVED)
    number = ask(school)
    answer(school, verify_correction, "binh", number)
    answer(school, consent_correction, "mai", number)
    with scoped(at_school(school)):
        book = print_class_book(
            actor=school.binh.actor, now=NOW, class_id=school.school_class.pk
        ).content
    texts = (page.extract_text() for page in PdfReader(io.BytesIO(book)).pages)
    [page] = [text for text in texts if "TOÁN – HỌC KÌ I" in text and "Minh" in text][:1]
    assert re.search(r"Triệu Quang Minh.*\b7,0\s*9,5", page), page
    assert "Trang này có sửa chữa ở 1 chỗ." in page


def test_a_class_that_is_approved_between_asking_and_verifying_needs_consent(
    school: Cast,
) -> None:
    number = ask(school)
    put(school, State.PRINCIPAL_APPROVED)
    assert answer(school, verify_correction, "binh", number)
    assert (mark_of(school).gk, stands(number)) == (70, "verified")


def test_who_leads_the_class_and_asks_is_verified_by_a_leader(school: Cast) -> None:
    number = ask(school, "binh")
    with pytest.raises(CorrectionRefused, match="Thầy cô là người đề nghị"):
        answer(school, verify_correction, "binh", number)
    assert answer(school, verify_correction, "mai", number)
    assert (mark_of(school, school.literature).gk, stands(number)) == (95, "applied")


def test_a_leader_who_verifies_in_her_place_consents_with_the_same_act(school: Cast) -> None:
    put(school, State.PRINCIPAL_APPROVED)
    number = ask(school, "binh")
    assert answer(school, verify_correction, "mai", number)
    with scoped(EVERYTHING):
        row = Correction.objects.get(pk=number)
    assert (row.state, row.verified_by, row.consented_by) == (
        "applied",
        school.mai.name,
        school.mai.name,
    )


def test_a_leader_does_not_stand_in_for_a_homeroom_teacher_who_is_there(school: Cast) -> None:
    number = ask(school)
    with pytest.raises(CorrectionRefused, match=f"chờ giáo viên chủ nhiệm .{school.binh.name}."):
        answer(school, verify_correction, "mai", number)
    put(school, State.PRINCIPAL_APPROVED)
    with pytest.raises(CorrectionRefused, match="xác nhận trước"):
        answer(school, consent_correction, "mai", number)


def test_a_leader_who_teaches_does_not_consent_to_her_own_request(school: Cast) -> None:
    put(school, State.PRINCIPAL_APPROVED)
    with scoped(EVERYTHING):
        path = school.school.organisation.path
        where = {"school": school.school, "province": school.department}
        make_grant(school.hoa.account, Role.VICE_PRINCIPAL, path, "Trường", **where)
    number = ask(school)
    answer(school, verify_correction, "binh", number)
    with pytest.raises(CorrectionRefused, match="người khác trả lời"):
        answer(school, consent_correction, "hoa", number)
    assert answer(school, consent_correction, "mai", number)


ACTS = {"verify": verify_correction, "consent": consent_correction}
WORDS = {"refuse": refuse_correction, "withdraw": withdraw_correction}
# Who may do what to a request of cô Hoa in class 8A, whose homeroom teacher is thầy Bình.
WHO = {
    ("asked", "verify"): {"binh"},
    ("asked", "consent"): set[str](),
    ("asked", "refuse"): {"binh", "mai"},
    ("asked", "withdraw"): {"hoa"},
    ("verified", "verify"): set[str](),
    ("verified", "consent"): {"mai"},
    ("verified", "refuse"): {"mai"},
    ("verified", "withdraw"): {"hoa"},
    ("refused", "verify"): set[str](),
    ("refused", "consent"): set[str](),
    ("refused", "refuse"): set[str](),
    ("refused", "withdraw"): set[str](),
}


@pytest.mark.parametrize(("state", "act"), WHO)
def test_state_by_act_by_person(school: Cast, state: str, act: str) -> None:
    put(school, State.PRINCIPAL_APPROVED)
    number = ask(school)
    with scoped(EVERYTHING):
        Correction.objects.filter(pk=number).update(state=state)

    def try_it(who: str) -> bool:
        try:
            with transaction.atomic():
                more = {"reason": "Không đúng"} if act in WORDS else {}
                done = answer(school, {**ACTS, **WORDS}[act], who, number, **more)
                transaction.set_rollback(True)
        except (CorrectionRefused, OutsidePlace, Refused):
            return False
        finally:
            delattr(connection, "khue_scope")
        return done

    assert {who for who in PEOPLE if try_it(who)} == WHO[state, act]


@pytest.mark.parametrize("act", WORDS)
def test_no_and_withdrawing_need_a_reason_and_leave_the_mark(school: Cast, act: str) -> None:
    number, who = ask(school), {"refuse": "binh", "withdraw": "hoa"}[act]
    with pytest.raises(CorrectionRefused, match="thiếu lý do"):
        answer(school, WORDS[act], who, number, reason=" ")
    assert answer(school, WORDS[act], who, number, reason="Điểm cũ đúng")
    assert mark_of(school).gk == 70
    with scoped(EVERYTHING):
        assert Correction.objects.get(pk=number).answer == "Điểm cũ đúng"
    assert ask(school) != number


# --- asking -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reason": "  "}, "thiếu lý do"),
        ({"base": 60}, "Ô điểm đã đổi từ 6,0 thành 7,0"),
        ({"text": "7"}, "đang là 7,0 rồi"),
        ({"text": "tám"}, "tám"),
    ],
)
def test_what_cannot_be_asked_is_answered_with_a_sentence(
    school: Cast, more: dict[str, Any], said: str
) -> None:
    with pytest.raises(CorrectionRefused, match=said):
        ask(school, **more)


def test_an_open_book_is_written_in_and_not_asked_about(school: Cast) -> None:
    put(school, State.OPEN, school.maths)
    with pytest.raises(CorrectionRefused, match="sửa thẳng vào ô điểm"):
        ask(school)


def test_one_request_at_a_time_for_a_cell(school: Cast) -> None:
    ask(school)
    with pytest.raises(CorrectionRefused, match=f"đề nghị sửa thành 9,5 của {school.hoa.name}"):
        ask(school, text="9")
    assert ask(school, slot="ck")
    with scoped(EVERYTHING):
        row = Correction.objects.filter(slot="gk").get()
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.parametrize(
    "more", [{"slot": "tx6"}, {"slot": "x"}, {"student_id": 999_999}, {"period": 3}]
)
def test_a_cell_that_is_not_there_is_not_found(school: Cast, more: dict[str, Any]) -> None:
    with pytest.raises(NoSuchBook):
        ask(school, **more)


@pytest.mark.parametrize("who", [one for one in PEOPLE if one != "hoa"])
def test_only_the_teacher_of_the_subject_asks(school: Cast, who: str) -> None:
    book = school.maths.pk
    with pytest.raises((OutsidePlace, Refused)):
        ask(school, who, class_subject_id=book)


def test_a_mark_can_be_asked_to_go_and_a_gap_to_be_filled(school: Cast) -> None:
    number = ask(school, text="")
    answer(school, verify_correction, "binh", number)
    assert (mark_of(school).gk, mark_of(school).average) == (None, None)
    number = ask(school, base=None, text="8")
    answer(school, verify_correction, "binh", number)
    assert mark_of(school).gk == 80


# --- what happens meanwhile -------------------------------------------------------------------


def test_a_cell_that_changed_meanwhile_is_told_and_not_overwritten(school: Cast) -> None:
    number = ask(school)
    put(school, State.OPEN, school.maths)
    with scoped(at_school(school)):
        entering.enter_marks(
            actor=school.hoa.actor,
            now=NOW,
            class_subject_id=school.maths.pk,
            term=1,
            changes=[CellChange(school.minh.student.pk, "gk", 70, 85)],
        )
    with pytest.raises(CorrectionRefused, match="đã đổi từ 7,0 thành 8,5"):
        answer(school, verify_correction, "binh", number)
    assert (mark_of(school).gk, stands(number)) == (85, "asked")
    assert answer(school, refuse_correction, "binh", number, reason="Đã sửa thẳng")


def test_results_of_the_year_follow_and_the_class_keeps_its_state(school: Cast) -> None:
    put(school, State.PRINCIPAL_APPROVED)
    for slot in ("tx1", "tx2", "tx3", "tx4", "gk", "ck"):
        number = ask(school, slot=slot, text="3")
        answer(school, verify_correction, "binh", number)
        answer(school, consent_correction, "mai", number)
    assert mark_of(school).average == 30
    with scoped(EVERYTHING):
        result = StudentResult.objects.get(student=school.minh.student)
    assert result.learning1_raw is not None
    assert states_of(school) == {"principal_approved"}


def test_a_class_is_not_consolidated_over_an_open_request(school: Cast) -> None:
    ask(school)
    with pytest.raises(StepRefused, match="còn 1 đề nghị sửa điểm"), scoped(at_school(school)):
        consolidate_class(
            actor=school.binh.actor, now=NOW, class_id=school.school_class.pk, period=1
        )


def test_a_request_of_another_school_does_not_exist(school: Cast) -> None:
    number = ask(school)
    with pytest.raises(OutsidePlace), scoped(Scope(schools=(school.other_school.pk,))):
        verify_correction(actor=school.nam.actor, now=NOW, correction_id=number)
    with scoped(EVERYTHING), pytest.raises(OutsidePlace):
        verify_correction(actor=school.nam.actor, now=NOW, correction_id=number)


def test_the_inbox_shows_each_person_what_waits_for_her(school: Cast) -> None:
    put(school, State.PRINCIPAL_APPROVED)
    first, second = ask(school), ask(school, "binh")

    def waiting(who: str) -> set[int]:
        with scoped(at_school(school)):
            lines = corrections_of(school.people[who].actor, YEAR, TODAY)
        return {line.id for line in lines if line.waits}

    assert [waiting(who) for who in ("hoa", "binh", "mai")] == [set(), {first}, {second}]
    answer(school, verify_correction, "binh", first)
    assert [waiting(who) for who in ("hoa", "binh", "mai")] == [set(), set(), {first, second}]


# --- two at once, and death in the middle -----------------------------------------------------


@pytest.fixture
def living(committed_database: str) -> tuple[Cast, str]:
    with scoped(EVERYTHING):
        cast = make_cast()
    full_class(cast)
    put(cast, State.TEACHER_DONE)
    return cast, committed_database


def test_two_clicks_at_once_apply_a_request_once(living: tuple[Cast, str]) -> None:
    cast, _ = living
    number, actor = ask(cast), cast.binh.actor

    def verify() -> bool:
        with scoped(EVERYTHING):
            return verify_correction(actor=actor, now=NOW, correction_id=number)

    assert sorted(at_once(verify, verify, verify)) == [False, False, True]
    with scoped(EVERYTHING):
        lines = history_of(f"mark:{cast.maths.pk}.1.{cast.minh.student.pk}")
    assert [one.action for one in lines] == ["correct"]


def test_two_requests_at_once_for_one_cell_leave_one(living: tuple[Cast, str]) -> None:
    cast, _ = living
    actor = cast.hoa.actor
    wish = Wish(cast.maths.pk, 1, cast.minh.student.pk, "gk", 70, "9", REASON)

    def send() -> int:
        with scoped(EVERYTHING):
            return ask_correction(actor=actor, now=NOW, wish=wish)

    found = at_once(send, send)
    assert sorted(isinstance(one, CorrectionRefused) for one in found) == [False, True]


@pytest.mark.parametrize("moment", ["write_rows", "append_changes", "refresh_results"])
def test_killed_between_verifying_and_applying_nothing_is_half_done(
    living: tuple[Cast, str], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    cast, address = living
    number, actor = ask(cast), cast.binh.actor
    real = getattr(entering, moment)

    def killed(*given: Any, **named: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            own = cursor.fetchone()[0]
        with psycopg.connect(address, autocommit=True) as owner:
            owner.execute("select pg_terminate_backend(%s, 5000)", [own])
        return real(*given, **named)

    monkeypatch.setattr(entering, moment, killed)
    with pytest.raises(OperationalError), scoped(EVERYTHING):
        verify_correction(actor=actor, now=NOW, correction_id=number)
    monkeypatch.undo()
    connection.close()
    assert (mark_of(cast).gk, stands(number)) == (70, "asked")
    with scoped(EVERYTHING):
        assert history_of(f"mark:{cast.maths.pk}.1.{cast.minh.student.pk}") == []
        assert verify_correction(actor=actor, now=NOW, correction_id=number)
    assert (mark_of(cast).gk, stands(number)) == (95, "applied")
