"""The first walk: a mark from the teacher's hand to the parent's phone and to the department."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.people import PHONE, Stage, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.journey
CHILD = "Triệu Quang Minh"


def open_book(page: Page) -> None:
    """From the first page to the mark book of Toán 8A, as a teacher goes."""
    page.get_by_role("link", name="Sổ điểm", exact=True).first.click()
    page.get_by_role("link", name=re.compile(r"Toán 8A|Học kì I\b.*Toán 8A")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Toán 8A")


def row_of(page: Page, name: str) -> Locator:
    return page.locator("#marks tbody tr").filter(has=page.locator(f'th[title="{name}"]'))


def type_into(page: Page, cell: Locator, text: str) -> None:
    """Choose a cell and type as in a spreadsheet."""
    cell.click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def average_by_law(marks: list[str]) -> str:
    """Điểm trung bình môn học kì, computed here by hand: TT 22/2021, Điều 9."""
    values = [Decimal(one.replace(",", ".")) for one in marks]
    *regular, midterm, final = values
    total = (sum(regular) + 2 * midterm + 3 * final) / (len(regular) + 5)
    return str(total.quantize(Decimal("0.1"), ROUND_HALF_UP)).replace(".", ",")


def fill_row(page: Page, row: Locator) -> list[str]:
    """Type every mark that the row still lacks; return all marks of the row."""
    cells = row.locator("td.mk")
    for at in range(cells.count()):
        if not cells.nth(at).inner_text().strip():
            type_into(page, cells.nth(at), "85")
            expect(cells.nth(at)).to_contain_text("8,5")
    expect(page.get_by_role("status").filter(has_text="Đã lưu lúc")).to_be_visible()
    return [cells.nth(at).inner_text().strip().split()[0] for at in range(cells.count())]


def entered_at_school(stage: Stage) -> int:
    """The number of marks entered in the school, as the department sees it."""
    page = stage.visit("dung", "/tien-do/")
    line = page.get_by_role("row").filter(has_text="Trường THCS Sao Khuê")
    if not line.count():
        page.get_by_role("link", name="Xã Suối Trong").first.click()
        line = page.get_by_role("row").filter(has_text="Trường THCS Sao Khuê")
    found = re.search(r"([\d.]+)\s*/\s*[\d.]+", line.first.inner_text())
    assert found, line.first.inner_text()
    return int(found[1].replace(".", ""))


def test_a_mark_travels_from_the_teacher_to_the_family_and_the_department(stage: Stage) -> None:
    before = entered_at_school(stage)
    hoa = stage.newcomer()
    sign_in(hoa, stage.site.people["hoa"]["login"], stage.site.people["hoa"]["password"])
    open_book(hoa)
    row = row_of(hoa, CHILD)
    marks = fill_row(hoa, row)
    average = average_by_law(marks)
    expect(row.locator("td.mg-end")).to_have_text(average)

    hoa.reload()
    expect(row_of(hoa, CHILD).locator("td.mg-end")).to_have_text(average)
    expect(row_of(hoa, CHILD).locator("td.mk").last).to_contain_text(marks[-1])

    lan = stage.newcomer(viewport=PHONE, java_script_enabled=False)
    sign_in(lan, stage.site.people["lan"]["login"], stage.site.people["lan"]["password"])
    lan.get_by_role("link", name=CHILD).click()
    lan.get_by_role("link", name="Xem điểm từng môn").click()
    maths = lan.get_by_role("listitem").filter(has_text=re.compile(r"^\s*Toán\b"))
    expect(maths).to_contain_text(average)
    expect(maths).to_contain_text(marks[-1])

    assert entered_at_school(stage) > before

    mai = stage.visit("mai", "/")
    expect(mai.locator("main")).to_contain_text(re.compile(r"Đã nhập .*Toán 8A, học kì I"))
    expect(mai.locator("main")).to_contain_text("Nông Thị Hoa")


def test_another_school_and_another_family_find_nothing(stage: Stage) -> None:
    hoa = stage.visit("hoa")
    open_book(hoa)
    book = hoa.url.removeprefix(stage.site.url)
    classmate = hoa.locator("#marks tbody tr[data-student]").first.get_attribute("data-student")

    nam = stage.visit("nam")
    answer = nam.goto(book)
    assert answer is not None
    assert answer.status == 404
    expect(nam.get_by_role("heading", level=1)).to_be_visible()

    lan = stage.visit("lan")
    address = lan.get_by_role("link", name=CHILD).get_attribute("href")
    assert address is not None
    own = re.findall(r"\d+", address)
    assert own != [classmate]
    for path in (f"/con/{classmate}/", f"/hoc-sinh/{classmate}/", book):
        answer = lan.goto(path)
        assert answer is not None
        assert answer.status in {403, 404}, path
    answer = lan.goto(f"/con/{classmate}/")
    assert answer is not None
    assert answer.status == 404


def test_a_wrong_value_is_refused_in_a_sentence_and_nothing_is_written(stage: Stage) -> None:
    hoa = stage.visit("hoa")
    open_book(hoa)
    row = hoa.locator("#marks tbody tr[data-student]").nth(3)
    cell = row.locator("td.mk").last
    stood = cell.inner_text().strip()
    type_into(hoa, cell, "12,5")
    expect(hoa.get_by_role("status").filter(has_text="không hợp lệ")).to_be_visible()
    hoa.reload()
    again = hoa.locator("#marks tbody tr[data-student]").nth(3).locator("td.mk").last
    expect(again).to_have_text(stood)


def test_a_refused_page_says_why_and_a_missing_one_what_to_do(stage: Stage) -> None:
    page = stage.visit("hoa", "/tien-do/")
    expect(page.locator("main")).to_contain_text("chưa được giao quyền")
    page.goto("/khong-co-trang-nay/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("trang đầu", re.I)).last).to_be_visible()
