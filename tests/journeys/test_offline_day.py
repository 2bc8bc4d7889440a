"""A school day with no line: absences, the diary, a telephone, a browser that was closed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from khue.attendance.tests.test_pages import school_day
from khue.gradebook.tests.primary_cast import make_primary
from kit.dates import vietnam_day
from tests.cast import Cast
from tests.journeys.classroom import ClassRoom
from tests.journeys.machine import NewMachine, in_ledger
from tests.journeys.test_attendance import DUONG as VAN
from tests.journeys.test_attendance import EMPTY, MINH, STORED, pupil

pytestmark = pytest.mark.journey
PIXEL: dict[str, Any] = {
    "viewport": {"width": 412, "height": 839},
    "device_scale_factor": 2.625,
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Mobile Safari/537.36",
}
LINES = "select title, homework, teacher_name from diary_lesson order by period"
WEEK_LATER = timedelta(days=7)
A_WEEK_AGO = """
select count(*) from offline_deviceoperation
where received_at - counted_at between interval '6 days 23 hours' and interval '7 days 1 hour'
"""
LOCK = """
insert into gradebook_termlock (school_id, year, term, locked_at, locked_by)
values (%s, 2026, 1, now(), 'Lương Thị Mai')
"""


def furnish(cast: Cast) -> dict[str, int]:
    """Today is a school day, whatever day it is; cô Hoa teaches the maths of class 4A too."""
    school_day(cast)
    young = make_primary(cast)
    return {"young": young.maths.pk}


@pytest.fixture(autouse=True)
def nothing_was_written(classroom: ClassRoom) -> None:
    classroom.ask(f"{EMPTY}, diary_lesson")


def day_with_lessons() -> date:
    today = vietnam_day(timezone.now())
    return today - timedelta(days=1) if today.isoweekday() == 7 else today


def test_absences_outlive_a_reload_and_reach_the_school(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    hers = machine()
    hers.prepare()
    hers.line.pull()
    hers.go(f"diem-danh/{classroom.class_id}")
    pupil(hers.page, MINH).click()
    pupil(hers.page, VAN).click()
    pupil(hers.page, VAN).click()
    hers.page.locator("[data-offline-complete]").click()
    hers.wait_until_kept(3)
    hers.page.reload()
    hers.wait_until_open()
    expect(pupil(hers.page, MINH)).to_have_accessible_description("Nghỉ không phép")
    expect(pupil(hers.page, VAN)).to_have_accessible_description("Nghỉ có phép")
    assert classroom.ask(STORED) == []
    hers.line.plug_in()
    hers.try_now()
    hers.wait_for_line("ok")
    assert dict(classroom.ask(STORED)) == {MINH: "k", VAN: "p"}
    assert classroom.ask("select taken_by from attendance_taking") == [("Nông Thị Hoa",)]
    assert (hers.unsent(), in_ledger(classroom)) == (0, (3, 3))


def test_a_line_of_the_diary_outlives_a_reload_and_reaches_the_school(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    hers = machine()
    hers.prepare()
    hers.line.pull()
    hers.go(f"so-dau-bai/{classroom.class_id}")
    form = hers.page.locator("form[data-offline-lesson=new]")
    form.get_by_label("Ngày").select_option(day_with_lessons().isoformat())
    form.get_by_label("Tiết", exact=True).select_option("2")
    form.get_by_label("Tên bài, nội dung").fill("Hằng đẳng thức đáng nhớ")
    form.get_by_label("Dặn dò, bài về nhà").fill("Bài 3, 4")
    form.locator("[data-offline-lesson-save]").click()
    hers.wait_until_kept(1)
    hers.page.reload()
    hers.wait_until_open()
    line = hers.page.locator("[data-offline-entry]")
    expect(line).to_contain_text("Hằng đẳng thức đáng nhớ")
    expect(line).to_contain_text("Trên máy")
    assert classroom.ask(LINES) == []
    hers.line.plug_in()
    hers.try_now()
    hers.wait_for_line("ok")
    assert classroom.ask(LINES) == [("Hằng đẳng thức đáng nhớ", "Bài 3, 4", "Nông Thị Hoa")]
    expect(line).not_to_contain_text("Trên máy")
    assert (hers.unsent(), in_ledger(classroom)) == (0, (1, 1))


def test_a_morning_on_a_telephone_by_touch(machine: NewMachine, classroom: ClassRoom) -> None:
    hers = machine(**PIXEL)
    hers.prepare()
    hers.line.pull()
    hers.page.locator(f'[data-offline-attendance="{classroom.class_id}"]').tap()
    pupil(hers.page, MINH).tap()
    hers.page.locator("[data-offline-complete]").tap()
    hers.wait_until_kept(2)
    hers.page.locator(".page-actions").get_by_role("link", name="Các lớp").tap()
    hers.page.locator(f'[data-offline-book="{classroom.maths}.1"]').tap()
    hers.cell(1, "gk").tap()
    hers.page.keyboard.type("85")
    hers.page.locator("[data-move=down]").tap()
    hers.page.locator("[data-key=KP]").tap()
    hers.wait_until_kept(4)
    assert hers.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    hers.page.reload()
    hers.wait_until_open()
    expect(hers.cell(1, "gk")).to_have_text("8,5")
    hers.line.plug_in()
    hers.try_now()
    hers.wait_for_line("ok")
    assert dict(classroom.ask(STORED)) == {MINH: "k"}
    assert classroom.stored("gk")[:2] == [85, -2]
    assert classroom.ask("select name from offline_device") == [("Chrome trên Android",)]


def test_levels_tests_and_remarks_of_a_primary_class(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    hers = machine()
    hers.prepare()
    hers.line.pull()
    hers.go(f"danh-gia/level/{classroom.more['young']}/2")
    hers.page.locator("#marks").wait_for()
    hers.type_marks("level", "t", "h")
    hers.type_marks("test", "9", "P")
    hers.type_marks("comment", "Em tính nhanh")
    hers.wait_until_kept(5)
    hers.page.reload()
    hers.wait_until_open()
    told = [hers.cell(1, slot).inner_text() for slot in ("level", "test", "comment")]
    assert told == ["T", "9", "Em tính nhanh"]
    hers.line.plug_in()
    hers.try_now()
    hers.wait_for_line("ok")
    stored = "select level, test from gradebook_primaryrow where level is not null order by level"
    assert classroom.ask(stored) == [(1, 9), (2, -1)]
    assert classroom.ask("select count(*) from gradebook_subjectcomment") == [(1,)]
    assert (hers.unsent(), in_ledger(classroom)) == (0, (5, 5))


def test_a_browser_that_was_closed_for_a_week_gives_everything_back(
    machine: NewMachine, classroom: ClassRoom, tmp_path: Path
) -> None:
    hers = machine(folder=tmp_path / "browser")
    hers.cut_off()
    hers.type_marks("gk", "8.5", "7")
    hers.close_browser()
    hers.open_browser()
    hers.context.clock.install(time=datetime.now(UTC) + WEEK_LATER)
    hers.page.goto(f"{hers.line.url}/ngoai-tuyen/")
    hers.unlock()
    hers.wait_until_open()
    hers.open_book()
    assert [hers.cell(row, "gk").inner_text() for row in (1, 2)] == ["8,5", "7,0"]
    expect(hers.page.locator("[data-offline-trouble=fleeting]")).to_have_count(0)
    hers.line.plug_in()
    hers.try_now()
    hers.page.locator("[data-offline-trouble=out]", has_text="Cần đăng nhập để gửi").wait_for()
    hers.sign_in("hoa")
    hers.try_now()
    hers.wait_for_line("ok")
    assert classroom.stored("gk")[:2] == [85, 70]
    assert (in_ledger(classroom), classroom.ask(A_WEEK_AGO)) == ((2, 2), [(2,)])


def test_a_book_closed_meanwhile_refuses_and_keeps_the_value_to_be_copied(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    hers = machine(permissions=["clipboard-read", "clipboard-write"])
    hers.cut_off()
    hers.type_marks("gk", "8.5")
    classroom.ask(LOCK, classroom.school)
    hers.line.plug_in()
    hers.try_now()
    hers.wait_for_line("decide")
    hers.page.reload()
    hers.wait_until_open()
    hers.go("khong-ghi-duoc")
    entry = hers.page.locator("[data-offline-entry]")
    expect(entry).to_contain_text("đã khóa")
    entry.locator("[data-offline-copy]").click()
    hers.page.get_by_text("Đã chép vào bộ nhớ tạm.").wait_for()
    copied = hers.page.evaluate("navigator.clipboard.readText()")
    assert "8,5" in copied
    assert "đã khóa" in copied
    assert set(classroom.stored("gk")) <= {None}
    entry.locator("[data-offline-dismiss]").click()
    hers.wait_for_line("ok")
    assert hers.unsent() == 0
