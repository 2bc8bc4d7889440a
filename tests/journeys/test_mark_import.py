"""Nhập điểm từ bảng tính: looked at cell by cell, written, seen in the grid, taken back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from khue.gradebook.tests.mark_sheets import like_smas
from tests.journeys.classroom import ClassRoom, Enter

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.journey
STANDS = """
select student.name, marks.tx1, marks.tx2, marks.gk, marks.ck from gradebook_markrow marks
join records_student student on student.id = marks.student_id
where marks.class_subject_id = %s and num_nonnulls(tx1, tx2, gk, ck) > 0 order by 1
"""
# Birth dates as one school writes them and as another; marks as people type them.
PUPILS: list[tuple[str, str, str, list[Any]]] = [
    ("Triệu Quang", "Minh", "09/03/2013", [8, "7,5", None, None, 9, None, 8.4]),
    ("ĐẶNG THÙY", "DƯƠNG", "9/3/2013", [11, 6, None, None, "tám", None, 6]),
    ("Nong Van", "An", "09/03/2013", ["8.25", 10, None, None, 7, None, 8]),
    ("Lò Thị", "Xa Lạ", "01/01/2013", [5, 5, None, None, 5, None, 5]),
]


def start(room: ClassRoom) -> str:
    return f"/so-diem/{room.maths}/1/nhap-tep/"


def row(page: Page, name: str) -> Locator:
    return page.locator("main tbody tr").filter(has=page.get_by_role("rowheader", name=name))


def type_midterm(page: Page, room: ClassRoom, name: str, mark: str) -> None:
    """Đặt điểm giữa kì by hand, as it stood before the file came."""
    page.goto(f"/so-diem/{room.maths}/1/")
    grid_cell(page, name, "gk").click()
    page.keyboard.type(mark)
    page.keyboard.press("Enter")
    page.locator("#mg-state[data-kind=good]").wait_for()


def grid_cell(page: Page, name: str, slot: str) -> Locator:
    line = page.locator("#marks tbody tr").filter(has=page.locator(f'th[title="{name}"]'))
    return line.locator(f"td[data-slot={slot}]")


def agree(page: Page) -> None:
    """Press the first button of the question that has come up."""
    page.get_by_role("dialog").locator(".btn-primary").click()


def test_a_workbook_of_another_house_is_shown_written_and_taken_back_whole(
    enter: Enter, classroom: ClassRoom, tmp_path: Path
) -> None:
    file = tmp_path / "SoDiem_Toan_8A_HKI.xlsx"
    file.write_bytes(like_smas(PUPILS))
    page = enter(start(classroom))
    type_midterm(page, classroom, "Triệu Quang Minh", "5")
    before = classroom.ask(STANDS, classroom.maths)
    page.goto(start(classroom))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Đọc tệp và xem trước").click()

    green, yellow, red = (page.locator(f"td.cell-{one}") for one in ("create", "change", "refuse"))
    expect(row(page, "Triệu Quang Minh").locator("td.cell-create")).to_have_text(
        [re.compile("8,0"), re.compile("7,5")]
    )
    expect(yellow).to_contain_text("9,0")
    expect(yellow.locator("del")).to_contain_text("5,0")
    expect(row(page, "Đặng Thùy Dương").locator("td.cell-refuse")).to_have_text(
        [re.compile("11"), re.compile("tám")]
    )
    expect(green).to_have_count(5)
    expect(red).to_have_count(3)
    for why in ("Đặng Thùy Dương", "ngoài thang điểm", "Lò Thị Xa Lạ", "Không có em nào tên này"):
        expect(page.locator(".reasons").filter(has_text=why).first).to_be_visible()
    assert classroom.ask(STANDS, classroom.maths) == before

    page.get_by_role("button", name="Ghi 5 ô mới và sửa 1 ô").click()
    expect(page.locator("main")).to_contain_text("Đã ghi 6 ô vào sổ")
    assert classroom.ask(STANDS, classroom.maths) == [
        ("Nông Văn Ân", None, 100, 70, None),
        ("Triệu Quang Minh", 80, 75, 90, None),
        ("Đặng Thùy Dương", None, 60, None, None),
    ]
    run = page.url
    page.get_by_role("link", name="Về sổ điểm").click()
    expect(grid_cell(page, "Triệu Quang Minh", "tx2")).to_have_text("7,5")
    expect(grid_cell(page, "Nông Văn Ân", "tx2")).to_have_text("10,0")

    page.goto(run)
    page.get_by_role("button", name="Hoàn tác cả lần nhập").click()
    agree(page)
    expect(page.locator("main")).to_contain_text("6 ô trở về như trước khi nhập")
    assert classroom.ask(STANDS, classroom.maths) == before
    page.get_by_role("link", name="Về sổ điểm").click()
    expect(grid_cell(page, "Triệu Quang Minh", "gk")).to_contain_text("5,0")
    expect(grid_cell(page, "Nông Văn Ân", "tx2")).to_have_text("")


def test_a_pasted_block_is_matched_by_name_and_a_mark_entered_meanwhile_is_kept(
    enter: Enter, classroom: ClassRoom
) -> None:
    page = enter(start(classroom))
    block = "Họ và tên\tTX1\tGiữa kì\nTriệu Quang Minh\t8\t85\nĐặng Thùy Dương\t7\t-1\n"
    page.get_by_label("Khối ô chép từ bảng tính").fill(block)
    page.get_by_role("button", name="Đọc khối dán và xem trước").click()
    expect(page.locator("td.cell-create")).to_have_count(3)
    expect(row(page, "Đặng Thùy Dương").locator("td.cell-refuse")).to_contain_text("-1")
    other = enter("/so-diem/")
    type_midterm(other, classroom, "Triệu Quang Minh", "6")

    page.get_by_role("button", name="Ghi 3 ô vào sổ").click()
    expect(page.locator("main")).to_contain_text("Đã ghi 2 ô vào sổ")
    left = page.get_by_role("row").filter(has_text="Triệu Quang Minh").filter(has_text="6,0")
    expect(left.first).to_contain_text("8,5")
    assert classroom.ask(STANDS, classroom.maths) == [
        ("Triệu Quang Minh", 80, None, 60, None),
        ("Đặng Thùy Dương", 70, None, None, None),
    ]


def test_a_file_that_is_no_workbook_is_refused_in_a_sentence(
    enter: Enter, classroom: ClassRoom, tmp_path: Path
) -> None:
    wrong = tmp_path / "diem.xlsx"
    wrong.write_bytes(b"%PDF-1.7 not a workbook at all")
    page = enter(start(classroom))
    page.locator("input[type=file]").set_input_files(wrong)
    page.get_by_role("button", name="Đọc tệp và xem trước").click()
    expect(page.locator(".alert").filter(has_text="Chưa đọc được")).to_contain_text("tệp")
    expect(page.get_by_label("Khối ô chép từ bảng tính")).to_be_visible()
    assert classroom.ask(STANDS, classroom.maths) == []
