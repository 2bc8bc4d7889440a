"""A family comes in: the phone, the code of the demonstration, slips of a class, a second child."""

from __future__ import annotations

import re
from time import monotonic

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import PHONE, Stage

pytestmark = pytest.mark.journey
# A mother whom the school registered by her phone and who never had an account.
NEWCOMER = """
select guardian.phone, student.id, student.name, student.born
from records_guardian guardian
join records_guardianship link on link.guardian_id = guardian.id and link.ends_on is null
join records_student student on student.id = link.student_id
join records_enrolment class on class.student_id = student.id and class.ends_on is null
where guardian.phone <> '' and guardian.account_id is null
  and (select count(*) from records_guardian other where other.phone = guardian.phone) = 1
  and (select count(*) from records_guardianship of where of.guardian_id = guardian.id) = 1
  and class.school_class_id = %s and student.id <> %s
order by guardian.id limit 1
"""
MAIN_CLASS = """
select seat.school_class_id from records_enrolment seat
join records_guardianship link on link.student_id = seat.student_id
join records_guardian guardian on guardian.id = link.guardian_id
where guardian.phone = '0912000001' and seat.ends_on is null limit 1
"""
ON_ITS_WAY = (
    "select count(*) from messaging_message where urgent and state in ('waiting', 'claimed')"
)
PATIENCE = 60


def ask(stage: Stage, statement: str, *values: object) -> tuple[str, ...]:
    with psycopg.connect(stage.site.database_url) as session:
        found = session.execute(statement.encode(), values).fetchone()
    assert found is not None
    return tuple(map(str, found))


def give_phone(page: Page, phone: str) -> None:
    page.goto("/dang-nhap/")
    page.get_by_role("link", name="Phụ huynh đăng nhập bằng số điện thoại").click()
    page.get_by_label("Số điện thoại").fill(phone)
    page.get_by_role("button", name="Gửi mã cho tôi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nhập mã trong tin nhắn")


def give_code(stage: Stage, page: Page) -> None:
    """The code is worth something as soon as the worker has sent it."""
    until = monotonic() + PATIENCE
    while ask(stage, ON_ITS_WAY) != ("0",):
        assert monotonic() < until, "the code was not sent"
        page.wait_for_timeout(50)
    page.locator("input[name=code]").fill(page.locator("[data-demonstration-code]").inner_text())
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def test_a_parent_enters_by_phone_and_adds_a_second_child(stage: Stage) -> None:
    class_id = int(ask(stage, MAIN_CLASS)[0])
    phone, first, child, _ = ask(stage, NEWCOMER, class_id, 0)
    _, second, name, born = ask(stage, NEWCOMER, class_id, int(first))
    page = stage.newcomer(viewport=PHONE)
    give_phone(page, phone)
    expect(page).not_to_have_url(re.compile(phone))
    give_code(stage, page)
    expect(page.get_by_text(child).first).to_be_visible()

    office = stage.visit("thu", f"/hoc-sinh/{second}/phieu-gia-dinh/")
    with office.context.expect_page() as opened:
        office.get_by_role("button", name="In phiếu cho người đã chọn").click()
    slip = opened.value.locator(".slip-family").filter(has_text=name).first
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", slip.locator(".slip-child").inner_text())
    assert code is not None
    expect(slip.locator("img.slip-qr")).to_be_visible()

    page.goto("/con/them/")
    page.get_by_label("Mã gắn con trên phiếu").fill(code[0])
    page.get_by_label("Ngày sinh của con").fill("/".join(reversed(born.split("-"))))
    page.get_by_label("Tôi là").select_option("guardian")
    page.get_by_role("button", name="Thêm con").click()
    expect(page.get_by_text(f"Đã gắn {name}")).to_be_visible()
    expect(page.get_by_text(name).last).to_be_visible()


def test_a_phone_that_nobody_registered_sees_the_same_page(stage: Stage) -> None:
    page = stage.newcomer(viewport=PHONE)
    give_phone(page, "0987000999")
    expect(page.get_by_text("Nếu số")).to_be_visible()
    page.get_by_text("Sau một phút vẫn không có tin nhắn?").click()
    expect(page.get_by_role("link", name="vào ngay không cần tin nhắn")).to_be_visible()
