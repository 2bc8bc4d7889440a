"""Nhập từ tệp: an untidy workbook is shown row by row, written once, and taken back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from playwright.sync_api import expect

from tests.journeys.people import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey
ROWS = [
    (1, "lý thị  MAI ANH", "9/3/2015", "x", "6A", "Tày"),
    (2, "Hoàng Văn Bách", "21/12/2014", "", "6A", "Nùng"),
    (3, "Nông Thị Sai Ngày", "31/2/2015", "x", "6A", "Tày"),
    (4, "Bế Văn Không Lớp", "1/5/2015", "", "6Z", "Tày"),
    (5, '=HYPERLINK("http://x";"bấm")', "2/5/2015", "", "6B", "Tày"),
]


def untidy_workbook(path: Path) -> Path:
    """A sheet as schools have it: titles above, merged cells, odd headers, dates as text."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    sheet = book.add_worksheet("Danh sách")
    sheet.merge_range("A1:F1", "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO")
    sheet.merge_range("A2:F2", "DANH SÁCH HỌC SINH LỚP 6 NĂM HỌC 2026 - 2027")
    for column, title in enumerate(["TT", "Họ tên HS", "Ngày sinh", "Nữ", "Tên lớp", "Dân tộc"]):
        sheet.write(3, column, title)
    for row, values in enumerate(ROWS, 4):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    sheet.write(10, 4, "Người lập biểu")
    book.close()
    return path


def upload(page: Page, file: Path) -> None:
    page.goto("/nhap-tu-tep/")
    page.locator("main").get_by_role("link", name=re.compile("^Học sinh")).click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Đọc tệp và xem trước").click()


def test_an_untidy_list_is_planned_applied_and_undone(stage: Stage, tmp_path: Path) -> None:
    thu = stage.visit("thu", "/hoc-sinh/?q=mai+anh")
    expect(thu.get_by_role("link", name="Lý Thị Mai Anh")).to_have_count(0)
    upload(thu, untidy_workbook(tmp_path / "lop6.xlsx"))

    main = thu.locator("main")
    rows = thu.get_by_role("row")
    expect(rows.filter(has_text="Mai Anh")).to_contain_text(re.compile("thêm", re.I))
    expect(rows.filter(has_text="Sai Ngày")).to_contain_text(re.compile("từ chối", re.I))
    expect(rows.filter(has_text="Sai Ngày")).to_contain_text("31/2/2015")
    expect(rows.filter(has_text="Không Lớp")).to_contain_text("6Z")
    expect(main.locator("a[href='http://x']")).to_have_count(0)
    expect(main).to_contain_text("Sẽ thêm")

    thu.get_by_role("button", name=re.compile("Áp dụng")).click()
    expect(main).to_contain_text("Đã ghi vào hồ sơ")
    run = thu.url
    thu.goto("/hoc-sinh/?q=mai+anh")
    expect(thu.get_by_role("link", name="Lý Thị Mai Anh")).to_be_visible()

    thu.goto(run)
    thu.get_by_role("button", name="Hoàn tác").click()
    thu.get_by_role("dialog").get_by_role("button", name="Hoàn tác").click()
    expect(main).to_contain_text("Đã hoàn tác")
    thu.goto("/hoc-sinh/?q=mai+anh")
    expect(thu.get_by_role("link", name="Lý Thị Mai Anh")).to_have_count(0)


def test_a_file_of_another_kind_is_refused_in_a_sentence(stage: Stage, tmp_path: Path) -> None:
    thu = stage.visit("thu")
    wrong = tmp_path / "lop6.xlsx"
    wrong.write_bytes(b"%PDF-1.7 not a workbook at all")
    upload(thu, wrong)
    expect(thu.get_by_role("alert").or_(thu.locator(".alert")).first).to_contain_text("tệp")
    expect(thu.get_by_role("button", name=re.compile("Áp dụng"))).to_have_count(0)
