"""The server is killed while a machine syncs; a machine has no room left, or keeps nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kit.processes import end, free_port
from machinery.site import start_web, wait_until_answers
from tests.journeys.classroom import ClassRoom
from tests.journeys.machine import Machine, NewMachine, in_ledger
from tests.journeys.scissors import Moment
from tests.site import site_environment

pytestmark = pytest.mark.journey
PATIENCE = 60
WAITING = "select count(*) from pg_locks where not granted"
LITTLE_ROOM = 4_000_000
FILL = """async () => {
  const base = await new Promise(done => { const asked = indexedDB.open('tep-khac', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('tep', { autoIncrement: true });
    asked.onsuccess = () => done(asked.result); });
  const noise = size => { const made = new Uint8Array(size);
    for (let at = 0; at < size; at += 65536) crypto.getRandomValues(made.subarray(at, at + 65536));
    return made; };
  const put = size => new Promise(done => { const change = base.transaction('tep', 'readwrite');
    change.objectStore('tep').add(noise(size));
    change.oncomplete = () => done(true); change.onabort = () => done(false); });
  for (let size = 1 << 20, turns = 0; size > 64 && turns < 200; turns += 1)
    if (!(await put(size))) size >>= 1;
  base.close(); }"""
NO_STORE = """Object.defineProperty(window, 'indexedDB', { value: {
  open() { throw new DOMException('kept nothing', 'InvalidStateError'); },
  deleteDatabase() { throw new DOMException('kept nothing', 'InvalidStateError'); },
  databases: async () => [] } });"""


class Mortal:
    """A web server of its own before the same database, which a story kills and starts again."""

    def __init__(self, room: ClassRoom, folder: Path) -> None:
        self.environment = site_environment(room.database, folder)
        self.port, self.log = free_port(), folder / "web.log"
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        self.web = start_web(self.environment, self.port, self.log, workers=1)
        wait_until_answers(self.web, self.port, self.log)

    def kill(self) -> None:
        """The server and its workers, with no time to say anything."""
        os.killpg(self.web.pid, signal.SIGKILL)
        self.web.wait()


@pytest.fixture
def mortal(classroom: ClassRoom, tmp_path: Path) -> Iterator[Mortal]:
    made = Mortal(classroom, tmp_path)
    yield made
    end(made.web)


def with_marks(hers: Machine) -> Machine:
    hers.prepare()
    hers.line.pull()
    hers.open_book()
    hers.type_marks("gk", "8.5", "7", "P", "6.5")
    hers.line.plug_in()
    return hers


def arrives_once(hers: Machine, classroom: ClassRoom) -> None:
    hers.line.mend()
    hers.try_now()
    hers.wait_for_line("ok")
    assert hers.unsent() == 0
    assert classroom.stored("gk")[:4] == [85, 70, -1, 65]
    assert in_ledger(classroom) == (4, 4)


def test_a_server_killed_in_the_middle_of_writing_has_written_nothing(
    machine: NewMachine, classroom: ClassRoom, mortal: Mortal
) -> None:
    hers = with_marks(machine(mortal.url))
    with psycopg.connect(classroom.database) as other:
        other.execute("lock table ledger_entry in exclusive mode")
        hers.try_now()
        until = time.monotonic() + PATIENCE
        while not classroom.ask(WAITING)[0][0]:
            assert time.monotonic() < until, "the sync did not come to the ledger"
        mortal.kill()
        hers.wait_for_line("waiting")
        assert hers.unsent() == 4
    assert set(classroom.stored("gk")) <= {None}
    mortal.start()
    arrives_once(hers, classroom)


def test_a_server_killed_before_its_answer_answers_again(
    machine: NewMachine, classroom: ClassRoom, mortal: Mortal
) -> None:
    hers = with_marks(machine(mortal.url))
    hers.line.cut_at(Moment.UNANSWERED, meanwhile=mortal.kill)
    hers.try_now()
    hers.line.wait_for_cut()
    hers.wait_for_line("waiting")
    assert hers.unsent() == 4
    assert classroom.stored("gk")[:4] == [85, 70, -1, 65]
    mortal.start()
    arrives_once(hers, classroom)


def with_little_room(hers: Machine) -> Machine:
    """Chromium gives the site little room on this machine."""
    tools = hers.context.new_cdp_session(hers.page)
    given = {"origin": hers.line.url, "quotaSize": LITTLE_ROOM}
    tools.send("Storage.overrideQuotaForOrigin", given)
    return hers


def test_a_machine_without_room_says_so_and_still_sends(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    hers = with_little_room(machine())
    hers.cut_off()
    hers.page.evaluate(FILL)  # other things of the site take the rest
    hers.type_marks("gk", "8.5", "7")
    hers.page.locator("[data-offline-trouble=full]", has_text="2 mục").wait_for()
    hers.line.plug_in()
    hers.try_now()
    hers.wait_for_line("ok")
    assert classroom.stored("gk")[:2] == [85, 70]
    hers.page.locator("[data-offline-trouble=full]").wait_for(state="detached")


def test_a_browser_that_keeps_nothing_says_so_and_still_sends(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    hers = machine()
    hers.context.add_init_script(NO_STORE)
    hers.prepare()
    hers.page.locator("[data-offline-trouble=fleeting]").wait_for()
    hers.line.pull()
    hers.open_book()
    hers.type_marks("gk", "8.5")
    hers.line.plug_in()
    hers.try_now()
    hers.wait_for_line("ok")
    assert classroom.stored("gk")[0] == 85


def test_a_private_window_is_warned_of_and_forgets_when_it_closes(
    machine: NewMachine, classroom: ClassRoom
) -> None:
    """A browser without a folder of its own is what Chromium opens as a private window."""
    hers = machine()
    hers.sign_in("hoa")
    hers.page.goto(f"{hers.line.url}/ngoai-tuyen/")
    hers.page.locator(".alert", has_text="cửa sổ ẩn danh").wait_for()
    hers.prepare()
    hers.page.locator("[data-offline-unpromised]", has_text="cửa sổ ẩn danh").wait_for()
    hers.line.pull()
    hers.open_book()
    hers.type_marks("gk", "8.5")
    hers.page.reload()
    hers.wait_until_open()
    assert hers.unsent() == 1
    hers.close_browser()
    hers.open_browser()
    hers.line.plug_in()
    hers.page.goto(f"{hers.line.url}/ngoai-tuyen/")
    hers.page.get_by_text("Thầy cô chưa đăng nhập").wait_for()
    assert hers.unsent() == 0
