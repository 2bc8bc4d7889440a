"""Page × person → status, and how much each page asks of the database."""

from __future__ import annotations

import json
import uuid
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.api import child_results, my_teaching, progress_of_school
from khue.gradebook.models import MarkRow
from khue.gradebook.services import CellChange, enter_marks, lock_term, recount_progress
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, YEAR, Cast, enrol, make_student

EVERYONE = ["hoa", "nam", "mai", "thu", "binh", "lan", "minh", "dung", "ha", "stranger", "nobody"]
TABLE = {
    "/so-diem/": [200, 200, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/so-diem/{maths}/1/": [200, 404, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/so-diem/{literature}/1/": [404, 404, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/so-diem/{maths}/3/": [404, 404, 404, 404, 404, 403, 403, 403, 403, 403, 302],
    "/so-diem/999999/1/": [404, 404, 404, 404, 404, 403, 403, 403, 403, 403, 302],
    "/so-diem/{maths}/1/lich-su/{minh}/gk/": [
        200,
        404,
        200,
        200,
        200,
        403,
        403,
        403,
        403,
        403,
        302,
    ],
    "/so-diem/{maths}/1/cach-tinh/{minh}/": [200, 404, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/so-diem/lop/{class}/": [403, 404, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/tien-do/{school}/": [403, 403, 200, 200, 403, 403, 403, 200, 200, 403, 302],
    "/tien-do/{school}/lop/{class}/": [403, 403, 200, 200, 403, 403, 403, 200, 200, 403, 302],
    "/tien-do/{other_school}/": [403, 403, 404, 404, 403, 403, 403, 200, 404, 403, 302],
    "/tien-do/{department}/": [403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 302],
    "/khoa-so/": [403, 403, 200, 403, 403, 403, 403, 403, 403, 403, 302],
}


def addresses(cast: Cast) -> dict[str, int]:
    return {
        "maths": cast.maths.pk,
        "literature": cast.literature.pk,
        "minh": cast.minh.student.pk,
        "class": cast.school_class.pk,
        "school": cast.school.pk,
        "other_school": cast.other_school.pk,
        "department": cast.department.pk,
    }


# Whoever holds the permission nowhere is stopped at the door (403) before the place is looked up.
@pytest.mark.parametrize("path", TABLE)
def test_each_person_gets_what_her_place_gives(cast: Cast, path: str) -> None:
    at = path.format(**addresses(cast))
    got = {who: cast.client(who).get(at).status_code for who in EVERYONE}
    wanted = dict(zip(EVERYONE, TABLE[path], strict=True))
    assert got == wanted


def test_another_schools_teacher_finds_nothing(cast: Cast) -> None:
    assert cast.client("nam").get(f"/so-diem/{cast.maths.pk}/1/").status_code == 404


def post(cast: Cast, who: str, *changes: dict[str, Any], **more: Any) -> Any:
    account = 0 if who == "nobody" else cast.people[who].account.pk
    body = {"operation": str(uuid.uuid4()), "account": account, "changes": changes, **more}
    return cast.client(who).post(
        f"/so-diem/{cast.maths.pk}/1/luu/",
        json.dumps(body),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


def change(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"student": cast.minh.student.pk, "slot": "gk", "base": None, "text": "85", **more}


def test_a_save_answers_cell_by_cell(cast: Cast) -> None:
    answer = post(cast, "hoa", change(cast), change(cast, slot="ck", text="11,5")).json()
    saved, refused = answer["cells"]
    assert (saved["status"], saved["value"], saved["text"]) == ("saved", 85, "8,5")
    assert refused["status"] == "refused"
    assert "từ 0 đến 10" in refused["sentence"]
    assert answer["rows"][0]["provisional"] == "8,5"
    assert answer["progress"] == {"due": 24, "entered": 1}


@pytest.mark.parametrize(
    ("who", "status"),
    [("nam", 404), ("mai", 403), ("binh", 403), ("lan", 403), ("dung", 403), ("nobody", 401)],
)
def test_nobody_else_saves(cast: Cast, who: str, status: int) -> None:
    assert post(cast, who, change(cast)).status_code == status
    with scoped(EVERYTHING):
        assert not MarkRow.objects.exists()


def test_a_page_that_another_account_opened_saves_nothing(cast: Cast) -> None:
    answer = post(cast, "hoa", change(cast), account=cast.binh.account.pk)
    assert answer.status_code == 409
    assert "tài khoản khác" in answer.json()["error"]
    with scoped(EVERYTHING):
        assert not MarkRow.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"operation": "x", "changes": []}', '{"changes": [{"student": "a"}]}']
)
def test_a_body_that_is_no_save_is_refused_in_words(cast: Cast, body: str) -> None:
    answer = cast.client("hoa").post(
        f"/so-diem/{cast.maths.pk}/1/luu/", body, content_type="application/json"
    )
    assert answer.status_code == 400
    assert "tải lại trang" in answer.json()["error"]


def test_too_many_cells_at_once_are_refused_in_words(cast: Cast) -> None:
    answer = post(cast, "hoa", *[change(cast)] * 1001)
    assert answer.status_code == 400
    assert "1000 ô" in answer.json()["error"]


def test_a_save_without_the_token_of_the_form_is_refused(cast: Cast) -> None:
    client = cast.client("hoa")
    client.handler.enforce_csrf_checks = True
    answer = client.post(f"/so-diem/{cast.maths.pk}/1/luu/", "{}", content_type="application/json")
    assert answer.status_code == 403


@pytest.fixture
def full_class(cast: Cast) -> Cast:
    with scoped(EVERYTHING):
        made = [make_student(cast.school, f"Lý Văn Số {number}") for number in range(41)]
        for student in made:
            enrol(student, cast.school_class)
        cells = [
            CellChange(one.pk, slot, None, 60)
            for one in made
            for slot in ["tx1", "tx2", "tx3", "tx4", "gk", "ck"]
        ]
        enter_marks(
            actor=cast.hoa.actor, now=NOW, class_subject_id=cast.maths.pk, term=1, changes=cells
        )
    return cast


@pytest.mark.parametrize("term", [1, 2])
def test_the_mark_page_asks_at_most_ten_times(full_class: Cast, term: int) -> None:
    client = full_class.client("hoa")
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(f"/so-diem/{full_class.maths.pk}/{term}/")
    assert answer.content.count(b'class="mk"') == 45 * 6
    assert len(seen) <= 10, [one["sql"][:90] for one in seen]


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("mai", "/so-diem/"),
        ("mai", "/tien-do/{school}/"),
        ("dung", "/tien-do/{department}/?by=school"),
        ("mai", "/khoa-so/"),
    ],
)
def test_the_other_pages_ask_little_too(full_class: Cast, who: str, path: str) -> None:
    client = full_class.client(who)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path.format(**addresses(full_class))).status_code == 200
    assert len(seen) <= 14, [one["sql"][:90] for one in seen]


