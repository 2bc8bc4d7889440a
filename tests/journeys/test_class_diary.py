"""Cô Hoa writes a line that is filled in already; thầy Bình closes the week; cô Mai signs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from khue.signing.tests.pki import Pki
from khue.signing.tests.signwork import PIN, credential, trust
from tests.cast import NOW, YEAR, Cast, table
from tests.journeys.classroom import ClassRoom, Enter
from tests.journeys.people import PHONE
from tests.journeys.test_signing import copy_keys

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey
HELD: dict[str, Any] = {}
TITLE = "Hằng đẳng thức đáng nhớ"
LINES = "select title, plan_number, late, teacher_name from diary_lesson order by period"


@pytest.fixture(scope="module", autouse=True)
def surroundings(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the site needs before it starts: trusted authorities, a place for keys."""
    HELD.update(pki=pki, keys=tmp_path_factory.mktemp("keys"))
    yield
    HELD.clear()


def furnish(cast: Cast) -> dict[str, int]:
    """A teaching plan of maths, and the certificate of cô Mai."""
    trust(HELD["pki"])
    with override_settings(DATA_DIR=HELD["keys"]):
        credential(cast, HELD["pki"], "mai")
    plan = table("diary.TeachingPlan").objects.create(
        school=cast.school,
        province=cast.department,
        year=YEAR,
        subject=cast.maths.subject,
        grade="08",
        imported_by="Vi Thị Thu",
        imported_at=NOW,
    )
    for number, title in enumerate((TITLE, "Luyện tập"), start=1):
        table("diary.PlanItem").objects.create(plan=plan, number=number, title=title)
    return {}


def write(page: Page, period: str) -> None:
    """The title stands there already: the period, and save."""
    box = page.locator("form").filter(has=page.get_by_label("Tên bài")).first
    box.get_by_label(period, exact=True).check()
    box.get_by_role("button", name="Ghi", exact=True).click()


def test_a_line_is_filled_in_written_closed_handed_in_and_signed(
    enter: Enter, classroom: ClassRoom, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy_keys(HELD["keys"], tmp_path_factory)
    hoa = enter("/so-dau-bai/", viewport=PHONE)
    expect(hoa.get_by_label("Tên bài").first).to_have_value(TITLE)
    write(hoa, "Tiết 1")
    expect(hoa.get_by_text(re.compile("tiết 1 lớp 8A"))).to_be_visible()
    expect(hoa.get_by_label("Tên bài").first).to_have_value("Luyện tập")
    write(hoa, "Tiết 2")
    expect(hoa.get_by_text(re.compile("tiết 2 lớp 8A"))).to_be_visible()
    assert [row[:2] for row in classroom.ask(LINES)] == [(TITLE, 1), ("Luyện tập", 2)]
    month = hand_in(enter, classroom)
    sign(enter)
    month.reload()
    expect(month.get_by_text(re.compile("Lương Thị Mai đã ký"))).to_be_visible()
    expect(month.get_by_role("link", name="Tải bản ký")).to_be_visible()


def hand_in(enter: Enter, room: ClassRoom) -> Page:
    """Thầy Bình closes the week with a remark and hands the month in."""
    day = room.ask("select max(day) from diary_lesson")[0][0]
    binh = enter(f"/so-dau-bai/lop/{room.class_id}/?tuan={day}", "binh")
    expect(binh.locator("main table")).to_contain_text(TITLE)
    binh.get_by_label("Nhận xét của giáo viên chủ nhiệm").fill("Lớp học đều")
    binh.get_by_role("button", name="Chốt tuần").click()
    expect(binh.get_by_text("Lớp học đều")).to_be_visible()
    binh.goto(f"/so-dau-bai/lop/{room.class_id}/thang/{day:%Y-%m}/")
    binh.get_by_role("button", name="Trình ký").click()
    expect(binh.get_by_text("Chờ Lương Thị Mai ký")).to_be_visible()
    return binh


def sign(enter: Enter) -> None:
    mai = enter("/ky-so/", "mai")
    mai.locator("[data-select-all]").check()
    mai.get_by_role("button", name="Ký các dòng đã chọn").click()
    mai.locator("input[name=secret]").fill(PIN)
    mai.locator("[data-go]").click()
    expect(mai.get_by_role("heading", level=1)).to_have_text("Đã ký xong")
