"""Composing and the steps before signing: what is missing, what differs, who may."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from khue.access.api import OutsidePlace, Refused, scope_of
from khue.gradebook.tests.yearwork import JUNE, write
from khue.ledger.api import history_of, reads_of
from khue.transcripts.models import Transcript, TranscriptYear, Version
from khue.transcripts.rules.states import Act
from khue.transcripts.services.composing import compose_class
from khue.transcripts.services.previewing import previewed
from khue.transcripts.services.steps import CHANGED, Stepped, take_step
from khue.transcripts.tests.yearbook import (
    act,
    approve_books,
    bring_to_confirmed,
    change_mark,
    comment_all,
    compose,
    facts_of,
    finish_class,
    newest,
    pupils_of,
    states,
    versions_of,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import YEAR, Cast, enrol, make_student, table


def sentences(stepped: Stepped, student: Any) -> str:
    return " ".join(
        told for one in stepped.refused if one.student_id == student.pk for told in one.sentences
    )


def test_a_class_is_composed_once_and_again_without_change(cast: Cast) -> None:
    finish_class(cast)
    assert len(compose(cast).made) == 4
    first = newest(cast.minh.student)
    assert (first.number, first.state) == (1, "draft")
    again = compose(cast)
    assert (again.written, len(again.same)) == (0, 4)
    assert newest(cast.minh.student).body_digest == first.body_digest


def test_what_is_composed_says_what_the_book_says(cast: Cast) -> None:
    finish_class(cast)
    compose(cast)
    facts = facts_of(cast.minh.student)
    maths = next(one for one in facts.subjects if one.name == "Toán")
    assert (maths.term1, maths.term2, maths.year) == ("7,5", "7,5", "7,5")
    assert (maths.teacher, maths.comment) == ("Nông Thị Hoa", "Nắm chắc kiến thức.")
    assert (facts.conduct.year, facts.outcome, facts.remark) == ("Tốt", "PROMOTED", "Chăm ngoan.")
    assert (facts.pupil.name, facts.pupil.mother) == ("Triệu Quang Minh", "Đàm Thị Lan")
    with scoped(EVERYTHING):
        assert facts.head.code == Transcript.objects.get(student=cast.minh.student).code
    assert not re.search(r"\d{6}", facts.head.code)


def test_missing_comments_conduct_and_remarks_are_named(cast: Cast) -> None:
    finish_class(cast, comments=False)
    with scoped(EVERYTHING):
        table("gradebook.StudentResult").objects.filter(student=cast.minh.student).update(
            remark2="", conduct_year=None, absent_with=None, absent_without=None
        )
        table("records.Student").objects.filter(pk=cast.minh.student.pk).update(ethnic_group="")
    compose(cast)
    told = sentences(act(cast, "binh", Act.COMPLETE), cast.minh.student)
    assert "Toán: chưa có nhận xét của giáo viên." in told
    assert "Chưa có kết quả rèn luyện cả năm." in told
    assert "Chưa ghi số buổi nghỉ học." in told
    assert "Chưa có nhận xét của giáo viên chủ nhiệm." in told
    assert "Hồ sơ học sinh chưa có dân tộc." in told
    assert states(cast) == ["draft"] * 4


def test_one_pupil_alone_may_go_ahead(cast: Cast) -> None:
    finish_class(cast, comments=False)
    with scoped(EVERYTHING):
        comment_all(cast, cast.minh.student)
    compose(cast)
    stepped = act(cast, "binh", Act.COMPLETE)
    assert stepped.done == [cast.minh.student.pk]
    assert len(stepped.refused) == 3
    assert states(cast) == ["complete", "draft", "draft", "draft"]


def test_books_that_nobody_approved_hold_the_check_back(cast: Cast) -> None:
    finish_class(cast, approved=False)
    compose(cast)
    act(cast, "binh", Act.COMPLETE)
    told = sentences(act(cast, "thu", Act.VERIFY), cast.minh.student)
    assert "Sổ học kì II chưa đến bước “Hiệu trưởng đã duyệt”" in told
    with scoped(EVERYTHING):
        approve_books(cast)
    assert len(act(cast, "thu", Act.VERIFY).done) == 4


def test_how_far_books_must_have_come_is_a_choice_of_the_house(cast: Cast, settings: Any) -> None:
    settings.TRANSCRIPT_BOOKS = "locked"
    finish_class(cast)
    compose(cast)
    act(cast, "binh", Act.COMPLETE)
    assert "Đã khóa sổ" in sentences(act(cast, "thu", Act.VERIFY), cast.minh.student)


def test_no_step_is_skipped(cast: Cast) -> None:
    finish_class(cast)
    compose(cast)
    for step in (Act.VERIFY, Act.RECONCILE):
        stepped = act(cast, "thu", step, student_ids=[cast.minh.student.pk])
        assert stepped.done == []
        assert "đang ở trạng thái “Bản thảo”" in sentences(stepped, cast.minh.student)


@pytest.mark.parametrize("step", [Act.VERIFY, Act.RECONCILE])
def test_a_mark_that_changed_meanwhile_begins_again(cast: Cast, step: Act) -> None:
    finish_class(cast)
    compose(cast)
    act(cast, "binh", Act.COMPLETE)
    if step is Act.RECONCILE:
        act(cast, "thu", Act.VERIFY)
    change_mark(cast, cast.minh.student, 90)
    stepped = act(cast, "thu", step)
    assert len(stepped.done) == 3
    assert sentences(stepped, cast.minh.student) == CHANGED
    assert newest(cast.minh.student).state == "draft"
    assert [one.number for one in versions_of(cast.minh.student)] == [1]
    maths = next(one for one in facts_of(cast.minh.student).subjects if one.name == "Toán")
    assert maths.year == "9,0"


def test_a_name_that_changed_in_the_file_is_seen_when_it_is_reconciled(cast: Cast) -> None:
    finish_class(cast)
    compose(cast)
    act(cast, "binh", Act.COMPLETE)
    act(cast, "thu", Act.VERIFY)
    with scoped(EVERYTHING):
        table("records.Student").objects.filter(pk=cast.minh.student.pk).update(
            name="Triệu Quang Mình"
        )
    stepped = act(cast, "thu", Act.RECONCILE)
    assert sentences(stepped, cast.minh.student) == CHANGED
    assert facts_of(cast.minh.student).pupil.name == "Triệu Quang Mình"


def test_after_the_summer_both_values_stand(cast: Cast) -> None:
    """Toán 3,0 was assessed again in August and is 6,0 now; the year itself keeps 3,0."""
    finish_class(cast)
    change_mark(cast, cast.minh.student, 30)
    compose(cast)
    with scoped(EVERYTHING):
        table("gradebook.SubjectResult").objects.filter(
            student=cast.minh.student, class_subject=cast.maths
        ).update(reassessed=60)
        table("gradebook.StudentResult").objects.filter(student=cast.minh.student).update(
            learning_after=2, outcome="PROMOTED"
        )
    compose(cast)
    facts = facts_of(cast.minh.student)
    maths = next(one for one in facts.subjects if one.name == "Toán")
    assert (maths.year, maths.after) == ("3,0", "6,0")
    assert facts.learning.after == "Đạt"
    assert facts.outcome_text == "Được lên lớp"


def test_while_the_summer_lasts_the_transcript_waits(cast: Cast) -> None:
    finish_class(cast)
    with scoped(EVERYTHING):
        table("gradebook.StudentResult").objects.filter(student=cast.minh.student).update(
            outcome="REASSESS"
        )
    compose(cast)
    told = sentences(act(cast, "binh", Act.COMPLETE), cast.minh.student)
    assert told == "Em còn đánh giá lại trong kì nghỉ hè; học bạ đủ khi có kết quả đánh giá lại."


def test_who_stays_in_the_class_again_has_a_whole_transcript_too(cast: Cast) -> None:
    finish_class(cast)
    with scoped(EVERYTHING):
        table("gradebook.StudentResult").objects.filter(student=cast.minh.student).update(
            decided="RETAINED"
        )
    compose(cast)
    assert cast.minh.student.pk in act(cast, "binh", Act.COMPLETE).done
    assert facts_of(cast.minh.student).outcome_text == "Không được lên lớp"


def test_a_pupil_who_came_in_the_middle_of_the_year_keeps_what_was_brought(cast: Cast) -> None:
    finish_class(cast)
    with scoped(EVERYTHING):
        came = make_student(cast.school, "Cam Văn Chuyển")
        old = enrol(came, cast.other_class)
        table("records.Enrolment").objects.filter(pk=old.pk).update(
            status="transferred_out", ends_on="2026-12-31"
        )
        enrol(came, cast.school_class, starts_on="2027-01-01")
        table("gradebook.CarriedResult").objects.create(
            year=YEAR,
            student=came,
            school=cast.school,
            province=cast.department,
            subject=cast.maths.subject,
            term=1,
            value=85,
            from_school="Trường THCS Đồi Sim",
        )
    compose(cast)
    facts = facts_of(came)
    maths = next(one for one in facts.subjects if one.name == "Toán")
    assert maths.term1 == "8,5"
    assert "Trường THCS Đồi Sim" in maths.note
    assert [one.school for one in facts.stays] == ["Trường THCS Đồi Sim", "Trường THCS Sao Khuê"]
    with scoped(EVERYTHING):
        other = compose_class(actor=cast.mai.actor, now=JUNE, class_id=cast.school_class.pk)
        assert other.written == 0
        assert TranscriptYear.objects.filter(student=came).count() == 1


def test_a_preview_leaves_nothing_behind(cast: Cast) -> None:
    finish_class(cast)
    compose(cast)
    found = previewed(lambda: act(cast, "binh", Act.COMPLETE))
    assert len(found.done) == 4
    assert states(cast) == ["draft"] * 4


def test_every_step_is_in_the_history_and_every_look_is_noted(cast: Cast) -> None:
    finish_class(cast)
    bring_to_confirmed(cast)
    with scoped(EVERYTHING):
        row = newest(cast.minh.student)
        told = [one.action for one in history_of(f"transcript:{row.pk}")]
        assert told == ["confirm", "reconcile", "verify", "complete", "compose"]
        assert reads_of(f"student:{cast.minh.student.pk}")
        entries = str(
            list(table("ledger.Entry").objects.filter(subject__startswith="transcript:").values())
        )
    assert "7,5" not in entries
    assert "Triệu Quang Minh" not in entries


@pytest.mark.parametrize("who", ["hoa", "lan", "minh", "ha", "stranger"])
def test_who_may_not_compose_is_turned_away(cast: Cast, who: str) -> None:
    finish_class(cast)
    actor = cast.people[who].actor
    with scoped(scope_of(actor)), pytest.raises((Refused, OutsidePlace)):
        compose_class(actor=actor, now=JUNE, class_id=cast.school_class.pk)


def test_the_homeroom_teacher_composes_but_the_office_checks(cast: Cast) -> None:
    finish_class(cast)
    actor = cast.binh.actor
    with scoped(scope_of(actor)):
        compose_class(actor=actor, now=JUNE, class_id=cast.school_class.pk)
        take_step(actor=actor, now=JUNE, class_id=cast.school_class.pk, act=Act.COMPLETE)
        with pytest.raises(Refused):
            take_step(actor=actor, now=JUNE, class_id=cast.school_class.pk, act=Act.VERIFY)


def test_a_class_takes_few_statements_however_many_pupils(cast: Cast) -> None:
    """As many for four pupils as for fourteen."""
    finish_class(cast)
    counted = []
    for more in (0, 10):
        with scoped(EVERYTHING):
            for number in range(more):
                enrol(make_student(cast.school, f"Nông Văn Thêm {number}"), cast.school_class)
            Version.objects.all().delete()
        with scoped(EVERYTHING), CaptureQueriesContext(connection) as seen:
            compose(cast)
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 50


def test_the_database_itself_refuses_a_skipped_step(cast: Cast) -> None:
    finish_class(cast)
    compose(cast)
    row = newest(cast.minh.student)
    for state in ("verified", "confirmed", "signed_org", "superseded"):
        with scoped(EVERYTHING), pytest.raises(DatabaseError), transaction.atomic():
            Version.objects.filter(pk=row.pk).update(state=state)


def test_a_remark_written_later_renews_the_draft(cast: Cast) -> None:
    finish_class(cast, approved=False)
    compose(cast)
    write(cast, cast.minh.student.pk, remark2="Rất tiến bộ.")
    assert compose(cast).renewed == [cast.minh.student.pk]
    assert facts_of(cast.minh.student).remark == "Rất tiến bộ."
    assert len(pupils_of(cast)) == 4
