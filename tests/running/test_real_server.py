"""A real server: replaced while people work, watched while the database is away."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kit.processes import bound_to_parent, end
from machinery.changeover import Line, NotTaken, take_over, turn
from machinery.surroundings import ROOT, TEST_SURROUNDINGS, child_environment

PATIENCE = 60


class Server:
    """The web server as its systemd unit starts it; its database is away."""

    def __init__(self, home: Path, name: str = "web-a", workers: int = 2) -> None:
        self.workers = workers
        self.socket, self.log = home / f"{name}.sock", home / f"{name}.log"
        counted = home / f"counted-{name}"
        counted.mkdir()
        wanted = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "KHUE_DATA_DIR": str(home),
            "PROMETHEUS_MULTIPROC_DIR": str(counted),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self._command()],
                cwd=ROOT,
                env=child_environment(TEST_SURROUNDINGS, wanted),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=bound_to_parent(signal.SIGTERM),
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.ask("/suc-khoe/")
            except OSError:
                threading.Event().wait(0.05)
            else:
                return
        raise AssertionError(self.log.read_text()[-2000:])

    def _command(self) -> list[str]:
        return [
            *("-m", "granian", "--interface", "wsgi", "--uds", str(self.socket)),
            *("--workers", str(self.workers), "--blocking-threads", "2"),
            *("--respawn-failed-workers", "--respawn-interval", "1", "--log-level", "info"),
            "config.wsgi:application",
        ]

    def ask(self, path: str) -> tuple[int, str]:
        return ask(self.socket, path)


def ask(file: Path, path: str, method: str = "GET") -> tuple[int, str]:
    """One request on a connection of its own, as the proxy sends it."""
    line = Line(file, PATIENCE)
    try:
        # The answer may stand there before the body was sent; a proxy reads it all the same.
        with suppress(BrokenPipeError):
            line.request(method, path, b"a=1" if method == "POST" else None)
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    made = Server(home)
    yield made
    end(made.process)


def test_without_its_database_it_lives_and_says_what_is_missing(server: Server) -> None:
    assert server.ask("/suc-khoe/") == (200, "ok\n")
    status, told = server.ask("/suc-khoe/san-sang/")
    assert status == 503
    assert json.loads(told)["parts"]["database"] is False
    assert "khue_database_up 0.0" in server.ask("/suc-khoe/so-do/")[1]


def test_all_processes_count_together(server: Server) -> None:
    before = _counted(server)
    for _ in range(20):
        server.ask("/khong-co/")
    assert _counted(server) - before == 20


def _counted(server: Server) -> float:
    told = server.ask("/suc-khoe/so-do/")[1]
    found = re.findall(r'khue_request_seconds_count{.*route="\(none\)".*} ([\d.]+)', told)
    return sum(map(float, found))


class Crowd:
    """People who ask without a pause, and what they were told."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.answers: Counter[object] = Counter()
        self._stop = threading.Event()
        wanted = [("/suc-khoe/", "GET"), ("/suc-khoe/", "GET"), ("/tra-cuu/", "POST")]
        self._threads = [threading.Thread(target=self._go_on, args=one) for one in wanted]
        for thread in self._threads:
            thread.start()

    def _go_on(self, path: str, method: str) -> None:
        while not self._stop.is_set():
            try:
                self.answers[method, ask(self.file, path, method)[0]] += 1
            except (OSError, http.client.HTTPException) as trouble:
                self.answers[type(trouble).__name__] += 1

    def wait_for(self, more: int) -> None:
        """Go on until so many more were answered."""
        goal, deadline = self.answers.total() + more, time.monotonic() + PATIENCE
        while self.answers.total() < goal:
            assert time.monotonic() < deadline, self.answers
            threading.Event().wait(0.02)

    def end(self) -> Counter[object]:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)
        return self.answers


def test_no_request_is_lost_while_a_new_version_takes_over(server: Server, home: Path) -> None:
    link = home / "web.sock"
    turn(link, server.socket)
    crowd = Crowd(link)
    newer = Server(home, "web-b", workers=1)
    take_over(link, newer.socket, path="/suc-khoe/")
    crowd.wait_for(50)
    end(server.process)
    crowd.wait_for(50)
    answers = crowd.end()
    end(newer.process)
    assert set(answers) == {("GET", 200), ("POST", 404)}, answers


def test_a_new_version_that_is_not_well_takes_nothing_over(tmp_path: Path) -> None:
    link = tmp_path / "web.sock"
    turn(link, tmp_path / "old.sock")
    with pytest.raises(NotTaken, match="bản cũ vẫn phục vụ"):
        take_over(link, tmp_path / "new.sock", patience=0.2)
    assert link.readlink() == tmp_path / "old.sock"
