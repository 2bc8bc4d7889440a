"""The database is killed while twenty teachers save: no acknowledged mark is lost, none doubled."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from urllib.parse import urlsplit

import pytest

from tests.journeys.fallible import TEACHERS, Fallible, Teacher

pytestmark = pytest.mark.journey
SLOTS = ["tx1", "tx2", "tx3", "tx4", "gk", "ck"]
BEFORE_THE_BLOW = 60
PATIENCE = 120
TOKEN = "k" * 32
MARKS = """
select class_subject_id, student_id, slot, value from gradebook_markrow,
  lateral (values ('tx1', tx1), ('tx2', tx2), ('tx3', tx3), ('tx4', tx4), ('gk', gk), ('ck', ck))
    as cell (slot, value) where value is not null
"""
ENTERED = "select subject, label, count(*) from ledger_entry where action = 'enter' group by 1, 2"


class Desk:
    """What the teachers were told, and when the blow falls."""

    def __init__(self) -> None:
        self.acknowledged: dict[tuple[int, int, str], int] = {}
        self.turned_away = 0
        self.enough = Event()
        self._one_at_a_time = Lock()

    def note(self, cell: tuple[int, int, str], value: int) -> None:
        with self._one_at_a_time:
            self.acknowledged[cell] = value
            if len(self.acknowledged) >= BEFORE_THE_BLOW:
                self.enough.set()

    def turn_away(self) -> None:
        with self._one_at_a_time:
            self.turned_away += 1


def save(site: str, teacher: Teacher, body: bytes) -> str | None:
    """The state of the one cell, or nothing where no answer came."""
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    headers = {
        "Content-Type": "application/json",
        "Cookie": f"khue_session={teacher.token}; csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
    }
    try:
        connection.request("POST", f"/so-diem/{teacher.book}/1/luu/", body, headers)
        answer = connection.getresponse()
        told = answer.read()
    except OSError:
        return None
    finally:
        connection.close()
    if answer.status != 200:
        assert answer.status >= 500, told
        return None
    return str(json.loads(told)["cells"][0]["status"])


def work(fallible: Fallible, teacher: Teacher, desk: Desk) -> None:
    """Enter every mark of the book, one by one; no answer means: send the same again."""
    for place, student in enumerate(fallible.students):
        for column, slot in enumerate(SLOTS):
            value = (place * 7 + column * 11 + teacher.book) % 101
            change = {"student": student, "slot": slot, "base": None, "text": f"{value / 10:.1f}"}
            body = json.dumps({"operation": str(uuid.uuid4()), "changes": [change]}).encode()
            until = time.monotonic() + PATIENCE
            while (told := save(fallible.url, teacher, body)) is None:
                desk.turn_away()
                assert time.monotonic() < until, "the site did not come back"
                Event().wait(0.2)
            assert told == "saved", told
            desk.note((teacher.book, student, slot), value)


def test_no_acknowledged_mark_is_lost_and_none_appears_twice(fallible: Fallible) -> None:
    desk = Desk()
    with ThreadPoolExecutor(TEACHERS) as room:
        at_work = [room.submit(work, fallible, one, desk) for one in fallible.teachers]
        assert desk.enough.wait(PATIENCE)
        os.kill(fallible.cluster.pid or 0, signal.SIGKILL)
        fallible.cluster.stop()
        fallible.cluster.start()
        for one in at_work:
            one.result()
    kept = {(book, student, slot): value for book, student, slot, value in fallible.ask(MARKS)}
    assert desk.turned_away > 0
    assert kept == desk.acknowledged
    assert len(kept) == TEACHERS * len(fallible.students) * len(SLOTS)
    entered = fallible.ask(ENTERED)
    assert len(entered) == len(kept)
    assert {times for _, _, times in entered} == {1}
