"""What the family is told of the year: after the school has approved, the child alone."""

from __future__ import annotations

from typing import Any

from khue.gradebook.api import child_results
from khue.gradebook.models import (
    BookState,
    StudentResult,
    SubjectCircumstance,
    SubjectComment,
    SubjectResult,
)
from khue.gradebook.services import CellChange, enter_marks, lock_term
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, YEAR, Cast


def keep(cast: Cast, model: Any, **facts: Any) -> None:
    with scoped(EVERYTHING):
        model.objects.create(
            year=YEAR,
            student=cast.minh.student,
            school=cast.school,
            province=cast.department,
            **facts,
        )


def told(cast: Cast) -> Any:
    with scoped(Scope(students=(cast.minh.student.pk,))):
        return child_results(cast.lan.actor, cast.minh.student.pk, YEAR).whole


def close(cast: Cast, term: int) -> None:
    with scoped(Scope(schools=(cast.school.pk,))):
        lock_term(actor=cast.mai.actor, now=NOW, school_id=cast.school.pk, year=YEAR, term=term)


def test_levels_are_told_once_the_term_is_approved_and_not_before(cast: Cast) -> None:
    keep(
        cast,
        StudentResult,
        school_class=cast.school_class,
        learning1=0,
        conduct1=1,
        remark1="Ngoan.",
    )
    assert told(cast).terms == {}
    close(cast, 1)
    assert told(cast).terms[1] == [
        ("Kết quả học tập", "Tốt"),
        ("Kết quả rèn luyện", "Khá"),
        ("Nhận xét của giáo viên chủ nhiệm", "Ngoan."),
    ]
    assert told(cast).year == []


def test_the_year_is_told_with_the_second_term(cast: Cast) -> None:
    keep(
        cast,
        StudentResult,
        school_class=cast.school_class,
        learning_year=2,
        conduct_year=0,
        absent_with=3,
        absent_without=1,
        outcome="PROMOTED",
        award="",
    )
    keep(cast, SubjectResult, class_subject=cast.maths, result=48, reassessed=55)
    close(cast, 2)
    whole = told(cast)
    assert dict(whole.year)["Kết luận"] == "Được lên lớp"
    assert dict(whole.year)["Số buổi nghỉ học"] == "4"
    assert whole.results[cast.maths.pk] == ("4,8", "5,5")


def test_a_comment_is_told_when_the_teacher_has_finished_the_book(cast: Cast) -> None:
    keep(cast, SubjectComment, class_subject=cast.maths, period=1, strengths="Chăm chỉ.")
    assert told(cast).comments == {}
    with scoped(EVERYTHING):
        BookState.objects.create(
            class_subject=cast.maths,
            period=1,
            school=cast.school,
            province=cast.department,
            year=YEAR,
            state="teacher_done",
            changed_at=NOW,
            changed_by="Nông Thị Hoa",
        )
    assert told(cast).comments == {(cast.maths.pk, 1): [("Ưu điểm nổi bật", "Chăm chỉ.")]}


def test_what_only_teachers_weigh_never_reaches_the_family_page(cast: Cast) -> None:
    keep(
        cast,
        StudentResult,
        school_class=cast.school_class,
        learning1=0,
        conduct1=1,
        decided_reason="Lý do nội bộ",
        qualities="Ghi chú nội bộ",
    )
    close(cast, 1)
    page = cast.client("lan").get(f"/con/{cast.minh.student.pk}/ket-qua/?hoc-ki=1")
    text = page.content.decode()
    assert "Kết quả rèn luyện" in text
    assert "nội bộ" not in text


def test_the_last_grade_reads_of_its_completion(cast: Cast) -> None:
    keep(
        cast,
        StudentResult,
        school_class=cast.school_class,
        grade="09",
        regime="TT43",
        outcome="PROMOTED",
        award="GIOI",
    )
    close(cast, 2)
    year = dict(told(cast).year)
    assert year["Kết luận"] == "Hoàn thành chương trình trung học cơ sở"
    assert year["Khen thưởng"] == "Học viên Giỏi"


def test_an_exempt_subject_says_so_and_not_why(cast: Cast) -> None:
    keep(
        cast,
        SubjectCircumstance,
        class_subject=cast.maths,
        kind="exempt",
        reason_sealed="không ai đọc được",
        document="QĐ 12",
    )
    page = cast.client("lan").get(f"/con/{cast.minh.student.pk}/ket-qua/?hoc-ki=1").content.decode()
    assert "Miễn đánh giá" in page
    assert "không ai đọc được" not in page
    with scoped(Scope(students=(cast.classmates[0].pk,))):
        assert not SubjectCircumstance.objects.exists()


def test_a_result_of_the_child_says_how_it_was_made(cast: Cast) -> None:
    slots = ["tx1", "tx2", "tx3", "tx4", "gk", "ck"]
    pupils = [cast.minh.student, cast.classmates[0]]
    changes = [CellChange(one.pk, slot, None, 73) for one in pupils for slot in slots]
    with scoped(Scope(schools=(cast.school.pk,))):
        enter_marks(
            actor=cast.hoa.actor,
            now=NOW,
            class_subject_id=cast.maths.pk,
            term=1,
            changes=changes,
        )
    path = f"/con/{cast.minh.student.pk}/cach-tinh/{cast.maths.pk}/1/"
    page = cast.client("lan").get(path).content.decode()
    assert "Điều 9" in page
    assert "7,3" in page
    assert (
        f'href="{path}"'
        in cast.client("lan").get(f"/con/{cast.minh.student.pk}/ket-qua/?hoc-ki=1").content.decode()
    )
    strange = f"/con/{cast.classmates[0].pk}/cach-tinh/{cast.maths.pk}/1/"
    empty = f"/con/{cast.minh.student.pk}/cach-tinh/{cast.literature.pk}/1/"
    assert [cast.client("lan").get(one).status_code for one in (strange, empty)] == [404, 404]
    assert cast.client("hoa").get(path).status_code == 403
