"""Results day on the real server: more people than fit, and a change-over among them."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from khue.answers.tests.results import KEY, SLUG, candidate, put
from kit.processes import bound_to_parent, end, free_port
from machinery.site import wait_until_answers
from machinery.surroundings import ROOT

BORN = "2011-03-09"
PEOPLE = 60
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish(tmp_path, "one.khq", "8,25")
    return tmp_path / "answers"


def publish(home: Path, name: str, mark: str) -> None:
    people = [candidate(str(number), BORN, ("Toán", mark)) for number in range(100, 400)]
    put(home / "answers", name, *people, opens_at=YESTERDAY)


def start_server(home: Path, port: int, rate: str) -> subprocess.Popen[bytes]:
    command = [
        *("-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "--log-level", "warning"),
        "config.results_wsgi:application",
    ]
    wanted = {"KHUE_DATA_DIR": str(home), "KHUE_ANSWERS_KEY": KEY, "KHUE_ANSWERS_RATE": rate}
    with (home / "web.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "KHUE_ANSWERS_GUESSES": "1000", **wanted},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=bound_to_parent(signal.SIGTERM),
        )


@pytest.fixture
def server(folder: Path, request: pytest.FixtureRequest) -> Iterator[int]:
    """A server that lets so many through a second as the test says."""
    port = free_port()
    process = start_server(folder.parent, port, str(request.param))
    try:
        wait_until_answers(process, port, folder.parent / "web.log")
        yield port
    finally:
        end(process)


@dataclass
class Person:
    """Someone who looks up one number and does what the page says, as a browser would."""

    port: int
    number: int
    statuses: list[int] = field(default_factory=list)
    page: str = ""
    seconds: float = 0.0

    def ask(self, method: str, path: str, body: str = "") -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body or None, kind)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        self.statuses.append(answer.status)
        return text

    def look_up(self) -> None:
        begun = time.monotonic()
        self.page = self.ask(
            "POST", f"/tra-cuu/{SLUG}/", f"number={self.number}&secret=09%2F03%2F2011"
        )
        while self.statuses[-1] == 202:
            found = re.search(r'content="(\d+);url=([^"]+)"', self.page)
            assert found
            threading.Event().wait(int(found[1]))
            self.page = self.ask("GET", found[2])
        self.seconds = time.monotonic() - begun


def all_at_once(people: list[Person]) -> None:
    threads = [threading.Thread(target=one.look_up) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


@pytest.mark.parametrize("server", [20], indirect=True)
def test_more_people_than_the_server_lets_through_are_all_served(server: int) -> None:
    people = [Person(server, 100 + at) for at in range(PEOPLE)]
    all_at_once(people)
    assert all(f"Số báo danh {one.number}<" in one.page for one in people)
    assert {status for one in people for status in one.statuses} == {200, 202}
    waited = [one for one in people if 202 in one.statuses]
    assert waited
    assert max(len(one.statuses) for one in waited) <= 3, "nobody is sent back again and again"


@pytest.mark.parametrize("server", [100_000], indirect=True)
def test_a_change_over_among_look_ups_fails_nobody(server: int, folder: Path) -> None:
    seen: list[tuple[int, str]] = []
    stop = threading.Event()

    def go_on(number: int) -> None:
        while not stop.is_set():
            person = Person(server, number)
            person.look_up()
            seen.append((person.statuses[-1], "9,75" if "9,75" in person.page else "8,25"))

    threads = [threading.Thread(target=go_on, args=(100 + at,)) for at in range(3)]
    for thread in threads:
        thread.start()
    publish(folder.parent, "two.khq", "9,75")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not any(mark == "9,75" for _, mark in seen):
        threading.Event().wait(0.05)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert {status for status, _ in seen} == {200}
    after = Person(server, 100)
    after.look_up()
    assert "9,75" in after.page


def test_neither_the_product_nor_the_database_is_loaded(folder: Path) -> None:
    asked = (
        "import config.results_wsgi, sys; "
        "print([one for one in ('django', 'psycopg', 'procrastinate') if one in sys.modules])"
    )
    wanted = {"KHUE_DATA_DIR": str(folder.parent), "KHUE_ANSWERS_KEY": KEY}
    told = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env=wanted,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
