"""The bytes of a first visit, as a real browser with an empty store receives them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.measures import BenchmarkTrouble
from machinery.prepare import BROWSERS

QUIET = ["--disable-background-networking", "--no-first-run"]


def first_visit(url: str, path: str, session: str) -> dict[str, int]:
    """The bytes of a page with everything it brings along, headers included, by kind."""
    return visits(url, path, session, 1)[0]


def visits(url: str, path: str, session: str, times: int) -> list[dict[str, int]]:
    """The bytes of one visit after another in the same browser, empty at first."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=QUIET + root)
        context = browser.new_context(base_url=url)
        context.add_cookies([{"name": "khue_session", "value": session, "url": url}])
        received = [_received(context.new_page(), path) for _ in range(times)]
        browser.close()
    return received


def find_browser() -> str:
    found = next((path for path in BROWSERS if Path(path).exists()), None)
    if found is None:
        raise BenchmarkTrouble("No Chromium here. Install it: apt-get install chromium")
    return found


def _received(page: Any, path: str) -> dict[str, int]:
    kinds: dict[str, str] = {}
    bytes_of: dict[str, int] = {}
    watch = page.context.new_cdp_session(page)
    watch.send("Network.enable")

    def note_kind(event: Any) -> None:
        kinds[event["requestId"]] = event["type"]

    def note_end(event: Any) -> None:
        kind = kinds.get(event["requestId"], "Other")
        bytes_of[kind] = bytes_of.get(kind, 0) + int(event["encodedDataLength"])

    watch.on("Network.responseReceived", note_kind)
    watch.on("Network.loadingFinished", note_end)
    answer = page.goto(path, wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise BenchmarkTrouble(f"{path}: {answer.status if answer else 'no answer'}")
    return bytes_of
