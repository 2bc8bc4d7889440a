"""Primary sheets through the service: gate, ledger, conflicts, the year that follows."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.models import PrimaryRow, Progress, SubjectComment
from khue.gradebook.rules.sheet_cells import base_of
from khue.gradebook.services import lock_term, recount_stale
from khue.gradebook.services.counting import stale_books
from khue.gradebook.services.deciding import DecisionRefused, decide_outcome
from khue.gradebook.services.merging import move_marks, return_marks
from khue.gradebook.services.primary_recognising import RecognitionClosed, recognise_pupils
from khue.gradebook.services.primary_results import refresh_primary_results
from khue.gradebook.tests.primary_cast import Primary, cell, make_primary
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, YEAR, Cast, enrol, make_student, table


@pytest.fixture
def primary(cast: Cast) -> Primary:
    with scoped(EVERYTHING):
        return make_primary(cast)


def statuses(saved: Any) -> list[str]:
    return [one.status for one in saved.outcomes]


def row_of(primary: Primary, subject: Any, pupil: Any, point: int = 1) -> PrimaryRow:
    with scoped(EVERYTHING):
        return PrimaryRow.objects.get(class_subject=subject, student=pupil, point=point)


def test_levels_marks_and_remark_are_kept_with_their_author(primary: Primary) -> None:
    an = primary.pupils[0]
    wanted = [cell(an, "level", "t"), cell(an, "test", "9"), cell(an, "comment", "Tính nhanh.")]
    saved = primary.levels(primary.maths, 1, wanted)
    assert statuses(saved) == ["saved"] * 3
    assert (saved.entered, saved.due) == (2, 6)
    row = row_of(primary, primary.maths, an)
    assert (row.level, row.test) == (1, 9)
    with scoped(EVERYTHING):
        lines = history_of(f"primary:{primary.maths.pk}.1.{an.pk}")
        told = SubjectComment.objects.get(class_subject=primary.maths, student=an)
    assert {(one.label, one.new, one.actor_name) for one in lines} == {
        ("Mức đạt được, Toán 4A, giữa học kì I", "T", primary.cast.hoa.name),
        ("Điểm KTĐK, Toán 4A, giữa học kì I", "9", primary.cast.hoa.name),
    }
    assert (told.period, told.progress) == (1, "Tính nhanh.")


def test_a_decimal_mark_and_a_wrong_level_are_refused_and_nothing_else_is(
    primary: Primary,
) -> None:
    an, bao, _ = primary.pupils
    saved = primary.levels(
        primary.maths, 1, [cell(an, "test", "7,5"), cell(an, "level", "Đ"), cell(bao, "test", "8")]
    )
    assert statuses(saved) == ["refused", "refused", "saved"]
    assert "không có điểm thập phân" in saved.outcomes[0].sentence
    assert row_of(primary, primary.maths, bao).test == 8


def test_there_is_no_test_column_where_the_law_has_none(primary: Primary) -> None:
    an = primary.pupils[0]
    saved = primary.levels(primary.computing, 1, [cell(an, "test", "9")])
    assert statuses(saved) == ["refused"]
    assert "không có cột" in saved.outcomes[0].sentence
    assert statuses(primary.levels(primary.computing, 2, [cell(an, "test2", "9")])) == ["saved"]


def test_two_writers_on_one_cell_choose(primary: Primary) -> None:
    an = primary.pupils[0]
    primary.levels(primary.maths, 1, [cell(an, "level", "T"), cell(an, "comment", "Giỏi.")])
    later = primary.levels(primary.maths, 1, [cell(an, "level", "H"), cell(an, "comment", "Khá.")])
    assert statuses(later) == ["conflict", "conflict"]
    level, remark = later.outcomes
    assert (level.value, level.text, level.author) == (1, "T", primary.cast.hoa.name)
    assert remark.text == "Giỏi."
    kept = primary.levels(
        primary.maths,
        1,
        [cell(an, "level", "H", 1), cell(an, "comment", "Khá.", base_of("Giỏi."))],
    )
    assert statuses(kept) == ["saved", "saved"]
    with scoped(EVERYTHING):
        assert SubjectComment.objects.get(student=an).progress == "Khá."


def test_the_same_save_twice_writes_once(primary: Primary) -> None:
    an, once = primary.pupils[0], uuid.uuid4()
    wanted = [cell(an, "level", "T")]
    for _ in range(2):
        saved = primary.levels(primary.maths, 1, wanted, operation_id=once)
        assert statuses(saved) == ["saved"]
    with scoped(EVERYTHING):
        assert len(history_of(f"primary:{primary.maths.pk}.1.{an.pk}")) == 1


def test_a_later_correction_strikes_the_old_value(primary: Primary) -> None:
    an = primary.pupils[0]
    primary.levels(primary.maths, 2, [cell(an, "test", "4")])
    later = NOW + timedelta(days=1)
    saved = primary.levels(primary.maths, 2, [cell(an, "test", "6", 4)], now=later)
    assert saved.outcomes[0].struck == "4"


@pytest.mark.parametrize(
    ("who", "error"), [("binh", Refused), ("mai", Refused), ("nam", OutsidePlace)]
)
def test_only_the_teacher_of_the_subject_writes_it(
    primary: Primary, who: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        primary.levels(primary.maths, 1, [cell(primary.pupils[0], "level", "T")], who=who)


@pytest.mark.parametrize(
    ("who", "error"), [("hoa", Refused), ("mai", Refused), ("nam", OutsidePlace)]
)
def test_only_the_homeroom_teacher_writes_qualities(
    primary: Primary, who: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        primary.qualities(1, [cell(primary.pupils[0], "q1", "T")], who=who)


def test_qualities_take_t_d_c_and_a_remark(primary: Primary) -> None:
    an = primary.pupils[0]
    saved = primary.qualities(
        1,
        [
            cell(an, "q1", "t"),
            cell(an, "c10", "d"),
            cell(an, "remark", "Ngoan."),
            cell(an, "q2", "H"),
        ],
    )
    assert statuses(saved) == ["saved", "saved", "saved", "refused"]
    assert [one.text for one in saved.outcomes] == ["T", "Đ", "Ngoan.", ""]


def test_a_locked_term_and_a_pupil_who_left_take_nothing(primary: Primary) -> None:
    an, bao, _ = primary.pupils
    with scoped(EVERYTHING):
        table("records.Enrolment").objects.filter(student=bao).update(
            ends_on="2026-10-01", status="moved_class"
        )
    left = primary.levels(primary.maths, 1, [cell(bao, "level", "T")])
    assert "đã rời lớp ngày 01/10/2026" in left.outcomes[0].sentence
    with scoped(primary.school):
        lock_term(
            actor=primary.cast.mai.actor,
            now=NOW,
            school_id=primary.cast.school.pk,
            year=YEAR,
            term=1,
        )
    closed = primary.levels(primary.maths, 1, [cell(an, "level", "T")])
    assert "đã khóa" in closed.outcomes[0].sentence
    assert "đã khóa" in primary.qualities(1, [cell(an, "q1", "T")]).outcomes[0].sentence
    assert statuses(primary.levels(primary.maths, 3, [cell(an, "level", "T")])) == ["saved"]


def test_the_year_follows_from_the_cells(primary: Primary) -> None:
    an, bao, chau = primary.pupils
    primary.fill(an)
    primary.fill(bao, mark="8")
    primary.fill(chau, level="H", mark="5", quality="Đ")
    found = [
        (one.primary_level, one.outcome, one.award, one.regime, one.grade)
        for one in map(primary.result, primary.pupils)
    ]
    assert found == [
        ("HTXS", "COMPLETED", "XUATSAC", "TT27", "04"),
        ("HTT", "COMPLETED", "", "TT27", "04"),
        ("HT", "COMPLETED", "", "TT27", "04"),
    ]


def test_the_later_test_counts_and_both_stay(primary: Primary) -> None:
    an = primary.pupils[0]
    primary.fill(an, mark="9")
    primary.levels(primary.maths, 4, [cell(an, "again", "7")])
    assert primary.result(an).primary_level == "HTT"
    row = row_of(primary, primary.maths, an, 4)
    assert (row.test, row.again) == (9, 7)


def test_recognised_by_the_class_a_good_pupil_gets_the_title(primary: Primary) -> None:
    an, bao, _ = primary.pupils
    primary.fill(an, mark="8")
    primary.fill(bao, level="H", mark="6")
    with scoped(primary.school):
        moved = recognise_pupils(
            actor=primary.cast.binh.actor,
            now=NOW,
            class_id=primary.room.pk,
            student_ids=[an.pk, bao.pk],
        )
    assert moved == 2
    assert primary.result(an).award == "TIEUBIEU"
    assert primary.result(bao).award == ""


def test_recognition_ends_when_the_year_is_locked(primary: Primary) -> None:
    with scoped(primary.school):
        lock_term(
            actor=primary.cast.mai.actor,
            now=NOW,
            school_id=primary.cast.school.pk,
            year=YEAR,
            term=2,
        )
        with pytest.raises(RecognitionClosed, match="khóa"):
            recognise_pupils(
                actor=primary.cast.binh.actor, now=NOW, class_id=primary.room.pk, student_ids=[]
            )


def test_help_then_assessed_again_then_the_principal_decides(primary: Primary) -> None:
    an, bao, chau = primary.pupils
    primary.fill(an, mark="4")
    primary.fill(bao, mark="4")
    primary.fill(chau)
    assert (primary.result(an).primary_level, primary.result(an).outcome) == ("CHT", "HELP")
    with scoped(primary.school):
        lock_term(
            actor=primary.cast.mai.actor,
            now=NOW,
            school_id=primary.cast.school.pk,
            year=YEAR,
            term=2,
        )
    again = [cell(an, "test", "6"), cell(bao, "test", "3"), cell(chau, "test", "6")]
    saved = primary.levels(primary.maths, 5, again)
    assert statuses(saved) == ["saved", "saved", "refused"]
    primary.levels(primary.computing, 5, [cell(an, "test", "5"), cell(an, "test2", "5")])
    done, waiting = primary.result(an), primary.result(bao)
    assert (done.primary_level, done.primary_after, done.outcome) == ("CHT", "HT", "COMPLETED")
    assert (waiting.primary_after, waiting.outcome) == ("CHT", "PRINCIPAL_DECIDES")
    assert row_of(primary, primary.maths, an, 4).test == 4


def test_the_principal_decides_with_a_reason(primary: Primary) -> None:
    an, bao, _ = primary.pupils
    primary.fill(an, mark="4")
    primary.levels(primary.maths, 5, [cell(an, "test", "3")])
    given = {"now": NOW, "class_id": primary.room.pk, "student_id": an.pk}
    mai = primary.cast.mai.actor
    with scoped(primary.school):
        with pytest.raises(DecisionRefused, match="lý do"):
            decide_outcome(actor=mai, decision="PROMOTED", reason="", **given)
        decide_outcome(actor=mai, decision="PROMOTED", reason="Đã tiến bộ nhiều.", **given)
        with pytest.raises(DecisionRefused):
            decide_outcome(
                actor=mai,
                decision="PROMOTED",
                reason="Em đã đạt.",
                **{**given, "student_id": bao.pk},
            )
        refresh_primary_results(class_id=primary.room.pk, now=NOW)
    assert primary.result(an).decided == "PROMOTED"


def test_an_exempt_pupil_owes_nothing_in_the_subject(primary: Primary) -> None:
    an = primary.pupils[0]
    with scoped(EVERYTHING):
        table("gradebook.SubjectCircumstance").objects.create(
            class_subject=primary.arts,
            student=an,
            year=YEAR,
            school=primary.cast.school,
            province=primary.cast.department,
            kind="exempt",
        )
    refused = primary.levels(primary.arts, 4, [cell(an, "level", "T")])
    assert "được miễn" in refused.outcomes[0].sentence
    primary.levels(primary.maths, 4, [cell(an, "level", "T"), cell(an, "test", "9")])
    strands = ("level", "level2", "test", "test2")
    wanted = {"level": "T", "level2": "T", "test": "9", "test2": "9"}
    primary.levels(primary.computing, 4, [cell(an, one, wanted[one]) for one in strands])
    slots = [*[f"q{one}" for one in range(1, 6)], *[f"c{one}" for one in range(1, 11)]]
    primary.qualities(4, [cell(an, slot, "T") for slot in slots])
    assert primary.result(an).primary_level == "HTXS"


def test_a_class_of_two_grades_asks_each_pupil_what_the_grade_has(primary: Primary) -> None:
    an, bao, _ = primary.pupils
    with scoped(EVERYTHING):
        primary.room.grades, primary.room.merged_kind = ["03", "04"], "grades"
        primary.room.save(update_fields=["grades", "merged_kind"])
        table("records.Enrolment").objects.filter(student=an).update(grade="03")
    saved = primary.levels(primary.maths, 1, [cell(an, "test", "9"), cell(bao, "test", "9")])
    assert statuses(saved) == ["refused", "saved"]
    assert "Khối 3 không có bài kiểm tra" in saved.outcomes[0].sentence


def test_progress_counts_both_points_of_a_term_and_settles(primary: Primary) -> None:
    an, bao, chau = primary.pupils
    primary.levels(primary.maths, 1, [cell(one, "level", "T") for one in (an, bao, chau)])
    primary.levels(primary.maths, 2, [cell(an, "level", "T"), cell(an, "test", "p")])
    with scoped(EVERYTHING):
        kept = Progress.objects.get(class_subject=primary.maths, term=1)
        assert (kept.due, kept.entered) == (12, 4)
        recount_stale(now=NOW)
        assert stale_books(NOW) == []
        lines = Progress.objects.filter(class_subject__school_class=primary.room)
        due = {(one.class_subject_id, one.term): one.due for one in lines}
        assert due[primary.arts.pk, 2] == 12
        assert due[primary.computing.pk, 1] == 18
        enrol(make_student(primary.cast.school, "Lò Thị Mới"), primary.room)
        assert set(stale_books(NOW)) == {one.pk for one in primary.subjects}
        recount_stale(now=NOW)
        assert stale_books(NOW) == []


def test_levels_follow_a_merge_and_go_back(primary: Primary) -> None:
    an, bao, chau = primary.pupils
    primary.levels(primary.maths, 1, [cell(an, "level", "T"), cell(chau, "level", "H")])
    primary.qualities(1, [cell(an, "q1", "T"), cell(bao, "q1", "C")])
    with scoped(EVERYTHING):
        moved = move_marks(an.pk, bao.pk)
        assert moved["primaryrow"] == [f"{YEAR}.{primary.maths.pk}.1"]
        assert moved["qualityrow"] == moved["childstage"] == []
        assert row_of(primary, primary.maths, bao).level == 1
        return_marks(moved, an.pk, bao.pk)
        assert row_of(primary, primary.maths, an).level == 1
