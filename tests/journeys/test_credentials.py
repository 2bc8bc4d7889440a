"""Registering a certificate in a real browser: read from the token at home, drawn, retired."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, expect

from khue.signing.tests.agent import SigningAgent, serve
from khue.signing.tests.pki import Pki
from tests.cast import Cast
from tests.journeys.classroom import ClassRoom, Enter

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey
HELD: dict[str, Any] = {}
LIST = "/ky-so/chung-thu/"
HERE = f"{LIST}dang-ky/may-cua-toi/"


@pytest.fixture(scope="module", autouse=True)
def surroundings(pki: Pki) -> Iterator[None]:
    """An agent that the site allows its pages to speak to."""
    server, agent = serve()
    HELD.update(pki=pki, agent=agent)
    os.environ["KHUE_SIGNING_AGENTS"] = agent.url
    yield
    os.environ.pop("KHUE_SIGNING_AGENTS")
    server.shutdown()
    server.server_close()


def furnish(cast: Cast) -> dict[str, int]:
    """Nothing but the people."""
    return {}


def find(page: Page) -> None:
    page.get_by_role("button", name="Tìm thiết bị trên máy này").click()


def scanned() -> bytes:
    """A signature in blue ink on white paper."""
    paper = Image.new("RGB", (500, 220), (252, 251, 247))
    ImageDraw.Draw(paper).line([(40, 150), (140, 40), (260, 170), (450, 60)], (20, 60, 170), 9)
    out = BytesIO()
    paper.save(out, "PNG")
    return out.getvalue()


def test_the_certificate_is_read_from_the_token(enter: Enter, classroom: ClassRoom) -> None:
    agent: SigningAgent = HELD["agent"]
    agent.person.accepts_pairing = False
    page = enter(HERE)
    find(page)
    expect(page.get_by_text("chưa cho trang này dùng")).to_be_visible()
    agent.person.accepts_pairing = True
    find(page)
    expect(page.get_by_text("không có chứng thư nào")).to_be_visible()
    agent.plug_in(*HELD["pki"].person("mai"))
    find(page)
    page.get_by_role("button", name="Đăng ký chứng thư này").click()
    expect(page.get_by_text("Mỗi người chỉ đăng ký chứng thư của chính mình")).to_be_visible()
    agent.pull_out()
    agent.plug_in(*HELD["pki"].person("hoa"))
    find(page)
    page.get_by_role("button", name="Đăng ký chứng thư này").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chứng thư số của Nông Thị Hoa")
    expect(page.get_by_text("Trường THCS Sao Khuê").first).to_be_visible()
    kept = classroom.ask("select backend, subject_title from signing_credential")
    assert kept == [("local", "Giáo viên")]


def test_the_signature_is_drawn_and_the_certificate_retired(enter: Enter) -> None:
    page = enter(LIST)
    page.get_by_role("link", name="Nông Thị Hoa").click()
    file = FilePayload(name="ky.png", mimeType="image/png", buffer=scanned())
    page.locator("input[name=image]").set_input_files(file)
    page.get_by_role("button", name="Lưu hình").click()
    expect(page.get_by_text("Nền của hình không trong suốt")).to_be_visible()
    page.locator("input[name=image]").set_input_files(file)
    page.get_by_label("Bỏ nền trắng").check()
    page.get_by_role("button", name="Lưu hình").click()
    expect(page.get_by_alt_text("Hình chữ ký của Nông Thị Hoa")).to_be_visible()
    page.get_by_role("button", name="Ngừng dùng").click()
    page.get_by_label("Lý do").fill("Mất thiết bị")
    page.get_by_role("dialog").get_by_role("button", name="Ngừng dùng").click()
    expect(page.get_by_text("Thầy cô chưa đăng ký chứng thư số")).to_be_visible()
    page.get_by_role("link", name="Xem cả chứng thư đã ngừng dùng").click()
    expect(page.get_by_text("Đã ngừng dùng", exact=True)).to_be_visible()
