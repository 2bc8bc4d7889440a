"""Signing in a real browser: tick, type the PIN, watch; the device on one's own machine; keys."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from khue.signing.tests.agent import SigningAgent, serve
from khue.signing.tests.pki import Pki
from khue.signing.tests.signwork import PIN, credential, hand_in, person, trust
from tests.cast import Cast
from tests.journeys.classroom import ClassRoom, Enter

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey
HELD: dict[str, Any] = {}
OF_HOA, OF_MAI = 60, 40
SIGNED = "select count(*) from signing_request where state = 'signed' and group_title = %s"


@pytest.fixture(scope="module", autouse=True)
def surroundings(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the site needs before it starts: authorities, an agent, a place for keys."""
    server, agent = serve()
    HELD.update(pki=pki, agent=agent, keys=tmp_path_factory.mktemp("keys"))
    os.environ["KHUE_SIGNING_AGENTS"] = agent.url
    yield
    os.environ.pop("KHUE_SIGNING_AGENTS")
    server.shutdown()
    server.server_close()


def furnish(cast: Cast) -> dict[str, int]:
    """Papers that wait for cô Hoa and for cô Mai, and their certificates."""
    pki: Pki = HELD["pki"]
    trust(pki)
    with override_settings(DATA_DIR=HELD["keys"]):
        credential(cast, pki, "hoa")
    credential(cast, pki, "mai", backend="local", agent="1")
    HELD["agent"].plug_in(*pki.person("mai"))
    for number in range(OF_HOA):
        hand_in(cast, [person(cast, "hoa")], key=f"hoa{number}", group_title="Toán · 8A")
    for number in range(OF_MAI):
        hand_in(cast, [person(cast, "mai")], key=f"mai{number}", group_title="Học bạ · 8A")
    hand_in(cast, [person(cast, "thu")], key="t1", group_title="Của thu")
    hand_in(cast, [person(cast, "thu")], key="t2", group_title="Của thu")
    return {}


@pytest.fixture
def room(classroom: ClassRoom, tmp_path_factory: pytest.TempPathFactory) -> ClassRoom:
    """The site, with the demonstration's keys where it looks for them."""
    copy_keys(HELD["keys"], tmp_path_factory)
    return classroom


def copy_keys(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    for folder in tmp_path_factory.getbasetemp().glob("grid*"):
        place = Path(folder) / "data" / "signing" / "demo-keys"
        shutil.copytree(keys / "signing" / "demo-keys", place, dirs_exist_ok=True)


def tick_all(page: Page) -> None:
    page.locator("[data-select-all]").check()
    page.get_by_role("button", name="Ký các dòng đã chọn").click()


def signed(room: ClassRoom, group: str) -> int:
    return int(room.ask(SIGNED, group)[0][0])


def test_many_are_signed_with_one_pin_and_the_page_shows_how_far_it_is(
    enter: Enter, room: ClassRoom
) -> None:
    page = enter("/")
    page.locator(".due").filter(has_text="chờ thầy cô ký số").click()
    tick_all(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Ký {OF_HOA} bản")
    expect(page.get_by_text("Số chứng thư")).to_be_visible()
    page.locator("input[name=secret]").fill("000000")
    page.locator("[data-go]").click()
    expect(page.get_by_text("Mã PIN chưa đúng")).to_be_visible()
    assert signed(room, "Toán · 8A") == 0
    expect(page.locator("input[name=secret]")).to_have_value("")
    page.locator("input[name=secret]").fill(PIN)
    page.locator("[data-go]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã ký xong")
    assert signed(room, "Toán · 8A") == OF_HOA
    page.get_by_role("link", name="Về trang Chờ tôi ký").click()
    expect(page.get_by_text("Không có gì chờ thầy cô ký")).to_be_visible()


def test_a_device_on_ones_own_machine_signs_through_its_agent(
    enter: Enter, room: ClassRoom
) -> None:
    agent: SigningAgent = HELD["agent"]
    agent.pull_out_after = 30
    page = enter("/ky-so/", who="mai")
    tick_all(page)
    expect(page.get_by_text("Ký bằng USB token")).to_be_visible()
    expect(page.locator("input[name=secret]")).to_be_hidden()
    page.locator("[data-go]").click()
    expect(page.locator("[data-say][data-kind=danger]")).to_be_visible()
    assert signed(room, "Học bạ · 8A") == 30
    agent.plug_in(*HELD["pki"].person("mai"))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ký 10 bản")
    page.locator("[data-go]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã ký xong")
    assert signed(room, "Học bạ · 8A") == OF_MAI
    assert agent.shown


def press(page: Page, key: str) -> None:
    """A key on a page that listens already: its script runs before the page has loaded."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def test_papers_are_read_one_by_one_with_the_keyboard(enter: Enter, room: ClassRoom) -> None:
    page = enter("/ky-so/", who="thu")
    page.get_by_role("link", name="Của thu").click()
    page.get_by_role("link", name="Xem từng bản").click()
    expect(page.get_by_text("bản 1 trong 2")).to_be_visible()
    press(page, "j")
    expect(page.get_by_text("bản 2 trong 2")).to_be_visible()
    press(page, "s")
    expect(page.get_by_role("link", name="Ký 1 bản đã đánh dấu")).to_be_visible()
    press(page, "k")
    expect(page.get_by_text("bản 1 trong 2")).to_be_visible()
    press(page, "r")
    page.get_by_role("button", name="Từ chối ký").click()
    expect(page.get_by_text("Đã từ chối ký")).to_have_count(0)
    expect(page.locator(":invalid").first).to_be_attached()
    page.get_by_label(re.compile("Lý do từ chối")).fill("   ")
    page.get_by_role("button", name="Từ chối ký").click()
    expect(page.get_by_text("Chưa ghi lý do")).to_be_visible()
    expect(page.get_by_text("bản 1 trong 2")).to_be_visible()
    press(page, "r")
    page.get_by_label(re.compile("Lý do từ chối")).fill("Sai tên trường")
    page.get_by_role("button", name="Từ chối ký").click()
    expect(page.get_by_text("Đã từ chối ký 1 bản")).to_be_visible()
    page.goto("/ky-so/muc/tu-choi/")
    expect(page.get_by_text("Sai tên trường")).to_be_visible()


def test_the_inbox_works_on_a_phone(enter: Enter, room: ClassRoom) -> None:
    page = enter("/ky-so/muc/da-ky/", viewport={"width": 360, "height": 740})
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã ký")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == 360
