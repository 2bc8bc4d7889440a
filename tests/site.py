"""A running site with the demonstration province, and a browser to walk through it."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from kit.processes import end, free_port
from machinery.prepare import BROWSERS
from machinery.site import manage, start_web, start_worker, wait_until_answers
from machinery.surroundings import TEST_SURROUNDINGS, child_environment
from tests.clock import settings_of_sites
from tests.database import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

KEEP = "create schema kept; create table kept.people (content text)"
QUIET_BROWSER = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
]


# A machine with more to do than it can must not fail a story: what comes, comes within this.
PATIENCE_MS = 60_000
# Until the scripts of a page listen, nothing on it can be clicked: a button that is drawn already
# would do something else than for a person, who is slower. Keys go where a click has been before.
LISTENS_FIRST = """{
  const deaf = new CSSStyleSheet();
  deaf.replaceSync("*, ::backdrop { pointer-events: none !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, deaf];
  document.addEventListener("DOMContentLoaded", () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== deaf);
  }, { once: true });
}"""


@dataclass(frozen=True)
class LiveSite:
    """Where the site answers, who may sign in, and which database lies behind it."""

    url: str
    people: dict[str, dict[str, str]]
    database_url: str


@pytest.fixture(scope="session")
def demo_database(database_server: Server, template_database: str) -> str:
    """The name of a template with the demonstration province in it, and the list of its people."""

    def settle(draft: str) -> None:
        database_server.execute(f'CREATE DATABASE "{draft}" TEMPLATE "{template_database}"')
        environment = owner_environment(database_server.url_of(draft))
        manage(environment, "demo")
        people = manage(environment, "demo", "--people")
        with psycopg.connect(database_server.url_of(draft)) as owner:
            owner.execute(KEEP)
            owner.execute("insert into kept.people values (%s)", [people])

    return database_server.make_once("demo", settle)


def people_of(database_url: str) -> dict[str, dict[str, str]]:
    """Who may sign in to a copy of the demonstration, as its command listed them."""
    with psycopg.connect(database_url) as owner:
        [[content]] = owner.execute("select content from kept.people").fetchall()
    people: dict[str, dict[str, str]] = json.loads(content)
    return people


@pytest.fixture(scope="session")
def live_site(
    database_server: Server, demo_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveSite]:
    """A web server and a worker on a fresh copy of the demonstration province."""
    name = database_server.copy(demo_database, "site")
    address = database_server.url_of(name)
    folder = tmp_path_factory.mktemp("site")
    environment = site_environment(address, folder)
    port = free_port()
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.append(start_web(environment, port, folder / "web.log", workers=1))
        processes.append(start_worker(environment, folder / "worker.log"))
        wait_until_answers(processes[0], port, folder / "web.log")
        yield LiveSite(f"http://127.0.0.1:{port}", people_of(address), address)
    finally:
        for process in processes:
            end(process)
    database_server.drop(name)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium without a window; one for all journeys of this process."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; tests of the database go on in the same one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright, patient_contexts():
        browser = playwright.chromium.launch(**browser_command())
        yield browser
        browser.close()


@contextmanager
def patient_contexts() -> Iterator[None]:
    """Every window that a story opens waits long enough, and for pages that listen."""
    from playwright.sync_api import Browser, BrowserType, expect

    expect.set_options(timeout=PATIENCE_MS)
    with pytest.MonkeyPatch.context() as changed:
        for kind, opening in ((Browser, "new_context"), (BrowserType, "launch_persistent_context")):
            changed.setattr(kind, opening, _patient(getattr(kind, opening)))
        yield


def _patient(opening: Callable[..., "BrowserContext"]) -> Callable[..., "BrowserContext"]:
    def opened(*given: Any, **options: Any) -> "BrowserContext":
        context = opening(*given, **options)
        context.set_default_timeout(PATIENCE_MS)
        if options.get("java_script_enabled", True):
            context.add_init_script(LISTENS_FIRST)
        return context

    return opened


def browser_command() -> dict[str, Any]:
    """How Chromium is started; one with a folder of its own keeps what pages write when it ends."""
    path = next((found for found in BROWSERS if Path(found).exists()), None)
    if path is None:
        pytest.fail("No Chromium here. Install it: apt-get install chromium", pytrace=False)
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": path, "args": QUIET_BROWSER + root}


@pytest.fixture
def browser_page(browser: "Browser", live_site: LiveSite) -> Iterator["Page"]:
    """A page of a new visitor; relative addresses lead to the live site."""
    context = browser.new_context(base_url=live_site.url, locale="vi-VN")
    yield context.new_page()
    context.close()


def owner_environment(database_url: str) -> dict[str, str]:
    """The surroundings of a management command that may do everything."""
    wanted = {"DATABASE_URL": database_url, "KHUE_DATABASE_ROLE": "owner"}
    return child_environment(TEST_SURROUNDINGS, wanted, _product_settings())


def site_environment(database_url: str, folder: Path) -> dict[str, str]:
    """The surroundings of a web server or worker that a test starts."""
    wanted = {"DATABASE_URL": database_url, "KHUE_DATA_DIR": str(folder / "data")}
    wanted["KHUE_DATABASE_ROLE"] = "khue_web"
    return child_environment(TEST_SURROUNDINGS, wanted, _product_settings())


def _product_settings() -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": settings_of_sites()}
