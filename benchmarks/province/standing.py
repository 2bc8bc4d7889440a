"""A synthetic province on a server of its own, kept between measurements.

Making the whole takes minutes, so each size stands in a folder of its own under var/ and is made
once; `--fresh` makes it again. KHUE_BENCH_HOME names another place than var/.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from benchmarks.__main__ import surroundings
from benchmarks.measures import settle
from kit.postgres import DURABLE, Cluster
from machinery.prepare import tell_step
from machinery.site import SiteTrouble, manage
from machinery.surroundings import ROOT

HOME = Path(os.environ.get("KHUE_BENCH_HOME") or ROOT / "var" / "bench-province")
WHOLE = 675
# What an administrator of one machine sets (docs/how-to): a quarter of 8 GB.
TUNED = {**DURABLE, "shared_buffers": "2GB", "work_mem": "16MB", "max_wal_size": "8GB"}
COUNTS = """
select (select count(*) from organisations_school),
  (select count(*) from records_enrolment where year = (select max(year) from records_enrolment)),
  (select count(*) from gradebook_markrow), pg_database_size(current_database())
"""


@dataclass(frozen=True)
class Standing:
    """What stands, how long making it took (seconds), and how large it is (bytes)."""

    schools: int
    pupils: int
    mark_rows: int
    size: int
    seconds: float
    load: float


@dataclass(frozen=True)
class Province:
    """A running server with the province in it, and what the product is told."""

    cluster: Cluster
    environment: dict[str, str]
    folder: Path
    made: Standing

    @property
    def url(self) -> str:
        return self.cluster.url()

    @property
    def owner(self) -> dict[str, str]:
        return {**self.environment, "KHUE_DATABASE_ROLE": "owner"}


@contextmanager
def province(
    schools: int, *, fresh: bool = False, around: Mapping[str, str] | None = None
) -> Iterator[Province]:
    """The province of so many schools; made where it does not stand yet.

    `around` is told to the server and to everything that the product runs there.
    """
    folder = HOME / str(schools)
    note = folder / "made.json"
    cluster = Cluster(folder / "postgres", settings=TUNED, around=around)
    if fresh or not note.exists():
        note.unlink(missing_ok=True)
        cluster.remove()
    folder.mkdir(parents=True, exist_ok=True)
    tell_step(f"Start PostgreSQL for {schools} schools", cluster.start)
    try:
        environment = surroundings(cluster.url(), folder)
        if not note.exists():
            note.write_text(json.dumps(asdict(_make(cluster, environment, schools))))
        else:
            _bring_up_to_date({**environment, "KHUE_DATABASE_ROLE": "owner"})
        made = Standing(**json.loads(note.read_text()))
        yield Province(cluster, {**environment, **(around or {})}, folder, made)
    finally:
        cluster.stop()


def _bring_up_to_date(owner: dict[str, str]) -> None:
    """The tables of a province that was made by an earlier version of the product."""
    told: list[str] = []
    tell_step("Look at the tables", lambda: told.append(manage(owner, "migrate", "--no-input")))
    if "Applying" in told[0]:
        tell_step("Count the figures", lambda: manage(owner, "recompute_figures"))


def wrong_figures(owner: dict[str, str]) -> list[str]:
    """Count all figures from scratch; what the check says when one of them is wrong."""
    told: list[str] = []

    def check() -> None:
        try:
            manage(owner, "recompute_figures", "--check")
        except SiteTrouble as trouble:
            told.append(str(trouble))

    tell_step("Count all figures from scratch", check)
    return told


def _make(cluster: Cluster, environment: dict[str, str], schools: int) -> Standing:
    owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
    tell_step("Make the tables", lambda: manage(owner, "migrate", "--no-input"))
    words = ["synthesise", "--schools", str(schools), "--processes", str(os.cpu_count() or 1)]
    words += ["--no-figures"]
    begun = time.monotonic()
    tell_step(f"Synthesise {schools} schools", lambda: manage(owner, *words))
    seconds = time.monotonic() - begun
    tell_step("Let the planner know", lambda: settle(cluster.url()))
    tell_step("Count the figures", lambda: manage(owner, "recompute_figures"))
    with psycopg.connect(cluster.url()) as session:
        row = session.execute(COUNTS).fetchone()
    assert row is not None
    counted: tuple[int, int, int, int] = (row[0], row[1], row[2], row[3])
    return Standing(*counted, seconds=seconds, load=os.getloadavg()[0])
