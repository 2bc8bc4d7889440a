"""The database dies in the middle of a save: the teacher reads a sentence, nothing is lost."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection
from playwright.sync_api import expect
from pytest_django.plugin import DjangoDbBlocker

from kit.fences import EVERYTHING, scoped
from kit.postgres import THROW_AWAY, Cluster
from kit.processes import end, free_port
from machinery.site import start_web, wait_until_answers
from tests.cast import make_cast, sign_in
from tests.database import Server, migrated, point_to
from tests.site import site_environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.journey
# A server that is killed must keep what it promised: only the disk itself is trusted to live on.
SETTINGS = {**THROW_AWAY, "synchronous_commit": "on"}
RETRIES = 45_000  # the page tries again by itself, after pauses that double
WAITING = (
    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and state = 'active'"
)


@dataclass
class Fallible:
    """A site on a server of its own that may be killed."""

    cluster: Cluster
    database: str
    url: str
    token: str
    book: int

    def ask(self, statement: str) -> list[Any]:
        address = self.cluster.url(self.database)
        with psycopg.connect(address, autocommit=True) as session:
            return session.execute(statement).fetchall()


@pytest.fixture
def fallible(
    django_db_setup: None,
    database_server: Server,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
) -> Iterator[Fallible]:
    """A migrated server with the cast and a web server before it; both end with the story."""
    cluster = Cluster(tmp_path / "postgres", settings=SETTINGS)
    cluster.start()
    own = connection.settings_dict["NAME"]
    server = Server(cluster.url(), "restart")
    try:
        with django_db_blocker.unblock():
            name = migrated(server)
            point_to(server, name)
            token, book = _fill()
            point_to(database_server, own)
        with _site(cluster.url(name), tmp_path) as url:
            yield Fallible(cluster, name, url, token, book)
    finally:
        cluster.stop(at_once=True)
        cluster.remove()


def _fill() -> tuple[str, int]:
    with scoped(EVERYTHING):
        cast = make_cast()
        return sign_in(cast.hoa.account), cast.maths.pk


@contextmanager
def _site(database_url: str, folder: Path) -> Iterator[str]:
    port, log = free_port(), folder / "web.log"
    web = start_web(site_environment(database_url, folder), port, log, workers=1)
    try:
        wait_until_answers(web, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(web)


def test_a_save_cut_by_the_death_of_the_database_is_made_good(
    browser: Browser, fallible: Fallible
) -> None:
    context = browser.new_context(base_url=fallible.url, locale="vi-VN")
    context.set_default_timeout(20_000)
    cookie: Any = {"name": "khue_session", "value": fallible.token, "url": fallible.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"/so-diem/{fallible.book}/1/")

    holder = psycopg.connect(fallible.cluster.url(fallible.database))
    holder.execute("lock table gradebook_progress in exclusive mode")
    page.locator("td.mk").first.click()
    page.keyboard.type("75")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đang lưu 1 ô")).to_be_visible()
    _until_waiting(fallible)
    os.kill(fallible.cluster.pid or 0, signal.SIGKILL)

    expect(page.get_by_role("alert")).to_contain_text("Chưa nối được với máy chủ")
    other = context.new_page()
    answer = other.goto("/so-diem/")
    assert answer is not None
    assert answer.status == 503
    expect(other.get_by_role("heading", level=1)).to_be_visible()
    holder.close()

    fallible.cluster.stop()
    fallible.cluster.start()
    expect(page.get_by_text(re.compile("Đã lưu lúc"))).to_be_visible(timeout=RETRIES)
    assert fallible.ask("select tx1 from gradebook_markrow") == [(75,)]
    assert fallible.ask("select count(*) from ledger_entry where action = 'enter'") == [(1,)]
    context.close()


def _until_waiting(fallible: Fallible) -> None:
    """Return when the save stands inside its transaction and waits for the table."""
    with psycopg.connect(fallible.cluster.url(fallible.database), autocommit=True) as session:
        session.execute("set statement_timeout = '15s'")
        while not session.execute(WAITING).fetchall()[0][0]:
            session.execute("select pg_sleep(0.05)")
