"""A mother with two children: her page on a small phone, without a script and with one."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import expect

from benchmarks.weights import first_visit
from tests.journeys.people import PHONE, Stage
from tests.journeys.push_service import SHOWN, PushService

if TYPE_CHECKING:
    from playwright.sync_api import Page

FIRST, SECOND = "Triệu Quang Minh", "Triệu Khánh Vy"
BUDGET = 30 * 1024
THUMB = 44
BLOCKS = ("hom-nay", "thong-bao", "trao-doi", "ket-qua", "chuyen-can", "so-dau-bai", "lien-he")
NOTIFICATIONS = """async () => {
    const site = await navigator.serviceWorker.ready;
    return (await site.getNotifications()).map((one) => [one.title, one.body, one.data]);
}"""


def open_child(page: Page, name: str = FIRST) -> str:
    """The page of a child, reached as a family reaches it; its path."""
    page.get_by_role("link", name=re.compile(name)).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return urlsplit(page.url).path


def small_targets(page: Page) -> list[str]:
    """Links and buttons that stand on their own and are smaller than a thumb."""
    found = page.locator(".block-more, .kids a, .block .btn, .tabs a").all()
    boxes = [(one.inner_text(), one.bounding_box()) for one in found]
    return [text for text, box in boxes if box is None or box["height"] < THUMB]


def test_a_mother_reads_both_children_on_a_small_phone_without_a_script(stage: Stage) -> None:
    page = stage.visit("lan", width=PHONE, java_script_enabled=False)
    path = open_child(page)
    for name in BLOCKS:
        assert page.locator(f"#{name}").inner_text().strip(), name
    assert "Cập nhật lúc" in page.locator("#ket-qua").inner_text()
    assert small_targets(page) == []
    for section in ("ket-qua/", "chuyen-can/", "so-dau-bai/"):
        page.goto(f"{path}{section}")
        assert small_targets(page) == []
        page.get_by_role("navigation", name="Chọn con").get_by_text(SECOND).click()
        expect(page).to_have_url(re.compile(rf"/con/\d+/{section}$"))
        expect(page).not_to_have_url(re.compile(path))


def test_nothing_is_wider_than_a_small_phone(stage: Stage) -> None:
    page = stage.visit("lan", width=PHONE)
    path = open_child(page)
    for section in ("", "ket-qua/", "chuyen-can/", "so-dau-bai/", "hoc-ba/"):
        page.goto(f"{path}{section}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], section


def test_a_mother_goes_from_the_page_to_a_request_for_leave(stage: Stage) -> None:
    page = stage.visit("lan", width=PHONE)
    open_child(page)
    page.get_by_role("link", name="Xin nghỉ học").click()
    expect(page.get_by_label("Lý do")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Chọn cách nhận tin của nhà trường").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nhận tin")


def test_chromium_would_install_the_site(stage: Stage) -> None:
    page = stage.visit("lan", width=PHONE)
    open_child(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    asked = page.context.new_cdp_session(page)
    manifest = asked.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/manifest.webmanifest")
    errors: list[Any] = asked.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in errors if one["errorId"] != "in-incognito"] == []


def test_a_push_is_shown_and_leads_only_into_the_site(stage: Stage) -> None:
    page = stage.visit("lan", width=PHONE, permissions=["notifications"])
    open_child(page)
    service = PushService(page, stage.site.url)
    for told, title, body in [
        ('{"title": "Sao Khuê", "body": "Em vắng", "url": "/"}', "Sao Khuê", "Em vắng"),
        ("rác", "Tin từ nhà trường", "Mở trang để xem tin mới."),
    ]:
        assert service.deliver(told) == SHOWN
        assert page.evaluate(NOTIFICATIONS) == [[title, body, "/"]]


def test_a_first_visit_stays_within_thirty_kilobytes(stage: Stage) -> None:
    page = stage.visit("lan", width=PHONE)
    path = open_child(page)
    key = next(one["value"] for one in page.context.cookies() if one["name"] == "khue_session")
    page.close()
    carried = first_visit_apart(stage.site.url, path, key)
    assert 0 < sum(carried.values()) < BUDGET, carried


def first_visit_apart(url: str, path: str, key: str) -> dict[str, int]:
    """In a thread of its own: the browser of the stories keeps its loop in this one."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(first_visit, url, path, key).result()
