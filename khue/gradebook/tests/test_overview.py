"""The principal's overview: what is counted, what is flagged, who sees it, what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.gradebook.models import Correction, MarkRow
from khue.gradebook.queries.overview import (
    Overview,
    overview,
    overview_of_class,
    overview_of_school,
)
from khue.gradebook.queries.overview_signs import Sign, signs_of
from khue.gradebook.rules.states import State
from khue.gradebook.services.corrections import Wish, ask_correction
from khue.gradebook.tests.bookwork import fill_book, full_class, give_conduct, put, states_of
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import (
    NOW,
    TODAY,
    YEAR,
    Cast,
    enrol,
    make_class,
    make_class_subject,
    make_student,
    table,
)

EVERYONE = ["hoa", "nam", "mai", "thu", "binh", "lan", "minh", "dung", "ha", "stranger", "nobody"]
TABLE = {
    "/tinh-hinh-so-diem/": [403, 403, 302, 302, 302, 403, 403, 403, 403, 403, 302],
    "/tinh-hinh-so-diem/{school}/": [403, 403, 200, 200, 403, 403, 403, 403, 403, 403, 302],
    "/tinh-hinh-so-diem/{other_school}/": [403, 403, 404, 404, 404, 403, 403, 403, 403, 403, 302],
    "/tinh-hinh-so-diem/lop/{class}/": [403, 403, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/tinh-hinh-so-diem/lop/{sister}/": [403, 403, 200, 200, 404, 403, 403, 403, 403, 403, 302],
    "/tinh-hinh-so-diem/lop/{other_class}/": [
        403,
        403,
        404,
        404,
        404,
        403,
        403,
        403,
        403,
        403,
        302,
    ],
    "/de-nghi-sua-diem/": [200, 200, 200, 403, 200, 403, 403, 403, 403, 403, 302],
    "/so-diem/{maths}/1/cac-buoc/": [200, 404, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/so-diem/{maths}/1/de-nghi/{minh}/gk/": [
        200,
        404,
        403,
        403,
        403,
        403,
        403,
        403,
        403,
        403,
        302,
    ],
}


def addresses(cast: Cast) -> dict[str, int]:
    return {
        "maths": cast.maths.pk,
        "minh": cast.minh.student.pk,
        "class": cast.school_class.pk,
        "sister": cast.sister_class.pk,
        "other_class": cast.other_class.pk,
        "school": cast.school.pk,
        "other_school": cast.other_school.pk,
    }


@pytest.mark.parametrize("address", TABLE)
def test_page_by_person(cast: Cast, address: str) -> None:
    path = address.format(**addresses(cast))
    assert [cast.client(who).get(path).status_code for who in EVERYONE] == TABLE[address]


def look(cast: Cast) -> Overview:
    school = cast.school
    with scoped(Scope(schools=(school.pk,))):
        place = overview_of_school(
            cast.mai.actor, school.pk, school.organisation.path, school.organisation.name, YEAR
        )
        return overview(place, 1, TODAY, primary=False)


def signs(cast: Cast) -> list[Sign]:
    found = look(cast)
    with scoped(Scope(schools=(cast.school.pk,))):
        return signs_of(found, TODAY)


def change_marks(cast: Cast, pupil: Any = None, **marks: int | None) -> None:
    with scoped(EVERYTHING):
        rows = MarkRow.objects.filter(class_subject_id=cast.maths.pk)
        (rows.filter(student=pupil) if pupil else rows).update(**marks)


def test_the_matrix_counts_what_is_there_what_waits_and_which_columns_are_empty(
    cast: Cast,
) -> None:
    full_class(cast)
    change_marks(cast, gk=None)
    change_marks(cast, cast.minh.student, ck=-1)
    put(cast, State.TEACHER_DONE, cast.literature)
    room = next(one for one in look(cast).classes if one.name == "8A")
    maths, literature = room.by_subject["Toán"], room.by_subject["Văn"]
    assert (maths.count.entered, maths.count.due, maths.waiting) == (19, 24, 1)
    assert (maths.empty, maths.teachers, maths.is_done) == (["Giữa kì"], cast.hoa.name, False)
    assert (literature.count.is_done, literature.is_done) == (True, True)
    assert (room.homeroom, room.own_state, len(room.undone)) == (cast.binh.name, State.OPEN, 2)


def test_pupils_of_whom_nothing_is_asked_are_not_counted(cast: Cast) -> None:
    full_class(cast)
    with scoped(EVERYTHING):
        MarkRow.objects.filter(student=cast.minh.student).delete()
        table("gradebook.SubjectCircumstance").objects.create(
            class_subject=cast.maths,
            student=cast.minh.student,
            kind="exempt",
            year=YEAR,
            school=cast.school,
            province=cast.department,
        )
    room = next(one for one in look(cast).classes if one.name == "8A")
    assert room.by_subject["Toán"].count.is_done
    assert not room.by_subject["Văn"].count.is_done


def test_a_mark_far_from_the_pupils_others_is_flagged_with_the_numbers(cast: Cast) -> None:
    full_class(cast)
    change_marks(cast, cast.minh.student, gk=20)
    found = [one for one in signs(cast) if one.kind == "OUT_OF_LINE"]
    assert [(one.pupil, one.book.title, one.teachers) for one in found] == [
        (cast.minh.name, "Toán 8A", cast.hoa.name)
    ]
    assert found[0].sentence.startswith("Giữa kì: 2,0")


def test_a_column_of_one_mark_is_flagged_from_ten_pupils_on(cast: Cast) -> None:
    full_class(cast)
    assert [one for one in signs(cast) if one.kind == "ALL_SAME"] == []
    with scoped(EVERYTHING):
        for number in range(6):
            mate = make_student(cast.school, f"Hứa Văn Thứ {number}")
            enrol(mate, cast.school_class)
            cast.classmates.append(mate)
    fill_book(cast, cast.maths)
    fill_book(cast, cast.sports)
    change_marks(cast, cast.minh.student, tx1=71, tx2=69)
    change_marks(cast, cast.classmates[0], gk=None, ck=-1)
    found = [one for one in signs(cast) if one.kind == "ALL_SAME"]
    assert {one.book.title for one in found} == {"Toán 8A"}
    assert [one.sentence for one in found] == [
        "Thường xuyên 3: cả 10 học sinh cùng một điểm 7,0.",
        "Thường xuyên 4: cả 10 học sinh cùng một điểm 7,0.",
    ]


def test_an_empty_cell_is_no_nought_and_a_zero_by_rule_is(cast: Cast) -> None:
    full_class(cast)
    change_marks(cast, cast.minh.student, tx1=None, tx2=None)
    assert [one for one in signs(cast) if one.kind == "OUT_OF_LINE"] == []
    change_marks(cast, cast.minh.student, tx1=-2)
    assert [one.sentence.split(",")[0] for one in signs(cast) if one.pupil] == ["Thường xuyên 1: 0"]


def test_a_column_behind_the_others_is_flagged_one_that_nobody_began_is_not(cast: Cast) -> None:
    full_class(cast)
    change_marks(cast, ck=None)
    found = {one.book.title: one.sentence for one in signs(cast) if one.kind == "MISSING"}
    assert found == {"Toán 8A": "Cuối kì: chưa có học sinh nào được nhập."}


def test_the_pages_show_filter_and_sort(cast: Cast) -> None:
    full_class(cast)
    change_marks(cast, cast.minh.student, gk=20, ck=-1)
    client, here = cast.client("mai"), f"/tinh-hinh-so-diem/{cast.school.pk}/"
    matrix = client.get(f"{here}?ky=1").content.decode()
    assert "Duyệt các lớp đã chọn" in matrix
    assert "Đang nhập" in matrix
    left = client.get(f"{here}?ky=1&muc=con-lai&viec=waiting").content.decode()
    assert "Toán" in left
    assert "Ngữ văn" not in left.split("<tbody>")[1]
    asked = client.get(f"{here}?ky=1&muc=can-xem&sort=-kind&q=quang minh").content.decode()
    assert "Điểm lệch hẳn" in asked
    assert cast.minh.name in asked
    assert "không phải kết luận" in asked


def test_the_lists_are_taken_along_as_sheets(cast: Cast) -> None:
    full_class(cast)
    for part in ("", "con-lai", "can-xem"):
        address = f"/tinh-hinh-so-diem/{cast.school.pk}/?ky=1&muc={part}&format=xlsx"
        answer = cast.client("mai").get(address)
        assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet"), part


def test_a_homeroom_teacher_sees_her_class_and_consolidates_there(cast: Cast) -> None:
    full_class(cast)
    put(cast, State.TEACHER_DONE)
    client, here = cast.client("binh"), f"/tinh-hinh-so-diem/lop/{cast.school_class.pk}/"
    assert client.get("/tinh-hinh-so-diem/").headers["Location"] == here
    assert "Tổng hợp lớp" in client.get(f"{here}?ky=1").content.decode()
    give_conduct(cast, level=None)
    refused = client.post(f"{here}1/tong-hop/", follow=True).content.decode()
    assert "chưa được đánh giá kết quả rèn luyện" in refused
    give_conduct(cast)
    client.post(f"{here}1/tong-hop/")
    assert states_of(cast) == {"homeroom_consolidated"}


def test_leaders_approve_the_chosen_classes_and_hear_of_the_others(cast: Cast) -> None:
    full_class(cast)
    put(cast, State.HOMEROOM_CONSOLIDATED)
    ids = [cast.school_class.pk, cast.sister_class.pk, "x"]
    address = f"/tinh-hinh-so-diem/{cast.school.pk}/duyet/1/"
    shown = cast.client("mai").post(address, {"ids": ids}, follow=True).content.decode()
    assert "Đã duyệt 1 lớp: 8A." in shown
    assert "Lớp 8B: giáo viên chủ nhiệm chưa tổng hợp" in shown
    assert states_of(cast) == {"principal_approved"}
    assert cast.client("binh").post(address, {"ids": ids}).status_code in {403, 404}


def test_the_grid_shows_the_state_and_the_next_step(cast: Cast) -> None:
    full_class(cast)
    teacher, address = cast.client("hoa"), f"/so-diem/{cast.maths.pk}/1/"
    page = teacher.get(address).content.decode()
    assert "Xác nhận đã nhập xong" in page
    assert "data-writable" in page
    shown = teacher.post(f"{address}xac-nhan/", follow=True).content.decode()
    assert "Giáo viên đã xong" in shown
    assert "data-ask=" in shown
    assert "data-writable" not in shown
    leader = cast.client("mai").get(address).content.decode()
    assert "Mở lại cho giáo viên bộ môn" in leader
    assert "data-ask=" not in leader


def test_a_request_goes_from_the_cell_through_the_inbox_into_the_book(cast: Cast) -> None:
    full_class(cast)
    put(cast, State.TEACHER_DONE)
    cell = f"/so-diem/{cast.maths.pk}/1/de-nghi/{cast.minh.student.pk}/gk/"
    teacher, homeroom = cast.client("hoa"), cast.client("binh")
    form = teacher.get(cell, headers={"HX-Request": "true"}).content.decode()
    assert "Đang ghi trong sổ" in form
    assert "<html" not in form
    wrong = teacher.post(cell, {"base": "70", "text": "tám", "reason": "Nhầm"}).content.decode()
    assert "tám" in wrong
    sent = teacher.post(cell, {"base": "70", "text": "8", "reason": "Cộng nhầm"})
    assert sent.status_code == 302
    grid = teacher.get(f"/so-diem/{cast.maths.pk}/1/").content.decode()
    assert f"{cast.minh.student.pk}.gk=8,0;" in grid
    inbox = homeroom.get("/de-nghi-sua-diem/").content.decode()
    assert "Cộng nhầm" in inbox
    with scoped(EVERYTHING):
        number = Correction.objects.get().pk
    homeroom.post(f"/de-nghi-sua-diem/{number}/xac-nhan/")
    with scoped(EVERYTHING):
        row = MarkRow.objects.get(class_subject_id=cast.maths.pk, student=cast.minh.student)
    assert row.gk == 80
    done = homeroom.get("/de-nghi-sua-diem/?muc=lich-su").content.decode()
    assert "Đã sửa" in done
    assert homeroom.post(f"/de-nghi-sua-diem/{number}/nham/").status_code == 404
    assert homeroom.post("/de-nghi-sua-diem/999999/xac-nhan/").status_code == 404


def test_open_requests_are_counted_for_the_class(cast: Cast) -> None:
    full_class(cast)
    put(cast, State.TEACHER_DONE)
    with scoped(Scope(schools=(cast.school.pk,))):
        ask_correction(
            actor=cast.hoa.actor,
            now=NOW,
            wish=Wish(cast.maths.pk, 1, cast.minh.student.pk, "gk", 70, "8", "Cộng nhầm"),
        )
    assert [one.requests for one in look(cast).classes if one.name == "8A"] == [1]


def big_school(cast: Cast, rooms: int) -> None:
    """More classes with pupils, books and a column that is one mark."""
    with scoped(EVERYTHING):
        for number in range(rooms):
            room = make_class(cast.school, f"7{number}", grade="07")
            pupils = [make_student(cast.school, f"Hà Văn Số {one}") for one in range(3)]
            for pupil in pupils:
                enrol(pupil, room)
            for book in (cast.maths, cast.literature, cast.sports):
                made = make_class_subject(room, book.subject)
                for pupil in pupils:
                    MarkRow.objects.create(
                        year=YEAR,
                        class_subject=made,
                        term=1,
                        student=pupil,
                        school=cast.school,
                        province=cast.department,
                        tx1=70,
                        tx2=70,
                        tx3=70,
                        gk=10,
                    )


@pytest.mark.parametrize("part", ["", "con-lai", "can-xem"])
def test_a_larger_school_costs_no_more_statements(cast: Cast, part: str) -> None:
    client = cast.client("mai")
    address = f"/tinh-hinh-so-diem/{cast.school.pk}/?ky=1&muc={part}"
    client.get(address)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    before = statements()
    big_school(cast, 4)
    assert statements() == before <= 10


def test_a_class_of_the_overview_is_read_alone(cast: Cast) -> None:
    full_class(cast)
    with scoped(Scope(schools=(cast.school.pk,))):
        place = overview_of_class(cast.binh.actor, cast.school_class.pk)
        found = overview(place, 1, TODAY, primary=False)
    assert [one.name for one in found.classes] == ["8A"]
