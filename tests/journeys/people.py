"""How the people of the stories come in: through the pages, as everybody does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.site import LiveSite

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
Visit = Callable[..., "Page"]


def sign_in(page: Page, login: str, password: str) -> None:
    """Type name and password on the sign-in page; where a code is asked for, type the code."""
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.locator("input[name=password]").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
    give_code(page)


def give_code(page: Page) -> None:
    """The second factor, where it is asked for: the demonstration shows the code of the phone."""
    if "/dang-nhap/xac-thuc/" not in page.url:
        return
    shown = page.locator("[data-demonstration-code]").inner_text()
    page.locator("input[name=code]").fill(re.sub(r"\D", "", shown))
    page.get_by_role("button", name="Xác nhận").click()


@dataclass
class Stage:
    """One running site with its browser; keeps who is signed in and what the pages complained."""

    browser: Browser
    site: LiveSite
    keys: dict[str, Any]
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def newcomer(self, **options: Any) -> Page:
        """A browser in which nobody is signed in."""
        context = self.browser.new_context(base_url=self.site.url, locale="vi-VN", **options)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._listen(page, message))
        return page

    def visit(
        self, who: str, path: str = "/", *, width: dict[str, int] = WIDE, **options: Any
    ) -> Page:
        """A page of a person who has signed in (once for all stories)."""
        if who not in self.keys:
            self.keys[who] = self._key_of(who)
        page = self.newcomer(viewport=width, storage_state=self.keys[who], **options)
        page.goto(path)
        return page

    def forget(self, who: str) -> None:
        """A person whose sessions a story has ended must sign in anew in the next."""
        self.keys.pop(who, None)

    def _key_of(self, who: str) -> Any:
        context = self.browser.new_context(base_url=self.site.url, locale="vi-VN")
        person = self.site.people[who]
        page = context.new_page()
        sign_in(page, person["login"], person["password"])
        page.get_by_role("heading", level=1).wait_for()
        key = context.storage_state()
        context.close()
        return key

    def _listen(self, page: Page, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of" not in message.text:
            self.complaints.append(f"{page.url}: {message.text}")

    def close(self) -> None:
        while self.contexts:
            self.contexts.pop().close()