def test_a_parent_sees_her_child_and_no_other(cast: Cast) -> None:
    changes = [CellChange(cast.minh.student.pk, "gk", None, 85)]
    with scoped(Scope(schools=(cast.school.pk,))):
        enter_marks(
            actor=cast.hoa.actor, now=NOW, class_subject_id=cast.maths.pk, term=1, changes=changes
        )
    with scoped(Scope(students=(cast.minh.student.pk,))):
        results = child_results(cast.lan.actor, cast.minh.student.pk, YEAR)
        subjects = {one.name: one for one in results.subjects}
        assert (results.class_name, list(subjects)) == (
            "8A",
            ["Ngữ văn", "Toán", "Giáo dục thể chất"],
        )
        assert subjects["Toán"].terms[1].midterm == "8,5"
        assert subjects["Toán"].terms[1].result == ""
        with pytest.raises(OutsidePlace):
            child_results(cast.lan.actor, cast.classmates[0].pk, YEAR)


def test_a_teacher_of_one_subject_does_not_read_the_whole_child(cast: Cast) -> None:
    with scoped(Scope(schools=(cast.school.pk,))):
        assert child_results(cast.mai.actor, cast.minh.student.pk, YEAR).class_name == "8A"
        with pytest.raises((OutsidePlace, Refused)):
            child_results(cast.hoa.actor, cast.minh.student.pk, YEAR)


