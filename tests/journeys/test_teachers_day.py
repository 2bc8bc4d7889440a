"""A day at school: what is due in the morning is worked off, and the family sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.people import PHONE, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.journey
CHILD = "Triệu Quang Minh"


def due(page: Page, words: str) -> Locator:
    return page.locator(".due").filter(has_text=words)


def test_a_request_for_leave_is_answered_from_the_first_page(stage: Stage) -> None:
    binh = stage.visit("binh", "/", width=PHONE)
    line = due(binh, "đơn xin nghỉ chờ trả lời")
    before = int(re.findall(r"\d+", line.inner_text())[0])
    line.click()
    expect(binh.get_by_role("heading", level=1)).to_contain_text("Đơn xin nghỉ")
    with binh.expect_navigation():
        binh.get_by_role("button", name="Đồng ý").first.click()
    binh.goto("/")
    left = due(binh, "đơn xin nghỉ chờ trả lời")
    expect(left if before > 1 else binh.locator(".dues")).to_contain_text(
        f"{before - 1} đơn xin nghỉ chờ trả lời" if before > 1 else re.compile(".")
    )


def test_a_lesson_that_is_missing_is_written_from_the_first_page(stage: Stage) -> None:
    hoa = stage.visit("hoa", "/")
    line = due(hoa, "Ghi bù 1 tiết Toán 8A")
    if not line.count():
        pytest.fail("the demonstration lacks the lesson that cô Hoa has still to write")
    line.click()
    expect(hoa.locator("input[name=title], textarea[name=title]")).not_to_have_value("")


def test_the_principal_sees_her_school_and_every_class(stage: Stage) -> None:
    mai = stage.visit("mai", "/")
    expect(mai.locator(".room")).to_have_count(12)
    expect(due(mai, "lớp chờ duyệt sổ điểm")).to_be_visible()


@pytest.mark.parametrize("who", ["hoa", "binh", "mai", "thu", "dung", "ha", "ngan", "yen"])
def test_nothing_is_wider_than_a_phone(stage: Stage, who: str) -> None:
    page = stage.visit(who, "/", width=PHONE)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
