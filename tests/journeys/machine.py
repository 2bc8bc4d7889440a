"""A teacher's machine that works without a line: prepared, cut off, opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from tests.cast import PASSWORD
from tests.journeys.classroom import ClassRoom
from tests.journeys.scissors import Scissors, scissors_to
from tests.site import browser_command

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

SYNC = b"/ngoai-tuyen/dong-bo/"
OF_MACHINES = ("offline_deviceoperation", "offline_device")


@dataclass
class Machine:
    """One browser profile with its own line; `page` is the tab at work."""

    room: ClassRoom
    line: Scissors
    opening: Callable[[], BrowserContext]
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open_browser()

    def open_browser(self) -> None:
        self.context = self.opening()
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def sign_in(self, who: str) -> None:
        """The key that the site gives to whoever signs in."""
        cookie = {"name": "khue_session", "value": self.room.tokens[who], "url": self.line.url}
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def prepare(self, who: str = "hoa") -> None:
        """Take the classes along, with a line."""
        self.sign_in(who)
        self.page.goto(f"{self.line.url}/ngoai-tuyen/")
        self.page.locator("[data-offline-prepare]").wait_for()
        self.page.locator("[data-offline-password]").fill(PASSWORD)
        self.page.locator("[data-offline-prepare]").click()
        self.wait_until_open()
        self.page.locator("body[data-offline-kept]").wait_for()

    def wait_until_open(self) -> None:
        self.page.locator("body[data-offline=open]").wait_for()

    def close_browser(self) -> None:
        self.context.close()

    def open_again(self, password: str = PASSWORD) -> None:
        """The page was closed; a new one asks for the password."""
        self.page.close(run_before_unload=False)
        self.page = self.new_page()
        self.page.goto(f"{self.line.url}/ngoai-tuyen/")
        self.unlock(password=password)

    def cut_off(self) -> None:
        """Prepared, at the mark book, and the line is gone."""
        self.prepare()
        self.line.pull()
        self.open_book()

    def unlock(self, login: str = "gv.hoa", password: str = PASSWORD) -> None:
        """Where somebody is signed in, the page knows the name."""
        self.page.locator("[data-offline-unlock]").wait_for()
        self.page.evaluate(NAMED, login)
        self.page.locator("[data-offline-password]").fill(password)
        self.page.locator("[data-offline-unlock]").click()

    def go(self, place: str) -> None:
        self.page.evaluate("place => { location.hash = place; }", f"#/{place}")

    def open_book(self) -> None:
        self.go(f"so/{self.room.maths}/1/0")
        self.page.locator("#marks").wait_for()

    def cell(self, row: int, slot: str) -> Locator:
        return self.page.locator(f"#marks tbody tr:nth-child({row}) td[data-slot={slot}]")

    def type_marks(self, slot: str, *marks: str, row: int = 1) -> None:
        """Down the column, and every mark is on the disk when this is done."""
        self.cell(row, slot).click()
        for mark in marks:
            self.page.keyboard.type(mark)
            self.page.keyboard.press("Enter")
        self.page.locator("#mg-state[data-kind=wait], #mg-state[data-kind=good]").wait_for()

    def paste(self, slot: str, row: int, text: str) -> None:
        """Cells from a sheet, all at once."""
        self.cell(row, slot).click()
        self.page.evaluate(PASTE, text)
        self.page.locator("#mg-state[data-kind=wait]").wait_for()

    def wait_for_line(self, state: str) -> None:
        self.page.locator(f"[data-offline-line][data-state={state}]").wait_for()

    def try_now(self) -> None:
        """As a browser does that finds its line again."""
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def wait_until_kept(self, number: int) -> None:
        """So many operations wait in the log, each of them on the disk."""
        self.page.locator("[data-offline-count=waiting]", has_text=str(number)).wait_for()
        assert self.unsent() == number

    def unsent(self) -> int:
        """How many operations the disk keeps, whatever the page says."""
        return int(self.page.evaluate(COUNTED))


NAMED = """login => { const name = document.querySelector('[data-offline-login]');
  if (name) name.value = login; }"""
PASTE = """text => { const data = new DataTransfer(); data.setData('text/plain', text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""
COUNTED = """async () => {
  const found = (await indexedDB.databases()).filter(one => /tuyen-\\d+$/.test(one.name));
  const counts = found.map(one => new Promise(done => { const asked = indexedDB.open(one.name);
    asked.onsuccess = () => {
      const kept = asked.result.transaction('log').objectStore('log').count();
      kept.onsuccess = () => { asked.result.close(); done(kept.result); }; }; }));
  return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0); }"""


def furnish_passwords(room: ClassRoom) -> None:
    """The passwords of the cast as the product keeps them; tests keep theirs in a quicker way."""
    known = Argon2PasswordHasher().encode(PASSWORD, "muối của bản thử")
    room.ask("update access_account set password = %s", known)


def forget_machines(room: ClassRoom) -> None:
    room.ask(f"truncate {', '.join(OF_MACHINES)}")


def answers(room: ClassRoom) -> dict[str, int]:
    """What the school answered to the operations of machines, each once."""
    return dict(room.ask("select answer, count(*) from offline_deviceoperation group by answer"))


def in_ledger(room: ClassRoom) -> tuple[int, int]:
    """How many operations of machines were applied, and how many entries the ledger has of them."""
    applied = "select id from offline_deviceoperation where answer = 'applied'"
    [(wanted,)] = room.ask(f"select count(*) from ({applied}) as one")
    [(found,)] = room.ask(f"select count(*) from ledger_entry where operation in ({applied})")
    return wanted, found


NewMachine = Callable[..., Machine]


@pytest.fixture
def machine(browser: Browser, classroom: ClassRoom) -> Iterator[NewMachine]:
    """Machines with a line each; what their pages complain of fails the story."""
    forget_machines(classroom)
    furnish_passwords(classroom)
    made: list[Machine] = []
    lines = ExitStack()

    def new(url: str = "", folder: Path | None = None, **options: Any) -> Machine:
        """With a folder the browser keeps things as everybody's does; else until it is closed."""
        line = lines.enter_context(scissors_to(url or classroom.url, SYNC))

        def opening() -> BrowserContext:
            if folder is None:
                return browser.new_context(locale="vi-VN", **options)
            command = {**browser_command(), "locale": "vi-VN", **options}
            return browser.browser_type.launch_persistent_context(folder, **command)

        made.append(Machine(classroom, line, opening))
        return made[-1]

    yield new
    for one in made:
        one.context.close()
    lines.close()
    assert [error for one in made for error in one.errors] == []
