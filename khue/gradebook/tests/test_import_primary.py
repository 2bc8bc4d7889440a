"""Levels, tests and remarks of primary classes come in from files: seen first, written, undone."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from khue.gradebook.models import PrimaryRow, QualityRow
from khue.gradebook.queries.comments import texts_of
from khue.gradebook.queries.primary import subject_of_levels
from khue.gradebook.tests.mark_sheets import plain, workbook
from khue.gradebook.tests.primary_cast import NAMES, Primary, cell, make_primary
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast

AN, BAO, CHAU = NAMES
HEADS = ["STT", "Họ và tên", "Mức đạt được", "Điểm KTĐK", "Nhận xét"]
FILE = plain(
    [
        ["TRƯỜNG TIỂU HỌC", None, None, None, None],
        HEADS,
        [1, AN, "T", 9, "Em tính nhanh và đúng."],
        [2, "Sam Van Bao", "Hoàn thành", 7.5, None],
        [3, CHAU, "X", 11, None],
    ]
)


@pytest.fixture
def primary(cast: Cast) -> Primary:
    with scoped(EVERYTHING):
        return make_primary(cast)


def send(primary: Primary, at: str, content: bytes, who: str = "hoa") -> tuple[Any, str]:
    client = primary.cast.client(who)
    answer = client.post(at, {"file": SimpleUploadedFile("danh-gia.xlsx", content)}, follow=True)
    return client, answer.redirect_chain[-1][0] if answer.redirect_chain else str(
        answer.status_code
    )


def address(primary: Primary, subject: Any, point: int = 2) -> str:
    return f"/tieu-hoc/mon/{subject.pk}/{point}/nhap-tep/"


def row_of(primary: Primary, pupil: Any, point: int = 2) -> PrimaryRow | None:
    with scoped(EVERYTHING):
        return PrimaryRow.objects.filter(
            class_subject=primary.maths, student=pupil, point=point
        ).first()


def test_a_file_is_shown_cell_by_cell_and_nothing_is_written_yet(primary: Primary) -> None:
    client, run = send(primary, address(primary, primary.maths), FILE)
    page = client.get(run).content.decode()
    assert "cuối học kì I" in page
    assert "Hoàn thành tốt" in page  # what the refusal of "X" asks for
    assert "không phải là điểm nguyên" in page
    assert "“11” nằm ngoài thang điểm" in page
    assert "Trong tệp viết “Sam Van Bao”." in page
    assert row_of(primary, primary.pupils[0]) is None


def test_what_was_shown_is_written_with_its_reason_and_taken_back_whole(primary: Primary) -> None:
    an, bao, chau = primary.pupils
    primary.levels(primary.maths, 2, [cell(an, "level", "H")])
    client, run = send(primary, address(primary, primary.maths), FILE)
    client.post(f"{run}ghi/", {"existing": "overwrite"})
    row = row_of(primary, an)
    assert row is not None
    assert (row.level, row.test) == (1, 9)
    assert (row_of(primary, bao).level, row_of(primary, bao).test) == (2, None)  # type: ignore[union-attr]
    assert row_of(primary, chau) is None
    with scoped(EVERYTHING):
        lines = history_of(subject_of_levels(primary.maths.pk, 2, an.pk))
        assert lines[0].reason == "Nhập từ tệp “danh-gia.xlsx”"
    client.post(f"{run}hoan-tac/")
    row = row_of(primary, an)
    assert row is not None
    assert (row.level, row.test) == (2, None)
    with scoped(EVERYTHING):
        from khue.gradebook.queries.books import find_book

        assert not any(texts_of(find_book(primary.maths.pk), 2).get(an.pk, {}).values())


def test_a_cell_that_moved_since_the_preview_stays(primary: Primary) -> None:
    an = primary.pupils[0]
    client, run = send(primary, address(primary, primary.maths), FILE)
    primary.levels(primary.maths, 2, [cell(an, "level", "C")])
    page = client.post(f"{run}ghi/", {"existing": "overwrite"}, follow=True).content.decode()
    row = row_of(primary, an)
    assert row is not None
    assert (row.level, row.test) == (3, 9)
    assert "đã ghi C" in page


def test_our_own_sheet_comes_back_without_a_change(primary: Primary) -> None:
    an, bao, _ = primary.pupils
    cells = [cell(an, "level", "T"), cell(an, "test", "9"), cell(bao, "test", "P")]
    primary.levels(primary.maths, 2, [*cells, cell(an, "comment", "Em chăm chỉ.")])
    client = primary.cast.client("hoa")
    content = client.get(f"/tieu-hoc/mon/{primary.maths.pk}/2/excel/").content
    _, run = send(primary, address(primary, primary.maths), content)
    page = client.get(run).content.decode()
    assert "Không có ô nào để ghi." in page


def test_strands_are_told_apart(primary: Primary) -> None:
    heads = ["Họ tên", "Mức đạt được Tin học", "Mức đạt được Công nghệ", "Điểm KTĐK Tin học"]
    content = plain([heads, [AN, "T", "H", 8]])
    client, run = send(primary, address(primary, primary.computing), content)
    client.post(f"{run}ghi/", {"existing": "overwrite"})
    with scoped(EVERYTHING):
        row = PrimaryRow.objects.get(class_subject=primary.computing, student=primary.pupils[0])
    assert (row.level, row.level2, row.test, row.test2) == (1, 2, 8, None)


def test_the_workbook_of_a_class_gives_each_subject_its_columns(primary: Primary) -> None:
    content = workbook(
        (
            "Lớp 4A",
            [["Họ và tên", "Toán: mức", "Toán: KTĐK", "Tin học: mức"], [AN, "T", 10, "C"]],
            [],
        )
    )
    client, run = send(primary, address(primary, primary.maths), content)
    client.post(f"{run}ghi/", {"existing": "overwrite"})
    row = row_of(primary, primary.pupils[0])
    assert row is not None
    assert (row.level, row.test, row.level2) == (1, 10, None)


def test_qualities_come_in_for_the_homeroom_teacher_only(primary: Primary) -> None:
    at = f"/tieu-hoc/lop/{primary.room.pk}/pham-chat/2/nhap-tep/"
    content = plain([["Họ tên", "Yêu nước", "Nhân ái", "Nhận xét"], [AN, "T", "Đạt", "Em ngoan."]])
    assert primary.cast.client("hoa").get(at).status_code == 403
    client, run = send(primary, at, content, "binh")
    client.post(f"{run}ghi/", {"existing": "overwrite"})
    with scoped(EVERYTHING):
        row = QualityRow.objects.get(school_class=primary.room, student=primary.pupils[0], point=2)
    assert (row.q1, row.q2, row.remark) == (1, 2, "Em ngoan.")
    client.post(f"{run}hoan-tac/")
    with scoped(EVERYTHING):
        row.refresh_from_db()
    assert (row.q1, row.q2, row.remark) == (None, None, "")


def test_a_file_without_such_columns_is_refused_in_words(primary: Primary) -> None:
    client = primary.cast.client("hoa")
    file = SimpleUploadedFile("la.xlsx", plain([["Một", "Hai"], [1, 2]]))
    answer = client.post(address(primary, primary.maths), {"file": file})
    assert answer.status_code == 422
    assert "Mã học sinh" in answer.content.decode()


def test_a_column_may_be_named_by_hand(primary: Primary) -> None:
    content = plain([["Họ tên", "Cột lạ", "Điểm KTĐK"], [AN, "T", 9]])
    client, run = send(primary, address(primary, primary.maths), content)
    client.post(f"{run}doc-lai/", {"column:0:1": "level"})
    client.post(f"{run}ghi/", {"existing": "overwrite"})
    row = row_of(primary, primary.pupils[0])
    assert row is not None
    assert (row.level, row.test) == (1, 9)


def test_the_sheet_leaves_in_the_official_words(primary: Primary) -> None:
    client = primary.cast.client("binh")
    content = client.get(f"/tieu-hoc/lop/{primary.room.pk}/pham-chat/2/excel/").content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    flat = [str(one) for row in rows for one in row]
    assert "Yêu nước" in flat
    assert AN in flat
