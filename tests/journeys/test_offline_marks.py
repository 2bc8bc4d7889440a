"""Cô Hoa works where the line breaks: what she writes is on her machine, then at school."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.journeys.classroom import ClassRoom

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

pytestmark = pytest.mark.journey
Prepare = Callable[..., "Page"]


@pytest.fixture
def prepared(browser: Browser, classroom: ClassRoom) -> Iterator[Prepare]:
    """A machine that took the classes of somebody along; complaints of the page fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []
    known = Argon2PasswordHasher().encode(PASSWORD, "muối của bản thử")
    classroom.ask("update access_account set password = %s", known)

    def opened(who: str = "hoa") -> Page:
        context = browser.new_context(base_url=classroom.url, locale="vi-VN")
        cookie = {"name": "khue_session", "value": classroom.tokens[who], "url": classroom.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto("/ngoai-tuyen/")
        page.locator("[data-offline-password]").fill(PASSWORD)
        page.locator("[data-offline-prepare]").click()
        page.locator("body[data-offline=open][data-offline-kept]").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def cell(page: Page, row: int, slot: str) -> Locator:
    return page.locator(f"#marks tbody tr:nth-child({row}) td[data-slot={slot}]")


def open_book(page: Page, room: ClassRoom) -> None:
    page.locator(f'[data-offline-book="{room.maths}.1"]').click()
    page.locator("#marks").wait_for()


def test_marks_typed_without_a_line_reach_the_school(
    prepared: Prepare, classroom: ClassRoom
) -> None:
    page = prepared()
    page.context.set_offline(True)
    page.reload()
    open_book(page, classroom)
    cell(page, 1, "gk").click()
    for typed in ("85", "7.5", "P"):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    page.locator("[data-offline-line][data-state=waiting]").wait_for()
    expect(page.locator('td.mk[data-state="here"]')).to_have_count(3)
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto("/ngoai-tuyen/")
    again.locator("[data-offline-login]").fill("gv.hoa")
    again.locator("[data-offline-password]").fill(PASSWORD)
    again.locator("[data-offline-unlock]").click()
    open_book(again, classroom)
    for row, text in enumerate(("8,5", "7,5", "P"), start=1):
        expect(cell(again, row, "gk")).to_have_text(text)
    assert set(classroom.stored("gk")) <= {None}
    again.context.set_offline(False)
    again.locator("[data-offline-line][data-state=ok]").wait_for()
    assert classroom.stored("gk")[:3] == [85, 75, -1]
