"""The jobs of every minute and night go on, however the clock of the machine is set."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import psycopg
from django.db import connection
from django.db.models import F
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinatePeriodicDefer
from procrastinate.exceptions import ConnectorException

from khue.background.services.minutes import Minutes

TAKE = "delete from procrastinate_jobs where status = 'todo' returning task_name"
CUT = """
select pg_terminate_backend(pid, 60000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and pid <> %s
"""
SEAL, TIDY = "ledger.seal", "khue.background.tidy"
# Speaks of one minute, so that none may be missing.
GATE = "attendance.tell_families"


def at(clock: str) -> float:
    """Seconds of a day in November."""
    return datetime.fromisoformat(f"2026-11-20T{clock}+00:00").timestamp()


def given_out(
    *shown: str, take: bool = True, between: Callable[[], None] = lambda: None
) -> list[Counter[str]]:
    """What one worker gives out when it looks at these times; a worker takes it at once.

    Trouble of the database ends the look, and the worker begins anew, as `manage.py work` does.
    """
    clock = {"now": 0.0}

    async def look() -> list[Counter[str]]:
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        queue = app.with_connector(connector)
        async with queue.open_async():
            minutes = Minutes(queue, clock=lambda: clock["now"])
            found = []
            for one in shown:
                clock["now"] = at(one)
                try:
                    await minutes.look()
                except ConnectorException:
                    minutes = Minutes(queue, clock=lambda: clock["now"])
                    await minutes.look()
                rows = await queue.connector.execute_query_all_async(TAKE) if take else []
                found.append(Counter(row["task_name"] for row in rows))
                between()
        return found

    return asyncio.run(look())


def of(job: str, told: list[Counter[str]]) -> list[int]:
    return [one[job] for one in told]


def test_each_minute_has_its_jobs_once(real_database: str) -> None:
    told = given_out("10:00:30", "10:00:59", "10:01:00", "10:02:01")
    assert of(SEAL, told) == [1, 0, 1, 1]


def test_a_clock_that_jumps_forward_and_back_stops_no_job_of_the_minute(
    real_database: str,
) -> None:
    """Two hours on, right again, two hours behind, right, and at last the time seen before."""
    told = given_out(
        *("10:00:30", "12:00:30", "12:01:30", "10:01:30", "10:02:30", "08:02:30", "08:03:30"),
        *("10:03:30", "10:04:30", "12:00:30", "12:01:30"),
    )
    assert of(SEAL, told) == [1] * 11


def test_another_worker_gives_out_what_a_dead_one_gave_out_ahead_of_time(
    real_database: str,
) -> None:
    given_out("12:00:30", "12:01:30")
    assert of(SEAL, given_out("10:00:30", "12:00:30", "12:01:30")) == [1, 1, 1]


def test_minutes_without_a_worker_are_caught_up_one_by_one(real_database: str) -> None:
    assert of(GATE, given_out("10:00:30", "10:03:30")) == [1, 3]
    told = given_out("10:05:30", "12:05:30")
    assert of(GATE, told) == [2, 10]
    assert of(SEAL, told) == [1, 1], "one seal is enough for all of them"


def test_sessions_that_are_cut_stop_no_job_of_the_minute(real_database: str) -> None:
    """What a restart of the database does: every session is gone at once."""

    own = connection.connection.info.backend_pid

    def cut() -> None:
        with psycopg.connect(real_database, autocommit=True) as owner:
            owner.execute(CUT, [own])

    told = given_out("10:00:30", "10:01:30", "10:02:30", between=cut)
    assert of(SEAL, told) == [1, 1, 1]


def test_two_workers_give_out_a_minute_once(real_database: str) -> None:
    assert of(SEAL, given_out("10:00:30")) == [1]
    assert of(SEAL, given_out("10:00:40", "10:01:10")) == [0, 1]


def test_what_still_waits_is_not_given_out_again(real_database: str) -> None:
    given_out("10:00:30", "10:01:30", "10:02:30", take=False)
    assert of(SEAL, given_out("10:03:30")) == [1]


NIGHTS = {
    "at its time": (("03:16:30", "03:17:10", "03:18:10"), [0, 1, 0]),
    "late, but not missed": (("03:10:00", "04:30:00"), [0, 1]),
    "just began": (("03:26:00",), [1]),
    "long over": (("03:30:00",), [0]),
    "no night twice": (("03:17:30", "02:00:00", "03:17:10"), [1, 0, 1]),
}


def test_a_night_without_a_worker_is_caught_up_once(real_database: str) -> None:
    given_out("03:17:30")
    ProcrastinatePeriodicDefer.objects.update(defer_timestamp=F("defer_timestamp") - 86_400)
    assert of(TIDY, given_out("08:00:00", "08:01:00")) == [1, 0]


def test_a_job_of_the_night_is_neither_lost_nor_repeated(real_database: str) -> None:
    found = {}
    for name, (shown, _) in NIGHTS.items():
        ProcrastinatePeriodicDefer.objects.all().delete()
        found[name] = of(TIDY, given_out(*shown))
    assert found == {name: told for name, (_, told) in NIGHTS.items()}
