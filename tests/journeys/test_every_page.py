"""Every page of everybody's navigation opens, fits, complains of nothing and can be used by all."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from machinery.surroundings import ROOT
from tests.journeys.people import PHONE, WIDE, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page

pytestmark = pytest.mark.journey
EVERYBODY = ["hoa", "binh", "mai", "thu", "nam", "ha", "dung", "an", "lan", "minh", "stranger"]
# The pages of these people hold every template of the navigation: axe looks at them in full.
LOOKED_AT = {"mai", "lan", "dung"}
# These go on to the page behind every list, where axe looks again.
GOES_DEEPER = {"mai", "hoa", "dung"}
DARK = {"mai": ["/", "/hoc-sinh/", "/tien-do/", "/tai-khoan/", "/so-diem/"], "lan": ["/"]}
# Long walks are shared among the workers: every page is in one part of its person's walk.
PARTS = {"mai": 4, "dung": 2, "hoa": 2}
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
BEHIND = "main table tbody tr a[href^='/']:not([download]), main .card-link[href^='/']"
HEADINGS = """[...document.querySelectorAll('h1, [role=heading][aria-level="1"]')]
  .filter(one => one.checkVisibility()).length"""
FIRST_LINK = "chosen => [document.querySelector(chosen)?.getAttribute('href')]"
# Only what is wrong leaves the browser: all that axe looked at is many times the page.
VIOLATIONS = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(
  found => found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`))"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@cache
def axe() -> str:
    return AXE.read_text()


def walks(people: Iterable[str]) -> list[tuple[str, int]]:
    """Each person with the parts of her walk."""
    return [(who, part) for who in people for part in range(PARTS.get(who, 1))]


def share(page: Page, who: str, part: int) -> list[str]:
    """The addresses that this part of the walk visits."""
    return addresses(page)[part :: PARTS.get(who, 1)]


def addresses(page: Page) -> list[str]:
    """Where the navigation of this person leads, each address once."""
    found = page.locator("nav a[href^='/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    return sorted({"/", "/tai-khoan-cua-toi/", "/tai-khoan-cua-toi/phien/", *found})


def trouble_of(page: Page, path: str) -> list[str]:
    """What is wrong with one page as it stands in the browser, on a phone and on a wide screen."""
    answer = page.goto(path)
    found = []
    if answer is None or answer.status != 200:
        found.append(f"{path}: {answer.status if answer else 'no answer'}")
    if page.evaluate(HEADINGS) != 1:
        found.append(f"{path}: no single first heading")
    return found + [one for width in (PHONE, WIDE) for one in overflow_of(page, path, width)]


def overflow_of(page: Page, path: str, width: dict[str, int]) -> list[str]:
    """Whether the page, as it stands, scrolls sideways on a screen of this width."""
    page.set_viewport_size({"width": width["width"], "height": width["height"]})
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"{path}: {width['width']} px: scrolls sideways by {wide} px"] if wide > 0 else []


def violations_of(page: Page, path: str) -> list[str]:
    """What axe finds against WCAG 2.2 AA."""
    page.evaluate(axe())
    found: list[str] = page.evaluate(VIOLATIONS, RULES)
    return [f"{path}: {one}" for one in found]


def behind(page: Page) -> list[str]:
    """The page behind the first row of the list that is open, if it is one."""
    return [str(one) for one in page.evaluate(FIRST_LINK, BEHIND) if one]


@pytest.mark.parametrize(("who", "part"), walks(EVERYBODY))
def test_every_page_opens_and_fits(stage: Stage, who: str, part: int) -> None:
    """Every page of the navigation, and the page behind the first row of every list."""
    page = stage.visit(who)
    found: list[str] = []
    deeper: list[str] = []
    for path in share(page, who, part):
        found += trouble_of(page, path)
        deeper += behind(page) if who in GOES_DEEPER else []
        found += violations_of(page, path) if who in LOOKED_AT else []
    for path in sorted({*deeper}):
        found += trouble_of(page, path) + violations_of(page, path)
    assert "\n".join(found) == ""


def test_dark_pages_keep_their_contrast(stage: Stage) -> None:
    found: list[str] = []
    for who, paths in DARK.items():
        page = stage.visit(who, color_scheme="dark")
        for path in paths:
            page.goto(path)
            found += violations_of(page, path)
    assert "\n".join(found) == ""
