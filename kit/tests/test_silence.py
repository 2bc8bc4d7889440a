"""A server that hangs is given up; one that is only slow is not."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from kit import silence
from kit.postgres import THROW_AWAY, Cluster

SLOW = "select pg_sleep(1.2), 7"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    monkeypatch.setattr(silence, "ASK_AFTER", 0.3)
    monkeypatch.setattr(silence, "KNOCK_FOR", 0.3)
    with Cluster(tmp_path / "server", settings=THROW_AWAY) as cluster:
        yield cluster


@contextmanager
def hanging(server: Cluster) -> Iterator[None]:
    """Every program of the server stands still, as on a machine that hangs; then they go on."""
    assert server.pid
    below = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    programs = [server.pid, *map(int, below)]
    for pid in programs:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in programs:
            os.kill(pid, signal.SIGCONT)


def test_a_slow_statement_is_waited_for(server: Cluster) -> None:
    with silence.Session.connect(server.url()) as session:
        assert session.execute(SLOW).fetchone() == ("", 7)


def test_a_server_that_hangs_is_given_up_and_the_session_is_over(server: Cluster) -> None:
    with silence.Session.connect(server.url(), autocommit=True) as session, hanging(server):
        begun = time.monotonic()
        with pytest.raises(psycopg.OperationalError, match="hangs"):
            session.execute("select 1")
        assert time.monotonic() - begun < 3
        assert session.closed
    with silence.Session.connect(server.url()) as session:
        assert session.execute("select 2").fetchone() == (2,)


def test_a_statement_under_way_is_given_up_too(server: Cluster) -> None:
    def waits() -> None:
        with (
            silence.Session.connect(server.url(), autocommit=True) as session,
            pytest.raises(psycopg.OperationalError, match="hangs"),
        ):
            session.execute("select pg_sleep(60)")
        given_up.set()

    given_up = threading.Event()
    waiting = threading.Thread(target=waits, daemon=True)
    waiting.start()
    with psycopg.connect(server.url(), autocommit=True) as session:
        while not session.execute(
            "select 1 from pg_stat_activity where query like '%pg_sleep(60)' and state = 'active'"
            " and pid <> pg_backend_pid()"
        ).fetchone():
            time.sleep(0.05)
    with hanging(server):
        assert given_up.wait(5)


def test_the_queue_gives_up_a_server_that_hangs(server: Cluster) -> None:
    async def ask() -> None:
        async with await silence.AsyncSession.connect(server.url(), autocommit=True) as session:
            answer = await (await session.execute(SLOW)).fetchone()
            assert answer == ("", 7)
            with hanging(server), pytest.raises(psycopg.OperationalError, match="hangs"):
                await session.execute("select 1")

    asyncio.run(ask())


def test_who_listens_gives_up_a_server_that_hangs(server: Cluster) -> None:
    with silence.Session.connect(server.url(), autocommit=True) as session:
        session.execute("listen news")
        with hanging(server), pytest.raises(psycopg.OperationalError, match="hangs"):
            next(session.notifies(timeout=30))
