"""The database dies in the middle of a save: the teacher reads a sentence, nothing is lost."""

from __future__ import annotations

import os
import re
import signal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from playwright.sync_api import expect

from tests.journeys.fallible import Fallible

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.journey
WAITING = (
    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and state = 'active'"
)


def test_a_save_cut_by_the_death_of_the_database_is_made_good(
    browser: Browser, fallible: Fallible
) -> None:
    context = browser.new_context(base_url=fallible.url, locale="vi-VN")
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
    expect(page.get_by_text(re.compile("Đã lưu lúc"))).to_be_visible()
    assert fallible.ask("select tx1 from gradebook_markrow") == [(75,)]
    assert fallible.ask("select count(*) from ledger_entry where action = 'enter'") == [(1,)]
    context.close()


def _until_waiting(fallible: Fallible) -> None:
    """Return when the save stands inside its transaction and waits for the table."""
    with psycopg.connect(fallible.cluster.url(fallible.database), autocommit=True) as session:
        session.execute("set statement_timeout = '15s'")
        while not session.execute(WAITING).fetchall()[0][0]:
            session.execute("select pg_sleep(0.05)")
