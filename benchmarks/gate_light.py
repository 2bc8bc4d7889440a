"""From the card to the green light, as a person at the gate sees it: the gate's page in Chromium.

A reader types the code and Enter; the clock runs from Enter until the page has written the
passing down and shows its answer (`khue-light`, measured by the page itself), and until the
server has judged it.
"""

from __future__ import annotations

import os
import time
from statistics import median
from typing import Any

import psycopg
from playwright.sync_api import sync_playwright

from benchmarks.gate_load import code_of
from benchmarks.weights import QUIET, find_browser
from khue.attendance.rules.cards import secret_digest

CODE = "GHEPNAMA"
PAIRING = """
insert into attendance_gatepairing (school_id, province_id, code_digest, name, direction, made_by,
  made_by_id, made_at, ends_at)
values (%s, 2, %s, 'Cổng chính', 'auto', 'Đo tốc độ', 1, now(), now() + interval '15 minutes')
"""
LIGHTS = "performance.getEntriesByName('khue-light').map((one) => one.duration)"


def lights(database_url: str, url: str, school: int, pupils: list[int]) -> dict[str, float]:
    """Milliseconds at the middle and at worst, for these pupils of one school one by one."""
    with psycopg.connect(database_url) as owner:
        owner.execute(PAIRING, [school, secret_digest(CODE)])
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=QUIET + root)
        page = browser.new_context(base_url=url).new_page()
        _pair(page)
        judged = [_read(page, code_of(pupil)) for pupil in pupils]
        shown = page.evaluate(LIGHTS)
        browser.close()
    return {
        "cards": len(shown),
        "p50": median(shown),
        "longest": max(shown),
        "p50 until the server has judged": median(judged),
    }


def _pair(page: Any) -> None:
    page.goto("/cong/")
    page.get_by_label("Mã ghép nối").fill(CODE)
    page.get_by_role("button", name="Ghép nối").click()
    page.locator("[data-line][data-state=ok]").wait_for()


def _read(page: Any, code: str) -> float:
    page.keyboard.type(code)
    begun = time.perf_counter()
    page.keyboard.press("Enter")
    page.locator("[data-answer]").wait_for()
    page.locator("[data-recent] [data-waiting]").first.wait_for(state="detached")
    return (time.perf_counter() - begun) * 1000
