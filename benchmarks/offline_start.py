"""How long a browser that was closed needs, without a line, to a grid that takes marks.

Chromium with a folder of its own: the machine is prepared on a line, the browser is closed, opened
again with the line cut, the password is typed, a book is opened. Rounds by the clock.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.measures import BenchmarkTrouble
from benchmarks.weights import QUIET, find_browser

PAGE = "/ngoai-tuyen/"
BOOK, GRID = "[data-offline-book]", "[data-offline-grid] td"


def cold_starts(url: str, session: str, password: str, rounds: int) -> dict[str, float]:
    """Milliseconds at the middle: to the door, from there to the classes, from there to a cell."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        login = _prepare(playwright, folder, url, session, password)
        taken = [_start(playwright, folder, url, login, password) for _ in range(rounds)]
    return {name: median(one[name] for one in taken) for name in taken[0]}


def _browser(playwright: Any, folder: str, url: str) -> Any:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch_persistent_context(
        str(Path(folder) / "browser"),
        executable_path=find_browser(),
        args=QUIET + root,
        base_url=url,
    )


def _prepare(playwright: Any, folder: str, url: str, session: str, password: str) -> str:
    """Take all classes along; the login by which the machine opens."""
    browser = _browser(playwright, folder, url)
    browser.add_cookies([{"name": "khue_session", "value": session, "url": url}])
    page = browser.new_page()
    page.goto(PAGE)
    page.fill("[data-offline-password]", password)
    with page.expect_response("**/ngoai-tuyen/mo-khoa/") as told:
        page.click("[data-offline-prepare]")
    login = str(told.value.json().get("login", ""))
    page.wait_for_selector(BOOK)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_selector(BOOK)
    browser.close()
    if not login:
        raise BenchmarkTrouble("the password that opens a machine was not taken")
    return login


def _start(playwright: Any, folder: str, url: str, login: str, password: str) -> dict[str, float]:
    browser = _browser(playwright, folder, url)
    browser.set_offline(True)
    page = browser.new_page()
    begun = time.perf_counter()
    page.goto(PAGE)
    page.wait_for_selector("[data-offline-login]")
    door = time.perf_counter()
    page.fill("[data-offline-login]", login)
    page.fill("[data-offline-password]", password)
    page.click("[data-offline-unlock]")
    page.wait_for_selector(BOOK)
    opened = time.perf_counter()
    page.click(f"{BOOK} >> nth=0")
    page.wait_for_selector(GRID)
    ended = time.perf_counter()
    browser.close()
    return {
        "ms to the door": (door - begun) * 1000,
        "ms from the password to the classes": (opened - door) * 1000,
        "ms from the classes to a grid": (ended - opened) * 1000,
        "ms from closed to a usable grid": (ended - begun) * 1000,
    }
