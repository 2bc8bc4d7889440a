"""Pages of importing marks: who may, what is shown, how much is asked of the database."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from khue.gradebook.tests.importing import Desk
from khue.gradebook.tests.mark_sheets import plain
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, enrol, make_student

MINH, DUONG = "Triệu Quang Minh", "Đặng Thùy Dương"
FILE = plain([["Họ tên", "TX1", "GK"], [MINH, 8, 7.5], [DUONG, 11, None], ["Ai Đó", 7, 6]])
EVERYONE = ["hoa", "nam", "mai", "thu", "binh", "lan", "minh", "dung", "ha", "stranger", "nobody"]
TABLE = {
    "/so-diem/{maths}/1/nhap-tep/": [200, 404, 403, 403, 403, 403, 403, 403, 403, 403, 302],
    "/so-diem/{maths}/3/nhap-tep/": [404, 404, 403, 403, 404, 403, 403, 403, 403, 403, 302],
    "/so-diem/{literature}/1/nhap-tep/": [404, 404, 403, 403, 200, 403, 403, 403, 403, 403, 302],
    "/so-diem/lop/{class}/1/nhap-tep/": [200, 404, 403, 403, 200, 403, 403, 403, 403, 403, 302],
    "/so-diem/lop/{class}/1/excel/": [403, 404, 200, 200, 200, 403, 403, 403, 403, 403, 302],
    "/nhap-diem/{import}/": [200, 404, 403, 403, 404, 403, 403, 403, 403, 403, 302],
}


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast)


@pytest.mark.parametrize("path", TABLE)
def test_each_person_gets_what_her_place_gives(desk: Desk, path: str) -> None:
    cast = desk.cast
    at = path.format(
        **{
            "maths": cast.maths.pk,
            "literature": cast.literature.pk,
            "class": cast.school_class.pk,
            "import": desk.keep(FILE),
        }
    )
    got = {who: cast.client(who).get(at).status_code for who in EVERYONE}
    assert got == dict(zip(EVERYONE, TABLE[path], strict=True))


def send(cast: Cast, who: str = "hoa", **given: Any) -> Any:
    return cast.client(who).post(f"/so-diem/{cast.maths.pk}/1/nhap-tep/", given, follow=True)


def test_a_file_is_shown_cell_by_cell_then_written_then_taken_back(desk: Desk) -> None:
    cast = desk.cast
    answer = send(cast, file=SimpleUploadedFile("điểm 8A.xlsx", FILE))
    shown = answer.content.decode()
    assert 'class="center cell-create"' in shown
    assert 'class="center cell-refuse"' in shown
    assert "ngoài thang điểm" in shown
    assert "Không có em nào tên này trong lớp 8A" in shown
    assert "Ghi 2 ô vào sổ" in shown
    at, client = answer.request["PATH_INFO"], cast.client("hoa")
    done = client.post(f"{at}ghi/", {"existing": "keep"}, follow=True).content.decode()
    assert "Đã ghi 2 ô vào sổ" in done
    assert desk.marks(cast.minh.student) == {"tx1": 80, "gk": 75}
    back = client.post(f"{at}hoan-tac/", follow=True).content.decode()
    assert "Đã hoàn tác" in back
    assert desk.marks(cast.minh.student) == {}


def test_a_correction_shows_old_and_new_and_lets_one_choose(desk: Desk) -> None:
    desk.type(desk.cast.minh.student, "gk", "5")
    shown = send(desk.cast, pasted=f"Họ tên\tTX1\tGK\n{MINH}\t8\t7,5").content.decode()
    assert '<del><span class="sr-only">, trước là </span>5,0</del>' in shown
    assert "Ghi 1 ô mới và sửa 1 ô" in shown
    assert "Chỉ ghi 1 ô mới, giữ điểm đang có" in shown


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Chưa có gì để đọc"),
        ({"pasted": "   \n"}, "Chưa có gì để đọc"),
        ({"pasted": "x" * 400_001}, "Khối dán quá dài"),
        ({"pasted": "xin chào"}, "Không thấy cột điểm"),
        ({"file": SimpleUploadedFile("a.xlsx", b"%PDF-1.7")}, "tệp PDF"),
        (
            {"file": SimpleUploadedFile("a.xlsx", plain([["Họ tên"], [MINH]]))},
            "Không thấy cột điểm",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(cast: Cast, given: Any, told: str) -> None:
    answer = send(cast, **given)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_column_can_be_read_otherwise_from_the_page(desk: Desk) -> None:
    content = plain([["Họ tên", "15 phút", "GK"], [MINH, 8, 7]])
    answer = send(desk.cast, file=SimpleUploadedFile("a.xlsx", content))
    assert "Cột B “15 phút”" in answer.content.decode()
    at = answer.request["PATH_INFO"]
    again = desk.cast.client("hoa").post(f"{at}doc-lai/", {"column:0:1": "tx1"}, follow=True)
    assert "Ghi 2 ô vào sổ" in again.content.decode()


def test_nobody_else_writes_or_undoes(desk: Desk) -> None:
    at = f"/nhap-diem/{desk.keep(FILE)}/"
    for act in ("ghi/", "hoan-tac/", "doc-lai/"):
        got = [desk.cast.client(who).post(at + act).status_code for who in ("nam", "binh", "mai")]
        assert got == [404, 404, 403]
    assert desk.marks(desk.cast.minh.student) == {}


def test_an_import_of_marks_is_no_page_of_the_office(desk: Desk) -> None:
    import_id = desk.keep(FILE)
    assert desk.cast.client("mai").get(f"/lan-nhap/{import_id}/").status_code == 404
    assert desk.cast.client("mai").get("/nhap-tu-tep/lich-su/").status_code == 200


@pytest.fixture
def full_class(cast: Cast) -> Cast:
    with scoped(EVERYTHING):
        for number in range(41):
            enrol(make_student(cast.school, f"Lý Văn Số {number}"), cast.school_class)
    return cast


def test_previewing_and_writing_forty_five_by_six_asks_little(full_class: Cast) -> None:
    desk, client = Desk(full_class), full_class.client("hoa")
    block = "\n".join(["8\t7\t6\t5\t9\t10"] * 45)
    with CaptureQueriesContext(connection) as seen:
        answer = client.post(f"/so-diem/{full_class.maths.pk}/1/nhap-tep/", {"pasted": block})
    assert answer.status_code == 302
    assert len(seen) <= 45, [one["sql"][:90] for one in seen]
    with CaptureQueriesContext(connection) as seen:
        shown = client.get(answer["Location"])
    assert shown.content.count(b"cell-create") == 270
    assert len(seen) <= 14, [one["sql"][:90] for one in seen]
    with CaptureQueriesContext(connection) as seen:
        client.post(f"{answer['Location']}ghi/", {"existing": "overwrite"})
    assert len(seen) <= 45, [one["sql"][:90] for one in seen]
    assert desk.marks(full_class.minh.student)["ck"] == 100


def test_the_book_of_the_class_is_one_workbook_that_reads_back(full_class: Cast) -> None:
    desk = Desk(full_class)
    desk.type(full_class.minh.student, "gk", "7,5")
    at = f"/so-diem/lop/{full_class.school_class.pk}/1/excel/"
    with CaptureQueriesContext(connection) as seen:
        content = full_class.client("mai").get(at).content
    assert len(seen) <= 20, [one["sql"][:90] for one in seen]
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    assert book.sheet_names == ["Bìa", "Ngữ văn", "Toán", "Giáo dục thể chất", "Tổng hợp"]
    cover = [text for row in book.get_sheet_by_name("Bìa").to_python() for text in row]
    assert {"Trường THCS Sao Khuê", "8A", "45", "Nông Thị Hoa", "Lý Văn Bình"} <= set(cover)
    page = book.get_sheet_by_name("Toán").to_python()
    assert page[6][:9] == ["STT", "Mã học sinh", "Họ và tên", "ĐĐGtx", "", "", "", "ĐĐGgk", "ĐĐGck"]
    assert page[6][9:] == ["ĐTBmhk", "Đánh giá lại", "Ghi chú"]
    assert page[7][3:7] == ["1", "2", "3", "4"]
    found = {one.name: one for one in desk.plan_class(content)}
    assert found["Toán"].counts == {"create": 0, "change": 0, "same": 1, "refuse": 0}
    assert set(found) == {"Ngữ văn", "Toán", "Giáo dục thể chất"}
    assert "không được phân công" in found["Ngữ văn"].refusal


def test_names_that_look_like_formulas_stay_text(cast: Cast) -> None:
    with scoped(EVERYTHING):
        enrol(make_student(cast.school, "=2+5 Thử"), cast.school_class)
    content = cast.client("hoa").get(f"/so-diem/{cast.maths.pk}/1/excel/").content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert any("=2+5 Thử" in row for row in rows)
    sheet = zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert 'paperSize="9"' in sheet
    assert 'state="frozen"' in sheet
    assert 'hidden="1"' in sheet
