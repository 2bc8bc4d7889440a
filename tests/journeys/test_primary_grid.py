"""Cô Hoa assesses class 4A under TT 27: levels by one key, whole marks, a block, on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from khue.gradebook.tests.primary_cast import make_primary
from tests.cast import Cast
from tests.journeys.classroom import ClassRoom, Enter
from tests.journeys.test_mark_grid import cell, paste, texts, wait_saved

pytestmark = pytest.mark.journey
FIRST_TERM = 2
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}


def furnish(cast: Cast) -> dict[str, int]:
    """Class 4A with An, Bảo and Châu."""
    primary = make_primary(cast)
    return {"maths": primary.maths.pk, "room": primary.room.pk}


def path(room: ClassRoom) -> str:
    return f"/tieu-hoc/mon/{room.more['maths']}/{FIRST_TERM}/"


def stored(room: ClassRoom) -> list[Any]:
    """What stands of An, Bảo and Châu at the end of term I: (level, test)."""
    return room.ask(
        "select level, test from gradebook_primaryrow sheet join records_student student"
        " on student.id = sheet.student_id where class_subject_id = %s and point = %s"
        " order by student.name_key",
        room.more["maths"],
        FIRST_TERM,
    )


def test_levels_by_one_key_and_a_tenth_is_refused_in_a_sentence(
    enter: Enter, classroom: ClassRoom
) -> None:
    page = enter(path(classroom))
    cell(page, 1, "level").click()
    for key in "thc":
        page.keyboard.press(key)
        page.keyboard.press("ArrowDown")
    wait_saved(page)
    assert texts(page, "level", 3) == ["T", "H", "C"]
    cell(page, 1, "test").click()
    for typed in ("9", "7,5", "P"):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    refused = page.locator("#marks td[data-state=refused]")
    expect(refused).to_have_text("7,5")
    expect(refused).to_have_attribute("title", re.compile("nguyên"))
    expect(page.get_by_text("“7,5” không phải là điểm nguyên")).to_be_visible()
    expect(cell(page, 3, "test")).to_have_text("P")
    assert stored(classroom) == [(1, 9), (2, None), (3, -1)]
    cell(page, 2, "test").click()
    page.keyboard.press("Escape")
    wait_saved(page)
    page.reload()
    assert texts(page, "test", 3) == ["9", "", "P"]

    cell(page, 1, "level").click()
    page.keyboard.press("Shift+F2")
    history = page.get_by_role("dialog", name=re.compile("Lịch sử ô"))
    expect(history).to_contain_text("Nông Thị Hoa")


def test_a_pasted_block_and_its_undo_on_a_phone(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(path(classroom), **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    cell(page, 1, "level").tap()
    paste(page, "T\t10\nH\t8\nhoàn thành\t6\n")
    wait_saved(page)
    assert stored(classroom) == [(1, 10), (2, 8), (2, 6)]
    page.get_by_role("button", name="Hoàn tác (Ctrl+Z)").tap()
    wait_saved(page)
    assert texts(page, "level", 3) == ["", "", ""]
    assert set(stored(classroom)) == {(None, None)}
    cell(page, 1, "level").tap()
    page.locator("[data-keys] [data-key=H]").tap()
    page.locator("[data-keys] [data-key=C]").tap()
    wait_saved(page)
    assert [level for level, _ in stored(classroom)] == [2, 3, None]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_class_teacher_assesses_qualities_and_sees_the_summary(
    enter: Enter, classroom: ClassRoom
) -> None:
    page = enter(f"/tieu-hoc/lop/{classroom.more['room']}/pham-chat/{FIRST_TERM}/", "binh")
    cell(page, 1, "q1").click()
    for key in "td":
        page.keyboard.press(key)
        page.keyboard.press("ArrowRight")
    wait_saved(page)
    summary = enter(f"/tieu-hoc/lop/{classroom.more['room']}/tong-hop/{FIRST_TERM}/", "binh")
    line = summary.get_by_role("row").filter(has_text="Cam Thị An")
    expect(line).to_contain_text(re.compile(r"T\s*Đ"))
    reader = enter(path(classroom), "binh")
    expect(reader.get_by_text("Chỉ xem").first).to_be_visible()
