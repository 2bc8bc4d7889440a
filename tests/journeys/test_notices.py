"""Cô Hoa asks the families of 8A something; chị Lan reads and answers; cô Hoa sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.classroom import ClassRoom, Enter

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey
PHONE = {"width": 360, "height": 740}


def write(page: Page) -> None:
    page.get_by_role("link", name="Soạn thông báo").click()
    page.get_by_role("checkbox", name="8A", exact=True).check()
    page.get_by_label("Tiêu đề").fill("Đi tham quan bảo tàng")
    page.get_by_label("Nội dung *").fill("Lớp {lop} đi ngày 5/12. Xem https://example.vn/anh")
    page.get_by_role("checkbox", name="Cần người nhận xác nhận đã đọc").check()
    page.get_by_text("Hỏi ý kiến").click()
    page.get_by_label("Các lựa chọn của phiếu hỏi").fill("Cho em đi\nKhông đi")
    page.get_by_label("Hạn trả lời: ngày").fill("01/12/2040")
    page.get_by_role("button", name="Lưu và xem trước").click()


def test_a_teacher_asks_a_parent_answers_the_teacher_sees(
    classroom: ClassRoom, enter: Enter
) -> None:
    hoa = enter("/thong-bao/", "hoa")
    write(hoa)
    expect(hoa.get_by_role("heading", level=1)).to_have_text("Xem trước thông báo")
    hoa.get_by_role("button", name=re.compile("^Gửi cho")).dblclick()
    expect(hoa.get_by_role("heading", level=1)).to_have_text("Đi tham quan bảo tàng")
    address = hoa.url.removeprefix(classroom.url)
    assert classroom.ask("select count(*) from contactbook_notice") == [(1,)]

    lan = enter("/thong-bao-cua-toi/", "lan", viewport=PHONE, java_script_enabled=False)
    lan.get_by_role("link", name="Đi tham quan bảo tàng").click()
    expect(lan.get_by_text("Lớp 8A đi ngày 5/12.")).to_be_visible()
    lan.get_by_label("Cho em đi").check()
    lan.get_by_role("button", name="Gửi trả lời").click()
    expect(lan.get_by_text("Đã ghi câu trả lời")).to_be_visible()
    lan.get_by_role("button", name="Đã đọc và đồng ý").click()
    expect(lan.get_by_text("Đã xác nhận", exact=True)).to_be_visible()
    assert lan.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    hoa.goto(address)
    readers = hoa.get_by_role("row", name=re.compile("Đàm Thị Lan"))
    expect(readers).to_contain_text("Cho em đi")
    hoa.get_by_label("Trạng thái").select_option("Đã xác nhận")
    expect(hoa.locator("#readers tbody tr")).to_have_count(1)
