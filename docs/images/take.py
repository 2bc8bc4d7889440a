"""Take the pictures of the documents from a running demonstration.

make demo                                   (in another window)
python -m docs.images.take http://127.0.0.1:8000/ [name…]
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import xlsxwriter
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from machinery.prepare import BROWSERS

HERE = Path(__file__).resolve().parent
PASSWORD = "muc-tim-giay-trang"
WIDE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
SUNDAY, HANOI = 6, timezone(timedelta(hours=7))
PUPILS = [
    ("Lý Thị Mai Anh", "9/3/2015", "x", "6A"),
    ("Hoàng Văn Bách", "21/12/2014", "", "6A"),
    ("Nông Thị Ngân", "31/2/2015", "x", "6B"),
    ("Bế Văn Khôi", "1/5/2015", "", "6Z"),
]


def sign_in(page: Page, login: str) -> None:
    """Come in as a person of the demonstration, with the code it shows."""
    page.goto("dang-nhap/")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    if "/xac-thuc/" in page.url:
        shown = page.locator("[data-demonstration-code]").inner_text()
        page.locator("input[name=code]").fill(re.sub(r"\D", "", shown))
        page.get_by_role("button", name="Xác nhận").click()


def mark_book(page: Page) -> None:
    mark_book_of(page)
    cell = page.locator("#marks td.mk[data-slot=ck]:not([data-v])").first
    cell.click()
    page.keyboard.type("85")
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("Đã lưu lúc")).wait_for()


def family(page: Page) -> None:
    page.get_by_role("link", name="Triệu Quang Minh").click()


def progress(page: Page) -> None:
    page.goto("tien-do/")


def changes(page: Page) -> None:
    page.get_by_text("Thay đổi gần đây").first.scroll_into_view_if_needed()


def comments(page: Page) -> None:
    """Suggestions stand in the cells, not kept yet."""
    mark_book_of(page)
    page.get_by_role("link", name="Nhận xét").click()
    page.get_by_role("button", name="Gợi ý cho ô còn trống").click()
    page.get_by_text("Lưu các câu gợi ý").first.wait_for()


def mark_import(page: Page) -> None:
    """A pasted block with a new mark, a changed one and two that cannot be."""
    mark_book_of(page)
    names = page.locator("#marks tbody th[title]").evaluate_all(
        "cells => cells.slice(4, 14).map(cell => cell.title)"
    )
    finals = ["7", "8,2", "75", "9", "11", "6,25", "8", "5,5", "10", "4"]
    lines = ["Họ và tên\tĐĐGck", *map("\t".join, zip(names, finals, strict=False))]
    page.get_by_role("link", name="Nhập từ bảng tính").click()
    page.locator("textarea").fill("\n".join(lines))
    page.locator("main form").filter(has=page.locator("textarea")).locator(
        "button[type=submit]"
    ).click()
    page.wait_for_url(re.compile("/nhap-diem/|/nhap-tep/.+|-"))


def homeroom(page: Page) -> None:
    page.goto("tong-ket/?year=2025")
    page.locator("main").get_by_role("link", name="7A").first.click()
    page.get_by_role("link", name="Cả năm", exact=True).click()


def overview(page: Page) -> None:
    page.goto("tinh-hinh-so-diem/")


def mark_book_of(page: Page) -> None:
    page.goto("so-diem/")
    page.locator("main").get_by_role("link", name=re.compile("Toán 8A")).first.click()


def import_preview(page: Page) -> None:
    page.goto("nhap-tu-tep/hoc-sinh/")
    with tempfile.TemporaryDirectory() as folder:
        page.locator("input[type=file]").set_input_files(_list(Path(folder) / "lop-6.xlsx"))
        page.get_by_role("button", name="Đọc tệp và xem trước").click()
        page.get_by_text("Sẽ thêm").first.wait_for()


def _list(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Lớp 6")
        sheet.write_row(0, 0, ["DANH SÁCH HỌC SINH LỚP 6"])
        sheet.write_row(2, 0, ["Họ tên HS", "Ngày sinh", "Nữ", "Tên lớp"])
        for at, row in enumerate(PUPILS, 3):
            sheet.write_row(at, 0, row)
    return path


def first_page(page: Page) -> None:
    """Where everybody begins."""


def attendance(page: Page) -> None:
    """The newest day that is not a Sunday."""
    page.goto("diem-danh/")
    page.locator("main").get_by_role("link", name=re.compile("8A")).first.click()
    today = datetime.now(HANOI).date()
    day = today - timedelta(days=1) if today.weekday() == SUNDAY else today
    page.goto(f"{page.url.partition('?')[0]}?on={day.isoformat()}")


def diary_week(page: Page) -> None:
    page.get_by_role("link", name="Sổ đầu bài").last.click()


def gate(page: Page) -> None:
    page.goto("diem-danh/cong/")


PICTURES: list[tuple[str, str, ViewportSize, Callable[[Page], None]]] = [
    ("mark-book", "hoant", WIDE, mark_book),
    ("family-phone", "0912000001", PHONE, family),
    ("progress", "so.dung", WIDE, progress),
    ("changes", "mailt", WIDE, changes),
    ("import-preview", "thuvt", WIDE, import_preview),
    ("comments", "hoant", WIDE, comments),
    ("mark-import", "hoant", WIDE, mark_import),
    ("homeroom", "mailt", WIDE, homeroom),
    ("overview", "mailt", WIDE, overview),
    ("teachers-day", "binhlv", WIDE, first_page),
    ("school-day", "mailt", WIDE, first_page),
    ("attendance-phone", "binhlv", PHONE, attendance),
    ("diary-week", "binhlv", WIDE, diary_week),
    ("gate", "mailt", WIDE, gate),
]


def take(browser: Browser, address: str, name: str) -> None:
    """Take one picture in the light theme."""
    _, login, size, arrange = next(one for one in PICTURES if one[0] == name)
    context = browser.new_context(base_url=address, viewport=size, locale="vi-VN")
    page = context.new_page()
    sign_in(page, login)
    page.get_by_role("heading", level=1).wait_for()
    arrange(page)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=HERE / f"{name}.png")
    context.close()
    print(f"{name}.png  {(HERE / f'{name}.png').stat().st_size // 1024} KB")


def main(address: str, *names: str) -> None:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    path = next(one for one in BROWSERS if Path(one).exists())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=root)
        for name, *_ in PICTURES:
            if not names or name in names:
                take(browser, address, name)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
