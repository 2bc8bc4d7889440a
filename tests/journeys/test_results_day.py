"""Anh Dũng publishes the marks of an exam; a candidate without an account reads hers on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from khue.intake.tests.sheets import workbook
from tests.journeys.people import PHONE, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.journey
TITLE = "Điểm thi tuyển sinh lớp 10 năm học 2027–2028"
LOOK_UP = "/tra-cuu/diem-thi-tuyen-sinh-lop-10-nam-hoc-2027-2028/"
HEAD = ("STT", "SBD", "Họ và tên", "Mã tra cứu", "Toán", "Ngữ văn")
FAULTY = (HEAD, (1, "000101", "Nông Thị Sim", "K7301", "8,25", "7,5"), (2, "000102", "Vi Đào"))
WHOLE = (HEAD, (1, "000101", "Nông Thị Sim", "K7301", "8,75", "7,5"))


def give(page: Page, *rows: tuple[object, ...]) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": "ket-qua.xlsx", "mimeType": "application/x", "buffer": workbook(*rows)}
    )
    page.get_by_role("button", name="Đọc tệp và xem trước").click()


def edition(page: Page, number: int) -> Locator:
    return page.get_by_role("row").filter(has_text=f"Bản {number}")


def publish(page: Page, number: int) -> None:
    edition(page, number).get_by_role("button", name="Công bố").click()
    page.get_by_role("dialog").get_by_role("button", name="Công bố").click()
    expect(edition(page, number)).to_contain_text("Đang công bố")


def built(page: Page, number: int) -> None:
    """The building goes on in the background and says by itself when it is done."""
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(edition(page, number).get_by_role("button", name="Công bố")).to_be_visible()


def look_up(page: Page, number: str, secret: str) -> Locator:
    page.goto(LOOK_UP)
    page.get_by_label("Số báo danh").fill(number)
    page.get_by_label("Mã tra cứu").fill(secret)
    page.get_by_role("button", name="Xem kết quả").click()
    return page.locator("body")


def test_results_are_published_corrected_and_withdrawn(stage: Stage) -> None:
    office = stage.visit("dung", "/tra-cuu-ket-qua/quan-ly/moi/")
    office.get_by_label("Tên kì công bố").fill(TITLE)
    office.get_by_label("Mở tra cứu từ ngày").fill("01/06/2026")
    office.get_by_label("Lúc").fill("08:00")
    give(office, *FAULTY)
    expect(office.get_by_text("Mã tra cứu để trống hoặc không đọc được.")).to_be_visible()
    office.get_by_label("Bỏ 1 dòng lỗi ra khỏi lần công bố này").check()
    office.get_by_role("button", name="Dựng 1 kết quả").click()
    built(office, 1)

    candidate = stage.newcomer(viewport=PHONE, java_script_enabled=False)
    candidate.goto(LOOK_UP)
    expect(candidate.get_by_label("Số báo danh")).to_have_count(0)
    publish(office, 1)
    expect(look_up(candidate, "101", "k7301")).to_contain_text("8,25")
    assert candidate.context.cookies() == []
    expect(look_up(candidate, "101", "K7302")).to_contain_text("Không có kết quả nào ứng với")

    give(office, *WHOLE)
    office.get_by_role("button", name="Dựng 1 kết quả").click()
    built(office, 2)
    expect(look_up(candidate, "101", "K7301")).to_contain_text("8,25")
    publish(office, 2)
    expect(look_up(candidate, "101", "K7301")).to_contain_text("8,75")

    office.get_by_role("button", name="Rút kết quả").click()
    asked = office.get_by_role("dialog")
    asked.get_by_label("Lý do").fill("Chấm phúc khảo chưa xong")
    asked.get_by_role("button", name="Rút kết quả").click()
    expect(office.get_by_text("Đã rút", exact=True).first).to_be_visible()
    expect(office.get_by_text("Lý do: Chấm phúc khảo chưa xong")).to_be_visible()
    expect(office.get_by_text("người rút: Phan Tiến Dũng")).to_be_visible()
    candidate.goto(LOOK_UP)
    expect(candidate.get_by_text("8,75")).to_have_count(0)
    expect(candidate.get_by_label("Số báo danh")).to_have_count(0)
