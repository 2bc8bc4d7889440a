"""Anh Dũng looks at the province while cô Hoa takes attendance, and goes down to her class."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from khue.attendance.tests.test_pages import school_day
from kit.dates import vietnam_day
from kit.processes import end
from machinery.site import start_follower
from tests.cast import Cast
from tests.journeys.classroom import ClassRoom, Enter
from tests.journeys.people import PHONE
from tests.site import site_environment

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.journey
ABSENT = """
select coalesce((counts ->> 'absent')::int, 0) from statistics_figure
where kind = 'province' and theme = 'attendance'
"""
WITHIN = 5.0


def furnish(cast: Cast) -> dict[str, int]:
    """Today is a school day, whatever day it is."""
    school_day(cast)
    return {"minh": cast.minh.student.pk}


@pytest.fixture
def followed(classroom: ClassRoom, tmp_path: Path) -> Iterator[ClassRoom]:
    """The site with somebody who keeps its figures."""
    running = start_follower(
        site_environment(classroom.database, tmp_path), tmp_path / "follower.log"
    )
    try:
        reached(classroom, lambda: bool(classroom.ask(ABSENT)), 60)
        yield classroom
    finally:
        end(running)


def reached(room: ClassRoom, done: object, seconds: float) -> float:
    """How long it took until something was so."""
    began = time.monotonic()
    while not done():  # type: ignore[operator]
        assert time.monotonic() - began < seconds, room.ask(ABSENT)
        room.ask("select pg_sleep(0.05)")
    return time.monotonic() - began


def tile(page: Page, label: str) -> Locator:
    return page.locator(".stat").filter(has=page.get_by_text(label, exact=True))


def test_an_absent_pupil_reaches_the_department_by_itself_and_leads_to_the_class(
    enter: Enter, followed: ClassRoom
) -> None:
    dung = enter("/so-lieu/", "dung")
    expect(tile(dung, "Vắng hôm nay").locator(".stat-value")).to_have_text("0")
    tile(dung, "Vắng hôm nay").focus()
    day = vietnam_day(timezone.now())
    hoa = enter(f"/diem-danh/lop/{followed.class_id}/?on={day}&session=am")
    hoa.get_by_role("button", name=re.compile(r"^\d+ ?Triệu Quang Minh")).click()
    hoa.get_by_role("button", name="Lưu điểm danh").click()
    expect(hoa.get_by_text("Đã điểm danh lớp 8A: vắng 1 học sinh.")).to_be_visible()
    took = reached(followed, lambda: followed.ask(ABSENT)[0][0] == 1, 20)
    assert took < WITHIN
    expect(tile(dung, "Vắng hôm nay").locator(".stat-value")).to_have_text("1")
    expect(tile(dung, "Vắng hôm nay")).to_be_focused()
    for name in ("Xã Suối Trong", "Trường THCS Sao Khuê", "8A"):
        dung.get_by_role("link", name=name, exact=True).click()
        expect(dung.get_by_role("heading", level=1)).to_contain_text(name)
        expect(tile(dung, "Vắng hôm nay").locator(".stat-value")).to_have_text("1")
    dung.get_by_role("link", name="Điểm danh", exact=True).last.click()
    expect(dung.get_by_text("Triệu Quang Minh").first).to_be_visible()


def test_on_a_phone_nothing_runs_off_and_every_chart_has_its_table(
    enter: Enter, followed: ClassRoom
) -> None:
    page = enter("/so-lieu/?muc=quy-mo", "dung", viewport=PHONE)
    page.get_by_role("link", name="Quy mô", exact=True).click()
    chart = page.locator("figure.chart").first
    expect(chart).to_be_visible()
    chart.get_by_text("Bảng số liệu của biểu đồ").click()
    expect(chart.get_by_role("table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
