"""How the parts stand: the database, its tables, the worker, the disk, the ledger, the queues."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader

from kit.fences import EVERYTHING, scoped

WORKER_SILENT_SECONDS = 60.0
MINUTES_SILENT_SECONDS = 300.0
LEAST_FREE_BYTES = 500_000_000
WORKER = """
select extract(epoch from now() - max(last_heartbeat)) from procrastinate_workers
"""
MINUTES = """
select extract(epoch from now()) - max(defer_timestamp) from procrastinate_periodic_defers
"""
QUEUES = """
select
  count(*) filter (where status = 'todo' and coalesce(scheduled_at, now()) <= now()),
  count(*) filter (where status = 'doing'),
  count(*) filter (where status = 'failed')
from procrastinate_jobs where status in ('todo', 'doing', 'failed')
"""
LEDGER = """
select count(*), coalesce(extract(epoch from now() - min(at)), 0) from ledger_entry
where id > (select coalesce(max(entry_id), 0) from ledger_leaf)
"""
FEED = """
select count(*), coalesce(extract(epoch from now() - min(at)), 0) from ledger_batch
where position is null
"""
TASKS = (
    "select state, count(*) from background_task where state in ('waiting', 'running') group by 1"
)
ROOM = """
select current_setting('max_connections')::int, pg_database_size(current_database()), numbackends
from pg_stat_database where datname = current_database()
"""


@dataclass(frozen=True)
class Figures:
    """What is measured when somebody asks; names are those of docs/reference/metrics.md."""

    jobs_waiting: float
    jobs_running: float
    jobs_failed: float
    tasks: dict[str, float]
    ledger_unsealed: float
    ledger_lag_seconds: float
    feed_unnumbered: float
    feed_lag_seconds: float
    worker_silent_seconds: float | None
    minutes_silent_seconds: float | None
    connections: float
    connections_most: float
    database_bytes: float
    disk_free_bytes: float


def one_row(statement: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchone()
    return tuple(found or ())


def counted(statement: str) -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {str(name): float(count) for name, count in cursor.fetchall()}


def figures() -> Figures:
    """Everything at once; raises DatabaseError when the database is away."""
    with scoped(EVERYTHING):
        waiting, running, failed = one_row(QUEUES)
        unsealed, lag = one_row(LEDGER)
        unnumbered, feed_lag = one_row(FEED)
        most, size, connected = one_row(ROOM)
        return Figures(
            jobs_waiting=float(waiting),
            jobs_running=float(running),
            jobs_failed=float(failed),
            tasks=counted(TASKS),
            ledger_unsealed=float(unsealed),
            ledger_lag_seconds=float(lag),
            feed_unnumbered=float(unnumbered),
            feed_lag_seconds=float(feed_lag),
            worker_silent_seconds=worker_silence(),
            minutes_silent_seconds=minutes_silence(),
            connections=float(connected),
            connections_most=float(most),
            database_bytes=float(size),
            disk_free_bytes=float(free_bytes()),
        )


def worker_silence() -> float | None:
    """Seconds since the last sign of life of any worker; None when there is none."""
    (seconds,) = one_row(WORKER)
    return None if seconds is None else float(seconds)


def minutes_silence() -> float | None:
    """Seconds since the jobs of a minute were given out last; None when they never were."""
    (seconds,) = one_row(MINUTES)
    return None if seconds is None else float(seconds)


def worker_is_well() -> bool:
    """It gives signs of life, and gives out the jobs of every minute: sealing, rescue, alerts."""
    silent, minutes = worker_silence(), minutes_silence()
    if silent is None or silent > WORKER_SILENT_SECONDS:
        return False
    return minutes is None or minutes <= MINUTES_SILENT_SECONDS


def free_bytes() -> int:
    """Room left where the product keeps its files."""
    place = Path(settings.DATA_DIR)
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


@cache
def wanted_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this version; reading them all takes a second, so it is done once."""
    found = MigrationLoader(None).disk_migrations
    return frozenset(found or {})


def waiting_migrations() -> list[str]:
    """Migrations of this version that the database does not have."""
    with connection.cursor() as cursor:
        cursor.execute("select app, name from django_migrations")
        done = {(app, name) for app, name in cursor.fetchall()}
    return sorted(f"{app}.{name}" for app, name in wanted_migrations() - done)


def readiness() -> dict[str, bool]:
    """What must hold for requests to be sent here."""
    room = free_bytes() >= LEAST_FREE_BYTES
    try:
        return {
            "database": True,
            "migrations": not waiting_migrations(),
            "worker": worker_is_well(),
            "disk": room,
        }
    except (DatabaseError, InterfaceError):
        return {"database": False, "migrations": False, "worker": False, "disk": room}
