"""A tablet at the gate: paired, read by, cut off, restarted, connected again; nothing is lost."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import segno
from playwright.sync_api import expect

from khue.attendance.rules.cards import secret_digest
from machinery.prepare import BROWSERS
from tests.cast import Cast, table
from tests.gate_places import make_card
from tests.journeys.cable import Cable, cable_to
from tests.journeys.classroom import ClassRoom
from tests.site import browser_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.journey

PAIRING = [f"GHEPNAM{sign}" for sign in "ABCDEFGH"]
WIDTH, HEIGHT = 320, 240
Gate = Callable[..., "Page"]


def furnish(cast: Cast) -> dict[str, int]:
    """Codes for tablets, cards of the class, one of them lost."""
    now = datetime.now(UTC)
    school = {"school": cast.school, "province": cast.school.province}
    for code in PAIRING:
        table("attendance.GatePairing").objects.create(
            **school,
            code_digest=secret_digest(code),
            name="Cổng chính",
            made_by="Ai đó",
            made_by_id=1,
            made_at=now,
            ends_at=now + timedelta(minutes=15),
        )
    stays = table("records.Enrolment").objects.filter(school_class=cast.school_class)
    pupils = [stay.student for stay in stays.select_related("student").order_by("id")]
    for number, pupil in enumerate(pupils[:6]):
        make_card(cast.school, pupil, f"THEHOCSINH{number}AB", f"{number:06}")
    lost = {"state": "lost", "ended_at": now}
    make_card(cast.school, pupils[6], "THEBIMATAAABB", "000099", **lost)
    return {}


@pytest.fixture
def cable(site: ClassRoom) -> Iterator[Cable]:
    with cable_to(site.url) as made:
        yield made


@pytest.fixture
def codes(site: ClassRoom) -> Iterator[str]:
    """Codes that pair, each once."""
    site.ask("update attendance_gatepairing set used_at = null")
    site.ask("truncate attendance_gateevent")
    return iter(PAIRING)


@pytest.fixture
def gate(browser: Browser, cable: Cable, codes: Iterator[str]) -> Iterator[Gate]:
    """A tablet that was paired and lets people out, which no hour of the school forbids."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(by: Browser = browser) -> Page:
        context = by.new_context(
            base_url=cable.url, locale="vi-VN", viewport={"width": 1280, "height": 800}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto("/cong/")
        pair(page, next(codes))
        page.get_by_role("button", name="Ra", exact=True).click()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def pair(page: Page, code: str) -> None:
    page.get_by_label("Mã ghép nối").fill(code.lower())
    page.get_by_role("button", name="Ghép nối").click()
    page.locator("[data-line][data-state=ok]").wait_for()


def card(number: int) -> str:
    return f"THEHOCSINH{number}AB"


def read(page: Page, code: str) -> None:
    """As a reader does: key by key, then Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def settled(page: Page, number: int) -> None:
    """So many passings stand in the list, and the server has answered all of them."""
    page.locator("[data-recent] li").nth(number - 1).wait_for()
    page.locator("[data-recent] [data-waiting]").first.wait_for(state="detached")


def taken(site: ClassRoom) -> list[tuple[str, str]]:
    """Whose passings the school has, in their order, and what they were worth."""
    return site.ask(
        "select coalesce(student.name, ''), event.verdict from attendance_gateevent event"
        " left join records_student student on student.id = event.student_id order by event.at"
    )


def name_on(page: Page) -> str:
    """Whom the answer named last; it stands in the page when the answer has made way, too."""
    page.locator("[data-name]:not(:empty)").wait_for(state="attached")
    return page.locator("[data-name]").text_content() or ""


def test_a_tablet_is_paired_and_names_who_passes(site: ClassRoom, gate: Gate) -> None:
    page = gate()
    read(page, card(0))
    page.locator("body[data-tone=good]").wait_for()
    assert name_on(page)
    settled(page, 1)
    assert taken(site) == [(name_on(page), "good")]
    read(page, card(1))
    settled(page, 2)
    lights = page.evaluate("performance.getEntriesByName('khue-light').map(one => one.duration)")
    assert min(lights) < 100
    assert "8A" in (page.locator("[data-spoken]").text_content() or "")


def test_a_wrong_code_pairs_nothing(browser: Browser, cable: Cable) -> None:
    page = browser.new_context(base_url=cable.url).new_page()
    page.goto("/cong/")
    page.get_by_label("Mã ghép nối").fill("ZZZZ2222")
    page.get_by_role("button", name="Ghép nối").click()
    page.get_by_text("Mã ghép nối không đúng").wait_for()
    expect(page.locator("[data-gate]")).to_be_hidden()
    page.context.close()


def test_twice_strange_and_lost_cards_are_told_apart(site: ClassRoom, gate: Gate) -> None:
    page = gate()
    read(page, card(1))
    settled(page, 1)
    read(page, card(2))
    read(page, card(1))
    page.locator("body[data-tone=warn]").wait_for()
    page.locator("[data-recent] li", has_text="Quẹt lại").wait_for()
    settled(page, 3)
    read(page, "THELAAABB22")
    page.locator("body[data-tone=bad]").wait_for()
    settled(page, 4)
    read(page, "THEBIMATAAABB")
    page.locator("[data-recent] li", has_text="Thẻ đã báo mất").wait_for()
    settled(page, 5)
    assert [verdict for _, verdict in taken(site)] == [
        "good",
        "good",
        "twice",
        "unknown",
        "lost",
    ]


def test_without_a_line_nothing_is_lost_and_nothing_doubled(
    site: ClassRoom, gate: Gate, cable: Cable
) -> None:
    page = gate()
    page.locator("body[data-shell=kept]").wait_for()
    cable.loses_answers = True
    read(page, card(0))  # the server takes it, and its answer is lost on the way
    page.locator("[data-line][data-state=away]").wait_for()
    names = [name_on(page)]
    for number in (1, 2, 3):
        read(page, card(number))
        page.locator("[data-recent] li").nth(number).wait_for()
        names.append(name_on(page))
    page.reload()
    page.get_by_text("4 lượt chờ gửi").wait_for()
    assert page.locator("[data-recent] .cong-recent-name").all_inner_texts() == names[::-1]
    read(page, card(4))
    names.append(name_on(page))
    cable.plug_in()
    page.locator("[data-line][data-state=ok]").wait_for()
    settled(page, 5)
    assert taken(site) == [(name, "good") for name in names]


def test_a_tablet_that_was_switched_off_keeps_what_it_did_not_send(
    browser: Browser, site: ClassRoom, cable: Cable, codes: Iterator[str], tmp_path: Path
) -> None:
    def switched_on() -> Page:
        folder = tmp_path / "browser"
        context = browser.browser_type.launch_persistent_context(folder, **browser_command())
        page = context.new_page()
        page.goto(f"{cable.url}/cong/")
        return page

    page = switched_on()
    pair(page, next(codes))
    page.get_by_role("button", name="Ra", exact=True).click()
    page.locator("body[data-shell=kept]").wait_for()
    cable.pull()
    for number in (0, 1):
        read(page, card(number))
        page.locator("[data-recent] li").nth(number).wait_for()
    page.get_by_text("2 lượt chờ gửi").wait_for()
    page.context.close()
    page = switched_on()
    page.get_by_text("2 lượt chờ gửi").wait_for()
    cable.plug_in()
    page.locator("[data-line][data-state=ok]").wait_for()
    page.locator("[data-recent] [data-waiting]").first.wait_for(state="detached")
    page.context.close()
    assert [verdict for _, verdict in taken(site)] == ["good", "good"]


def test_an_ended_tablet_forgets_names_and_keeps_what_was_not_sent(
    site: ClassRoom, gate: Gate, cable: Cable, codes: Iterator[str]
) -> None:
    page = gate()
    read(page, card(0))
    settled(page, 1)
    cable.pull()
    read(page, card(1))
    page.get_by_text("1 lượt chờ gửi").wait_for()
    site.ask("update attendance_gatedevice set ended_at = now()")
    cable.plug_in()
    page.get_by_text("ngừng dùng").wait_for()
    kept = page.evaluate(
        """() => new Promise(done => { const asked = indexedDB.open('khue-cong'); asked.onsuccess =
        () => { const all = asked.result.transaction('facts').objectStore('facts').getAllKeys();
        all.onsuccess = () => { asked.result.close(); done(all.result); }; }; })"""
    )
    assert kept == ["school"]
    with page.expect_download() as saved:
        page.get_by_role("button", name="Cất các lượt chưa gửi").first.click()
    passings = json.loads(Path(saved.value.path()).read_text())["passings"]
    assert [one["code"] for one in passings] == [card(1)]
    pair(page, next(codes))
    settled(page, 1)
    assert [verdict for _, verdict in taken(site)] == ["good", "good"]


@pytest.fixture
def filmed(browser: Browser, tmp_path: Path) -> Iterator[Browser]:
    """A browser whose camera sees the QR of a card."""
    film = tmp_path / "the.y4m"
    film.write_bytes(film_of(card(5)))
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    eyes = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    path = next(found for found in BROWSERS if Path(found).exists())
    eyes.append(f"--use-file-for-fake-video-capture={film}")
    made = browser.browser_type.launch(executable_path=path, args=eyes + root)
    yield made
    made.close()


def film_of(code: str) -> bytes:
    """Two pictures of a QR on white, as an uncompressed film."""
    rows = [list(row) for row in segno.make_qr(code, error="m").matrix]
    dot = 160 // len(rows)
    left, top = (WIDTH - dot * len(rows)) // 2, (HEIGHT - dot * len(rows)) // 2

    def light(x: int, y: int) -> int:
        column, row = (x - left) // dot, (y - top) // dot
        inside = 0 <= row < len(rows) and 0 <= column < len(rows)
        return 16 if inside and rows[row][column] else 235

    picture = bytes(light(x, y) for y in range(HEIGHT) for x in range(WIDTH))
    frame = b"FRAME\n" + picture + b"\x80" * (WIDTH * HEIGHT // 2)
    return f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F5:1 Ip A1:1 C420\n".encode() + frame * 2


def test_the_camera_reads_the_card(site: ClassRoom, gate: Gate, filmed: Browser) -> None:
    page = gate(filmed)
    page.get_by_role("button", name="Máy ảnh", exact=True).click()
    assert name_on(page)
    settled(page, 1)
    assert [verdict for _, verdict in taken(site)] == ["good"]