def test_my_teaching_holds_only_my_books(cast: Cast) -> None:
    assert [line.book.id for line in my_teaching(cast.hoa.actor, YEAR)] == [cast.maths.pk]
    assert my_teaching(cast.mai.actor, YEAR) == []
    assert my_teaching(cast.hoa.actor, YEAR - 1) == []


def test_progress_of_a_school_names_the_teacher_behind_each_number(cast: Cast) -> None:
    with scoped(EVERYTHING):
        recount_progress(now=NOW)
        found = progress_of_school(cast.dung.actor, cast.school.pk, YEAR, 1, NOW)
    books = {(one.name, book.short_name): book for one in found.classes for book in one.books}
    assert books["8A", "Toán"].teachers == cast.hoa.name
    assert (books["8A", "Toán"].count.due, books["8A", "GDTC"].count.due) == (24, 16)


def test_the_list_of_the_department_can_be_searched_sorted_filtered_and_taken_home(
    cast: Cast,
) -> None:
    with scoped(EVERYTHING):
        recount_progress(now=NOW)
    client, at = cast.client("dung"), f"/tien-do/{cast.department.pk}/"
    assert "Đồi Sim" not in client.get(f"{at}?q=suoi+trong").content.decode()
    down = client.get(f"{at}?by=school&sort=-name").content.decode()
    assert down.index("THCS Sao Khuê") < down.index("THCS Đồi Sim")
    assert "Không có đơn vị nào khớp" in client.get(f"{at}?state=done").content.decode()
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(f"{at}excel/").content))
    rows = book.get_sheet_by_index(0).to_python()
    assert any("Xã Suối Trong" in row for row in rows)


def test_a_locked_term_shows_its_lock_and_no_pen(cast: Cast) -> None:
    term = {"school_id": cast.school.pk, "year": YEAR, "term": 1}
    with scoped(Scope(schools=(cast.school.pk,))):
        lock_term(actor=cast.mai.actor, now=NOW, **term)
    shown = cast.client("hoa").get(f"/so-diem/{cast.maths.pk}/1/").content.decode()
    assert "đã khóa" in shown
    assert "data-writable" not in shown


def test_a_leader_closes_and_opens_a_term_from_the_page(cast: Cast) -> None:
    client, at = cast.client("mai"), f"/khoa-so/{cast.school.pk}/{YEAR}/1/"
    assert "Đã khóa sổ điểm học kì I" in client.post(f"{at}khoa/", follow=True).content.decode()
    assert "thiếu lý do" in client.post(f"{at}mo/", {"reason": " "}, follow=True).content.decode()
    opened = client.post(f"{at}mo/", {"reason": "Vào nhầm điểm"}, follow=True).content.decode()
    assert "Đã mở sổ điểm học kì I" in opened
    assert "Vào nhầm điểm" in opened
    assert cast.client("hoa").post(f"{at}khoa/").status_code == 403


def test_a_book_can_be_taken_home_as_it_stands(full_class: Cast) -> None:
    answer = full_class.client("hoa").get(f"/so-diem/{full_class.maths.pk}/1/excel/")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[2][0] == "Môn học: Toán – Lớp: 8A"
    assert [row[3:10] for row in rows if "Lý Văn Số 7" in row] == [[6.0] * 7]
    assert full_class.client("nam").get(answer.request["PATH_INFO"]).status_code == 404


def test_the_year_average_appears_with_the_second_term(full_class: Cast) -> None:
    with scoped(EVERYTHING):
        pupil = MarkRow.objects.filter(term=1, average=60).values_list("student", flat=True)[0]
        marks = [CellChange(pupil, slot, None, 75) for slot in ["tx1", "tx2", "tx3", "tx4", "gk"]]
        term = {"class_subject_id": full_class.maths.pk, "term": 2, "now": NOW}
        actor = full_class.hoa.actor
        assert enter_marks(actor=actor, changes=marks, **term).rows[0].year is None
        last = CellChange(pupil, "ck", None, 75)
        assert enter_marks(actor=actor, changes=[last], **term).rows[0].year == 70
