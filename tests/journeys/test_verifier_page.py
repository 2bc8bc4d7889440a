"""The check that runs in a browser alone, opened from the disk: it judges as the server does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from khue.signing.tests.pki import Pki
from kit.assets import DIST
from tests.signed_samples import Sample, samples, trust_text

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGE = DIST / "verifier" / "khue-verify.html"
STATUSES = "els => els.map(one => one.dataset.status)"


@pytest.fixture(scope="module")
def made(pki: Pki) -> dict[str, Sample]:
    return {one.name: one for one in samples(pki)}


@pytest.fixture
def page(browser: Browser, pki: Pki) -> Iterator[Page]:
    """The page with our roots pasted in; any request to a network fails the test."""
    opened = browser.new_context().new_page()
    asked: list[str] = []
    opened.on("request", lambda one: asked.append(one.url))
    troubles: list[str] = []
    opened.on("pageerror", lambda one: troubles.append(str(one)))
    opened.goto(PAGE.as_uri())
    opened.get_by_text("Chứng thư gốc và khóa niêm phong").click()
    opened.get_by_label("Nội dung").fill(trust_text(pki).decode())
    yield opened
    opened.context.close()
    assert [one for one in asked if not one.startswith(("file:", "data:", "blob:"))] == []
    assert troubles == []


def choose(page: Page, *given: Sample) -> dict[str, Any]:
    """Give files to the page and wait for its verdicts."""
    files = [(one.name, one.content) for one in given]
    files += [(f"{one.name}.p7s", one.beside) for one in given if one.beside]
    payload: Any = [{"name": one, "mimeType": "", "buffer": content} for one, content in files]
    page.locator("#files").set_input_files(payload)
    page.wait_for_selector("#results > section")
    page.wait_for_function("() => !document.querySelector('#results').hasAttribute('aria-busy')")
    verdicts = page.locator("#results > section").evaluate_all(
        "els => els.map(one => one.dataset.verdict)"
    )
    return {
        "good": all(one == "good" for one in verdicts),
        "statuses": page.locator("#results li[data-status]").evaluate_all(STATUSES),
        "text": page.locator("#results").inner_text(),
    }


@pytest.mark.journey
def test_every_sample_is_judged_as_on_the_server(page: Page, made: dict[str, Sample]) -> None:
    wrong = []
    for one in made.values():
        page.evaluate("document.querySelector('#results').replaceChildren()")
        found = choose(page, one)
        if (found["statuses"], found["good"]) != (list(one.statuses), one.is_good):
            wrong.append((one.name, found["statuses"], found["good"], found["text"][:400]))
    assert wrong == []


@pytest.mark.journey
def test_it_names_the_subject_that_was_changed(page: Page, made: dict[str, Sample]) -> None:
    found = choose(page, made["sua-diem.xml"])
    assert "4 trong 5 chữ ký số không hợp lệ" in found["text"]


@pytest.mark.journey
def test_it_opens_without_trust_and_says_so(browser: Browser, made: dict[str, Sample]) -> None:
    page = browser.new_context().new_page()
    page.goto(Path(PAGE).as_uri())
    assert "Chưa có chứng thư gốc nào" in page.locator("#trust-told").inner_text()
    found = choose(page, made["nguyen-ven.xml"])
    assert set(found["statuses"]) == {"untrusted"}
    page.context.close()
