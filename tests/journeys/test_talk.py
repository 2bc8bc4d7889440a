"""Chị Lan asks the homeroom teacher, thầy Bình answers; she reads it without any script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.people import PHONE, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey
WORDS = "Cháu nhìn bảng không rõ. <script>alert(1)</script> https://khue.example/kinh-mat"


def write_first(page: Page) -> None:
    page.get_by_role("link", name="Trao đổi", exact=True).first.click()
    page.get_by_role("link", name="Nhắn thầy cô của Triệu Quang Minh").click()
    expect(page.get_by_label("Gửi tới")).to_contain_text("Lý Văn Bình (giáo viên chủ nhiệm)")
    page.get_by_label("Việc cần trao đổi").fill("Xin đổi chỗ ngồi")
    page.get_by_label("Nội dung").fill(WORDS)
    page.get_by_role("button", name="Gửi", exact=True).click()


def test_a_parent_asks_and_the_teacher_answers(stage: Stage) -> None:
    phone = stage.visit("lan", "/", width=PHONE, java_script_enabled=False)
    write_first(phone)
    expect(phone.get_by_role("heading", name="Xin đổi chỗ ngồi")).to_be_visible()

    desk = stage.visit("binh", "/trao-doi/?q=xin+doi+cho")
    desk.get_by_role("link", name="Xin đổi chỗ ngồi").first.click()
    said = desk.locator(".talk-one").last
    expect(said).to_contain_text("<script>alert(1)</script>")
    expect(said.get_by_role("link")).to_have_attribute("href", "https://khue.example/kinh-mat")
    desk.get_by_label("Viết tin").fill("Thầy đã xếp em lên bàn hai.")
    desk.get_by_role("button", name="Gửi", exact=True).click()
    expect(desk.locator(".talk-one")).to_have_count(2)

    phone.get_by_role("link", name="Tải lại để xem tin mới").click()
    expect(phone.locator(".talk-one").last).to_contain_text("Thầy đã xếp em lên bàn hai.")


def test_another_teacher_does_not_find_it(stage: Stage) -> None:
    desk = stage.visit("nam", "/trao-doi/?q=xin+doi+cho")
    expect(desk.get_by_text("Không tìm thấy cuộc trao đổi nào.")).to_be_visible()
