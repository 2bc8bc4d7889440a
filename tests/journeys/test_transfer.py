"""Chuyển trường: one child moves between two schools and keeps the years behind."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Stage

pytestmark = pytest.mark.journey
GOAL = "Trường PTDTBT TH&THCS Đồi Sim"


def test_a_child_moves_to_another_school_and_is_received(stage: Stage) -> None:
    thu = stage.visit("thu", "/lop/")
    thu.get_by_role("link", name="9B", exact=True).click()
    thu.get_by_role("navigation", name="Mục của trang").get_by_role(
        "link", name="Học sinh", exact=True
    ).click()
    link = thu.locator("main table a").filter(has_text=re.compile(r"\w+ \w+")).first
    name = link.inner_text().strip()
    link.click()
    thu.locator("summary").filter(has_text="Lớp và trạng thái").click()
    thu.get_by_role("link", name="Đề nghị chuyển trường").click()
    goal = thu.get_by_label("Trường tiếp nhận")
    goal.select_option(label=re_option(goal.locator("option").all_inner_texts(), GOAL))
    thu.get_by_label("Chuyển từ ngày").fill("23/11/2026")
    thu.get_by_label("Lý do chuyển").fill("Gia đình chuyển nơi ở")
    thu.locator("main form[method=post] button.btn-primary[type=submit]").click()
    expect(thu.locator("main")).to_contain_text("đang chờ trả lời")
    file = thu.url

    son = stage.visit("son", "/hoc-sinh/")
    expect(son.get_by_role("link", name=name, exact=True)).to_have_count(0)
    son.goto("/chuyen-truong/")
    line = son.get_by_role("row").filter(has_text=name)
    expect(line).to_contain_text("Trường THCS Sao Khuê")
    line.get_by_role("link", name="Tiếp nhận").click()
    choice = son.locator("select[name=class_id]")
    choice.select_option(label=re_option(choice.locator("option").all_inner_texts(), "9A"))
    son.get_by_role("button", name="Tiếp nhận").click()
    expect(son.locator("main")).to_contain_text(GOAL)

    son.goto(file.removeprefix(stage.site.url))
    expect(son.get_by_role("heading", level=1)).to_have_text(name)
    son.get_by_role("link", name="Quá trình học tập").click()
    expect(son.locator("main")).to_contain_text("Trường THCS Sao Khuê")

    answer = thu.goto(file)
    assert answer is not None
    assert answer.status == 200
    expect(thu.locator("main")).to_contain_text("đã chuyển đến trường khác")
    expect(thu.get_by_role("link", name="Sửa hồ sơ")).to_have_count(0)


def re_option(labels: list[str], wanted: str) -> str:
    return next(label for label in labels if wanted in label)
