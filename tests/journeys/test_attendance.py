"""Cô Hoa takes attendance by touch and by keys, thầy Bình comes second, chị Lan asks for leave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from khue.attendance.tests.test_pages import school_day
from kit.dates import vietnam_day
from tests.cast import Cast
from tests.journeys.classroom import ClassRoom, Enter
from tests.journeys.people import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.journey
MINH, AN, DUONG = "Triệu Quang Minh", "Nông Văn An", "Nông Thị Vân"
STORED = """
select student.name, absence.kind from attendance_absence absence
join records_student student on student.id = absence.student_id order by student.name_key
"""
EMPTY = "truncate attendance_absence, attendance_taking, attendance_excusenote"
TOUCH = {"viewport": PHONE, "has_touch": True, "is_mobile": True}


def furnish(cast: Cast) -> dict[str, int]:
    """Today is a school day, whatever day it is, with one session."""
    school_day(cast)
    return {"minh": cast.minh.student.pk}


@pytest.fixture(autouse=True)
def nobody_took_it(classroom: ClassRoom) -> None:
    classroom.ask(EMPTY)


def path(room: ClassRoom) -> str:
    return f"/diem-danh/lop/{room.class_id}/?on={vietnam_day(timezone.now())}&session=am"


def pupil(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(rf"^\d+ ?{name}"))


def save(page: Page) -> None:
    page.get_by_role("button", name="Lưu điểm danh").click()


def test_one_tap_for_each_absent_pupil_on_a_phone(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(path(classroom), **TOUCH)
    pupil(page, MINH).tap()
    pupil(page, DUONG).tap()
    pupil(page, DUONG).tap()
    expect(pupil(page, MINH)).to_have_accessible_description("Nghỉ không phép")
    expect(page.locator("[data-sum]")).to_contain_text("Vắng 2 (P 1, K 1)")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    save(page)
    expect(page.get_by_text("Đã điểm danh lớp 8A: vắng 2 học sinh.")).to_be_visible()
    assert dict(classroom.ask(STORED)) == {DUONG: "p", MINH: "k"}


def test_attendance_is_taken_without_a_mouse(enter: Enter, classroom: ClassRoom) -> None:
    page = enter(path(classroom))
    pupil(page, MINH).focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("p")
    page.keyboard.press("c")
    page.keyboard.press("k")
    page.get_by_role("button", name="Lưu điểm danh").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã điểm danh lớp 8A: vắng 1 học sinh.")).to_be_visible()
    kinds = dict(classroom.ask(STORED))
    assert (kinds.pop(MINH), list(kinds.values())) == ("m", ["k"])


def test_who_comes_second_sees_both_lists(enter: Enter, classroom: ClassRoom) -> None:
    hoa, binh = enter(path(classroom)), enter(path(classroom), "binh")
    pupil(hoa, MINH).click()
    save(hoa)
    expect(hoa.get_by_text("Đã điểm danh lớp 8A")).to_be_visible()
    pupil(binh, DUONG).click()
    save(binh)
    told = binh.locator("main .alert").filter(has_text="vừa lưu danh sách khác")
    expect(told).to_contain_text("Nông Thị Hoa")
    expect(told).to_contain_text(f"{MINH} (Nghỉ không phép)")
    expect(pupil(binh, DUONG)).to_have_accessible_description("Nghỉ không phép")
    assert dict(classroom.ask(STORED)) == {MINH: "k"}
    binh.get_by_role("link", name="giữ danh sách của Nông Thị Hoa").click()
    expect(pupil(binh, MINH)).to_have_accessible_description("Nghỉ không phép")
    assert dict(classroom.ask(STORED)) == {MINH: "k"}


def test_a_family_asks_the_homeroom_teacher_agrees_and_the_family_sees(
    enter: Enter, classroom: ClassRoom
) -> None:
    taken = enter(path(classroom))
    pupil(taken, MINH).click()
    save(taken)
    home = f"/con/{classroom.more['minh']}/chuyen-can/"
    lan = enter(home, "lan", **TOUCH)
    expect(lan.get_by_text("Nghỉ không phép").first).to_be_visible()
    lan.get_by_label("Lý do").fill("Cháu bị sốt từ đêm qua")
    lan.get_by_role("button", name="Gửi đơn").tap()
    expect(lan.get_by_text("Chờ giáo viên")).to_be_visible()
    binh = enter("/diem-danh/don-xin-nghi/", "binh")
    expect(binh.get_by_text("Cháu bị sốt từ đêm qua")).to_be_visible()
    binh.get_by_role("button", name="Đồng ý", exact=True).click()
    expect(binh.get_by_text("1 buổi nghỉ không phép đã đổi thành có phép.")).to_be_visible()
    lan.goto(home)
    expect(lan.get_by_text("Đồng ý", exact=True)).to_be_visible()
    expect(lan.locator("main")).to_contain_text("Nghỉ có phép")
    assert dict(classroom.ask(STORED)) == {MINH: "p"}
    read = "select subject, actor_name from ledger_sensitiveread where fields = 'lý do xin nghỉ'"
    assert [who for _, who in classroom.ask(read)] == ["Lý Văn Bình"]
