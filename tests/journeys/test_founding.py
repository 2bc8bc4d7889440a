"""A province is founded: its first officer comes in, and is led until a school can begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.plugin import DjangoDbBlocker

from khue.organisations.models import Code
from khue.organisations.services.founding import found_province
from kit.fences import EVERYTHING, scoped
from kit.processes import end, free_port
from machinery.site import start_web, wait_until_answers
from tests.database import Server, point_to
from tests.site import site_environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.journey
LISTS = {
    "provinces": [("20", "Tỉnh Lạng Sơn", "")],
    "communes": [("05986", "Phường Tam Thanh", "20"), ("06001", "Xã Đoàn Kết", "20")],
    "level-groups": [("01", "Mầm non", ""), ("07", "THCS", "")],
    "levels": [("01", "Mầm non", ""), ("03", "Trung học cơ sở", "")],
}
SCHOOLS = """Mã trường,Tên trường,Nhóm cấp học,"Xã, phường"
20001101,Trường Mầm non Hoa Sim,Mầm non,Xã Đoàn Kết
20001301,Trường THCS Sao Khuê,07,{commune}
"""


@dataclass(frozen=True)
class Founded:
    """The site of an empty department, and what stands on the slip of its first officer."""

    url: str
    login: str
    code: str


@pytest.fixture
def founded(
    django_db_setup: None,
    database_server: Server,
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
) -> Iterator[Founded]:
    own, name = connection.settings_dict["NAME"], database_server.copy(template_database, "found")
    with django_db_blocker.unblock():
        point_to(database_server, name)
        slip = _found()
        point_to(database_server, own)
    port = free_port()
    environment = site_environment(database_server.url_of(name), tmp_path)
    web = start_web(environment, port, tmp_path / "web.log", workers=1)
    try:
        wait_until_answers(web, port, tmp_path / "web.log")
        yield Founded(f"http://127.0.0.1:{port}", slip.login, slip.code)
    finally:
        end(web)
    database_server.drop(name)


def _found() -> Any:
    with scoped(EVERYTHING):
        for listed, lines in LISTS.items():
            for at, (code, name, parent) in enumerate(lines):
                Code.objects.create(list=listed, code=code, name=name, parent=parent, position=at)
        made = found_province(
            now=timezone.now(), province="20", login="hanh.nong", name="Nông Thị Hạnh"
        )
    return made.slip


def come_in(page: Page, login: str, code: str, password: str) -> None:
    """From the slip to the first page: password, second factor, spare codes."""
    page.goto("/dang-nhap/")
    page.get_by_role("link", name="Đăng nhập lần đầu bằng phiếu mã").click()
    page.get_by_label("Tên đăng nhập").fill(login)
    page.locator("input[name=code]").fill(code)
    page.get_by_role("button", name="Tiếp tục").click()
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Đặt mật khẩu").click()
    page.locator("input[name=code]").fill(page.locator("[data-demonstration-code]").inner_text())
    page.get_by_role("button", name="Bật xác thực hai lớp").click()
    page.get_by_role("link", name="Đã lưu, tiếp tục").click()


def step_now(page: Page) -> str:
    return page.locator(".first-steps > [aria-current] h3").inner_text()


def load(page: Page, text: str) -> None:
    file: Any = {"name": "truong.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[name=file]").set_input_files(file)
    page.get_by_role("button", name="Nạp danh sách").click()


def test_an_empty_department_is_led_to_its_first_principal(
    founded: Founded, browser: Browser
) -> None:
    office = browser.new_context(base_url=founded.url, locale="vi-VN").new_page()
    come_in(office, founded.login, founded.code, "trang vở ô li màu tím")
    assert step_now(office) == "Xem lại năm học"
    office.goto("/hoc-sinh/")
    expect(office.locator("main")).to_contain_text("Chưa có trường nào")
    office.get_by_role("link", name="Về trang đầu").click()

    office.get_by_role("link", name="Nạp từ Excel").click()
    load(office, SCHOOLS.format(commune="Xã Trên Mây"))
    expect(office.get_by_role("alert")).to_contain_text("Dòng 3: Xã, phường “Xã Trên Mây”")
    load(office, SCHOOLS.format(commune="Phường Tam Thanh"))
    expect(office.locator("main")).to_contain_text("Trường THCS Sao Khuê")
    office.goto("/")
    assert step_now(office).startswith("Trao tài khoản cho hiệu trưởng")

    office.get_by_role("link", name="Chọn trường").click()
    office.get_by_role("link", name="Trường THCS Sao Khuê").click()
    office.get_by_role("link", name="Thêm tài khoản").click()
    office.get_by_label("Họ và tên").fill("Lương Thị Mai")
    office.get_by_label("Vai trò").select_option(label="Hiệu trưởng")
    office.get_by_role("button", name="Thêm tài khoản").click()
    office.get_by_role("button", name="In phiếu mã mới").click()
    office.get_by_role("dialog").get_by_role("button", name="In phiếu").click()
    slip = office.locator(".slip").first
    login, code = (slip.locator(one).inner_text() for one in ("dd.strong", ".slip-code"))

    head = browser.new_context(
        base_url=founded.url, locale="vi-VN", viewport={"width": 360, "height": 740}
    ).new_page()
    come_in(head, login, code, "hai con trâu qua suối cạn")
    assert step_now(head) == "Lập lớp của năm học"
    expect(head).not_to_have_url(re.compile("/dang-nhap/"))
    for page in (office, head):
        page.context.close()
