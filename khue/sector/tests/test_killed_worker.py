"""A worker killed in the middle of a push: everything arrives, and nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

from pytest_django import Settings

from khue.sector.tests.gateway import Gateway, receiving_gateway
from khue.sector.tests.stage import NOW, make_ready, run_push, states, walk_to_approval
from kit.fences import EVERYTHING, scoped
from machinery.surroundings import ROOT, TEST_SURROUNDINGS
from tests.cast import make_cast, table


def start(database: str, told: dict[str, object]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "khue.sector.tests.dying_worker", json.dumps(told)]
    return subprocess.Popen(
        [*command, NOW.isoformat()],
        cwd=ROOT,
        env={**os.environ, **TEST_SURROUNDINGS, "DATABASE_URL": database},
    )


def kill_after(gateway: Gateway, process: subprocess.Popen[bytes], packages: int) -> None:
    deadline = time.monotonic() + 120
    while len(gateway.packages) < packages:
        assert time.monotonic() < deadline, "it never came so far"
        assert process.poll() is None, "it ended by itself"
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_between_and_within_packages(committed_database: str, settings: Settings) -> None:
    with receiving_gateway("20001A") as gateway, scoped(EVERYTHING):
        settings.SECTOR = gateway.settings(chunk=1)
        cast = make_cast()
        make_ready(cast)
        walk_to_approval(cast)
        gateway.habits.delay = 0.05
        for packages in (2, 6):
            kill_after(gateway, start(committed_database, settings.SECTOR), packages)
        gateway.habits.delay = 0.0
        run_push()
        assert states(cast) == {1: 2, 2: 2, 3: 2, 4: 2}
        assert gateway.counts() == {"school": 1, "staff": 4, "class": 2, "student": 4}
        assert {one.version for one in gateway.held.values()} == {1}
        times = Counter(one["MaGoi"] for one in gateway.packages)
        assert len(times) == 11
        assert sum(times.values()) <= 13
        left = table("sector.Receipt").objects.filter(answered_at__isnull=True)
        assert not left.exists()
        assert not table("sector.Outgoing").objects.exclude(state="held").exists()
