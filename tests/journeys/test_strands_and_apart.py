"""Nghệ thuật is marked strand by strand; a pupil who is exempt is not marked at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.cast import Cast, assign, make_class_subject, make_subject
from tests.journeys.classroom import ClassRoom, Enter
from tests.journeys.test_mark_grid import cell, grid_path, texts, wait_saved

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.journey
MINH = "Triệu Quang Minh"
PASSED, FAILED = 101, 102


def furnish(cast: Cast) -> dict[str, int]:
    """Cô Hoa teaches both strands of Nghệ thuật."""
    subject = make_subject("Nghệ thuật", "N.thuật", 24)
    art = make_class_subject(cast.school_class, subject, "comment", regular_marks=2)
    assign(cast.hoa.staff, art)
    return {"art": art.pk}


def mark(page: Page, keys: str, slot: str = "tx1") -> None:
    """One key a pupil, downwards."""
    cell(page, 1, slot).click()
    for key in keys:
        page.keyboard.press(key)
        page.keyboard.press("Enter")
    wait_saved(page)


def line_of(page: Page, name: str) -> Locator:
    return page.locator("#marks tbody tr").filter(has=page.locator(f'th[title="{name}"]'))


def test_an_assessment_is_passed_when_every_strand_is(enter: Enter, classroom: ClassRoom) -> None:
    art = classroom.more["art"]
    page = enter(f"/so-diem/{art}/1/")
    strands = page.get_by_role("navigation", name="Phân môn")
    strands.get_by_role("link", name="Âm nhạc").click()
    mark(page, "dd")
    strands.get_by_role("link", name="Mĩ thuật").click()
    expect(cell(page, 1, "tx1")).to_have_text("")
    mark(page, "dc")
    strands.get_by_role("link", name="Cả môn").click()
    assert texts(page, "tx1", 2) == ["Đ", "CĐ"]
    stored = classroom.ask(
        "select tx1 from gradebook_markrow marks join records_student student"
        " on student.id = marks.student_id where class_subject_id = %s and tx1 is not null"
        " order by student.name_key",
        art,
    )
    assert stored == [(PASSED,), (FAILED,)]


def test_an_exempt_pupil_is_shut_in_the_book_and_the_reason_stays_sealed(
    enter: Enter, classroom: ClassRoom
) -> None:
    why = "Bệnh tim bẩm sinh, có giấy bệnh viện"
    office = enter(f"/so-diem/lop/{classroom.class_id}/truong-hop-rieng/", "thu")
    office.get_by_label("Học sinh").select_option(label=MINH)
    office.get_by_label("Môn học").select_option(label="Toán")
    office.locator("select[name=kind]").select_option(label="Miễn đánh giá")
    office.get_by_label("Số văn bản, quyết định").fill("15/QĐ-THCSSK")
    office.get_by_label("Lý do").fill(why)
    office.get_by_role("button", name="Ghi trường hợp").click()
    recorded = office.locator("main tbody tr").filter(has_text=MINH)
    expect(recorded).to_contain_text("Miễn đánh giá")
    expect(office.locator("main")).not_to_contain_text(why)
    [(kind, sealed)] = classroom.ask(
        "select kind, reason_sealed from gradebook_subjectcircumstance"
    )
    assert kind == "exempt"
    assert "bẩm sinh" not in sealed

    page = enter(grid_path(classroom))
    line = line_of(page, MINH)
    expect(line).to_contain_text("Miễn đánh giá")
    expect(line).to_have_attribute("title", re.compile("miễn", re.IGNORECASE))
    line.locator("td[data-slot=gk]").click()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    expect(line.locator("td[data-slot=gk]")).to_have_text("")
    assert why not in page.content()
    assert classroom.ask("select 1 from gradebook_markrow where gk is not null") == []

    recorded.get_by_role("button", name="Xem lý do").click()
    expect(office.locator("main")).to_contain_text(why)
    looked = "select actor_name from ledger_sensitiveread where fields like 'lý do miễn%%'"
    assert classroom.ask(looked) == [("Vi Thị Thu",)]
