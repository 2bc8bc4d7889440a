"""A worker killed in the middle of sending: nothing is lost, nothing goes out twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from pytest_django import Settings

from khue.messaging.services.channels.smpp import unbind_all
from khue.messaging.tests.post import order, outgoing, states
from khue.messaging.tests.smsc import Centre, message_centre
from khue.messaging.tests.test_smpp import day, run, smpp
from machinery.surroundings import ROOT, TEST_SURROUNDINGS

MANY = 60


def start_drain(database: str, centre: Centre) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "khue.messaging.tests.dying_worker", json.dumps(smpp(centre))],
        cwd=ROOT,
        env={**os.environ, **TEST_SURROUNDINGS, "DATABASE_URL": database},
    )


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came so far"
        time.sleep(0.02)


def kill_and_go_on(database: str, centre: Centre, ready: Callable[[], bool]) -> None:
    order([outgoing(number) for number in range(MANY)], now=day())
    dying = start_drain(database, centre)
    until(ready)
    os.kill(dying.pid, signal.SIGKILL)
    dying.wait()
    centre.habits.delay, centre.habits.stall = 0.0, False
    for minutes in (5, 10):
        run(ahead=timedelta(minutes=minutes), listen=0.5)
    unbind_all()


def once_each(centre: Centre) -> None:
    times = Counter(part.destination for part in centre.held)
    assert set(times.values()) == {1}


def test_killed_between_two_groups(committed_database: str, settings: Settings) -> None:
    with message_centre() as centre:
        settings.MESSAGING = smpp(centre)
        centre.habits.delay = 0.03
        kill_and_go_on(committed_database, centre, lambda: len(centre.held) > 25)
        once_each(centre)
        known = states()
        assert sum(known.values()) == MANY
        # What was handed over and not written down is told by its reports, or stays unknown.
        assert known["delivered"] + known["unknown"] + known["sent"] == MANY
        assert known["unknown"] <= 10
        assert len(centre.held) >= MANY - known["unknown"]


def test_killed_while_the_centre_is_silent(committed_database: str, settings: Settings) -> None:
    with message_centre() as centre:
        settings.MESSAGING = smpp(centre)
        centre.habits.stall = True
        kill_and_go_on(committed_database, centre, lambda: len(centre.held) >= 10)
        once_each(centre)
        assert states() == {"delivered": MANY - 10, "unknown": 10}
