"""Coming in: wrong passwords, a slip, a second factor, and leaving everywhere at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Stage, sign_in

pytestmark = pytest.mark.journey
NEW_PASSWORD = "trang vở ô li màu tím"


def person(stage: Stage, who: str) -> tuple[str, str]:
    found = stage.site.people[who]
    return found["login"], found["password"]


def test_wrong_passwords_get_a_sentence_and_then_a_wait(stage: Stage) -> None:
    page = stage.newcomer()
    login, password = person(stage, "stranger")
    for _ in range(5):
        sign_in(page, login, "không phải mật khẩu này")
        expect(page.get_by_role("alert")).to_contain_text("chưa đúng")
    sign_in(page, login, password)
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"\d+ (giây|phút)"))
    expect(page).to_have_url(re.compile("/dang-nhap/"))


def test_a_page_asked_for_before_signing_in_opens_afterwards(stage: Stage) -> None:
    page = stage.newcomer()
    page.goto("/hoc-sinh/?q=minh")
    expect(page).to_have_url(re.compile(r"/dang-nhap/\?next="))
    login, password = person(stage, "thu")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page).to_have_url(re.compile(r"/hoc-sinh/\?q=minh"))


def test_a_leader_gives_a_second_code_and_no_page_opens_before(stage: Stage) -> None:
    page = stage.newcomer()
    login, password = person(stage, "mai")
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page).to_have_url(re.compile("/dang-nhap/xac-thuc/"))
    page.goto("/hoc-sinh/")
    expect(page).to_have_url(re.compile("/dang-nhap/xac-thuc/"))
    page.locator("input[name=code]").fill("000000")
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.locator(".field-error")).to_be_visible()
    shown = page.locator("[data-demonstration-code]").inner_text()
    page.locator("input[name=code]").fill(shown)
    page.get_by_role("button", name="Xác nhận").click()
    expect(page).to_have_url(re.compile("/hoc-sinh/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Học sinh")


def test_a_slip_opens_the_door_once_and_a_password_is_chosen(stage: Stage) -> None:
    office = stage.visit("mai", "/tai-khoan/?role=subject_teacher")
    rows = office.locator("main tbody tr").filter(has_not_text=re.compile("hoant|binhlv"))
    rows.last.get_by_role("link").click()
    office.get_by_role("button", name="In phiếu mã mới").click()
    office.get_by_role("dialog").get_by_role("button", name="In phiếu").click()
    slip = office.locator(".slip").first
    code = slip.locator(".slip-code").inner_text()
    login = slip.locator("dd.strong").inner_text()

    page = stage.newcomer()
    page.goto("/dang-nhap/lan-dau/")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.locator("input[name=code]").fill(code)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page).to_have_url(re.compile("/dang-nhap/dat-mat-khau/"))
    page.locator("input[name=password]").fill("12345678")
    page.get_by_role("button", name="Đặt mật khẩu").click()
    expect(page.locator(".field-error")).to_be_visible()
    page.locator("input[name=password]").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Đặt mật khẩu").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chào")

    again = stage.newcomer()
    again.goto("/dang-nhap/lan-dau/")
    again.get_by_label("Tên đăng nhập").fill(login)
    again.locator("input[name=code]").fill(code)
    again.get_by_role("button", name="Tiếp tục").click()
    expect(again.get_by_role("alert")).to_be_visible()
    sign_in(again, login, NEW_PASSWORD)
    expect(again.get_by_role("heading", level=1)).to_contain_text("Chào")


def test_signing_out_everywhere_ends_the_other_device(stage: Stage) -> None:
    login, password = person(stage, "binh")
    stage.forget("binh")
    here, there = stage.newcomer(), stage.newcomer()
    for page in (here, there):
        sign_in(page, login, password)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    here.goto("/tai-khoan-cua-toi/phien/")
    expect(here.locator("main tbody tr")).not_to_have_count(1)
    here.get_by_role("button", name="Đăng xuất mọi nơi").first.click()
    here.get_by_role("dialog").get_by_role("button", name="Đăng xuất mọi nơi").click()
    expect(here).to_have_url(re.compile("/dang-nhap/"))
    there.goto("/so-diem/")
    expect(there).to_have_url(re.compile("/dang-nhap/"))
