"""Two followers, and one that dies in the middle of its step: nothing lost, nothing twice."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from khue.gradebook.api import CellChange, enter_marks, recount_progress
from khue.statistics.api import Theme, figures_of, figures_state
from khue.statistics.services.checking import check_figures
from khue.statistics.services.following import follow, follow_to_the_end
from kit.fences import EVERYTHING, scoped
from kit.processes import end
from machinery.site import start_follower
from tests.cast import NOW, YEAR, Cast, make_cast
from tests.site import site_environment

PATIENCE_SECONDS = 120.0
HELD = "select 1 from statistics_figure where kind = 'commune' and theme = 'entry' for update"
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
OTHERS = """
select count(*) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and pid <> all(%s)
"""


@pytest.fixture
def living(committed_database: str) -> Cast:
    del committed_database
    with scoped(EVERYTHING):
        cast = make_cast()
        recount_progress(now=NOW)
        follow_to_the_end(now=moment())
    return cast


def moment() -> datetime:
    """The clock of the process that is killed, too."""
    return datetime.now(UTC)


def write(cast: Cast, slot: str) -> None:
    change = CellChange(cast.minh.student.pk, slot, None, 80)
    with scoped(EVERYTHING):
        enter_marks(
            actor=cast.hoa.actor,
            now=NOW,
            class_subject_id=cast.maths.pk,
            term=1,
            changes=[change],
        )


def entered(cast: Cast) -> int | None:
    figures = figures_of(cast.dung.actor, cast.commune.path, YEAR, [Theme.ENTRY])
    return figures[Theme.ENTRY].count("entered.1")


def until(
    session: psycopg.Connection[tuple[int]], statement: str, wanted: int, *given: object
) -> None:
    """Wait for what another process does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    pause = threading.Event()
    while session.execute(statement, given).fetchone() != (wanted,):
        assert time.monotonic() < deadline, statement
        pause.wait(0.02)


def test_two_followers_take_turns(living: Cast) -> None:
    for slot in ("tx1", "tx2", "tx3", "gk"):
        write(living, slot)
    steps: list[int] = []

    def run() -> None:
        try:
            steps.append(follow_to_the_end(now=moment()))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_SECONDS)
    follow_to_the_end(now=moment())
    with scoped(EVERYTHING):
        assert check_figures(now=moment()).differences == []
        assert figures_state().up_to_date
    assert entered(living) == 4


def test_a_follower_killed_in_its_step_leaves_no_trace_and_the_next_one_does_its_work(
    living: Cast, committed_database: str, tmp_path: Path
) -> None:
    write(living, "tx1")
    with (
        psycopg.connect(committed_database) as holder,
        psycopg.connect(committed_database, autocommit=True) as watch,
    ):
        holder.execute(HELD)
        process = start_follower(site_environment(committed_database, tmp_path), tmp_path / "log")
        try:
            until(watch, WAITING, 1)
            kill(process)
        finally:
            end(process)
        mine = [holder.info.backend_pid, watch.info.backend_pid]
        connection.close()
        holder.rollback()
        until(watch, OTHERS, 0, mine)
    assert entered(living) == 0
    step = follow(now=moment())
    assert step is not None
    assert step.batches == 1
    with scoped(EVERYTHING):
        assert check_figures(now=moment()).differences == []
    assert entered(living) == 1


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE_SECONDS)
