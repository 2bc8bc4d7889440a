"""Import of the pupils of a whole province by the product's own way of taking in workbooks.

`python -m benchmarks.province.imports [--schools 675] [--offices 4]` makes a province with its
places, classes and staff but without a pupil, writes a workbook for every school, and lets offices
upload them over HTTP as a school does: upload, preview, apply. Lists of up to 500 rows are read and
written while the page waits, longer ones by the worker. It counts at the end: every row of every
workbook must be a pupil with a seat, once. Web server (two processes), worker, follower of the
figures, PostgreSQL and whoever uploads share the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.__main__ import site, surroundings
from benchmarks.measures import run_module, settle
from benchmarks.province.offices import APPLIED, Office
from benchmarks.province.standing import HOME, TUNED, WHOLE
from benchmarks.province.weighing import weighing
from kit.postgres import Cluster
from kit.processes import end
from machinery.prepare import tell_step
from machinery.site import manage, start_follower, start_worker
from machinery.surroundings import ROOT

WITHOUT_PUPILS = """
truncate records_student, records_guardian, records_registerentry cascade;
update records_registercounter set last_number = 0
"""
COUNTS = """
select (select count(*) from records_student), (select count(*) from records_enrolment),
  (select count(distinct student_id) from records_enrolment),
  (select count(*) from records_registerentry), (select count(*) from records_guardian),
  (select coalesce(sum((counts->>'refuse')::int), 0) from intake_run),
  pg_database_size(current_database())
"""
Told = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=WHOLE)
    parser.add_argument("--offices", type=int, default=4, help="offices that upload at once")
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    with _empty_province(asked.schools) as (cluster, environment, folder):
        told = _measured(cluster, environment, folder, asked.offices)
    _print(asked.schools, told)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))
    sys.exit(1 if told["wrong"] else 0)


@contextmanager
def _empty_province(schools: int) -> Iterator[tuple[Cluster, dict[str, str], Path]]:
    """A server of its own with schools, classes and staff, gone afterwards."""
    folder = HOME / f"imports-{schools}"
    shutil.rmtree(folder / "workbooks", ignore_errors=True)
    cluster = Cluster(folder / "postgres", settings=TUNED)
    cluster.remove()
    folder.mkdir(parents=True, exist_ok=True)
    tell_step("Start PostgreSQL", cluster.start)
    try:
        environment = surroundings(cluster.url(), folder)
        owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
        tell_step("Make the tables", lambda: manage(owner, "migrate", "--no-input"))
        words = ("synthesise", "--skeleton", "--schools", str(schools))
        tell_step(f"Lay out {schools} schools", lambda: manage(owner, *words))
        with psycopg.connect(cluster.url(), autocommit=True) as session:
            session.execute(WITHOUT_PUPILS)
        settle(cluster.url())
        yield cluster, environment, folder
    finally:
        cluster.stop(at_once=True)
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _measured(cluster: Cluster, environment: dict[str, str], folder: Path, offices: int) -> Told:
    books = folder / "workbooks"
    books.mkdir()
    schools: list[Told] = []
    owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
    words = ("benchmarks.province.workbooks", "whole", str(books))
    write = lambda: schools.extend(run_module(*words, environment=owner))  # noqa: E731
    tell_step("Write a workbook for every school", write)
    with ExitStack() as house:
        worker = start_worker(environment, folder / "worker.log")
        house.callback(end, worker)
        figures = start_follower(environment, folder / "figures.log")
        house.callback(end, figures)
        target = house.enter_context(site(environment, folder, cluster.pid or 0))
        leaders = {"web": target.web, "worker": worker.pid, "figures": figures.pid}
        with weighing(leaders | {"PostgreSQL": target.database}) as weighed:
            tell_step("Import them", lambda: _import_all(target.port, schools, offices))
    return {
        "schools": len(schools),
        "load": os.getloadavg()[0],
        **asdict(weighed),
        **_counted(cluster.url(), schools),
    }


def _import_all(port: int, schools: list[Told], offices: int) -> None:
    waiting: queue.SimpleQueue[Told] = queue.SimpleQueue()
    for one in schools:
        waiting.put(one)
    troubles: list[Exception] = []
    threads = [
        threading.Thread(target=_work, args=(port, waiting, troubles)) for _ in range(offices)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


def _work(port: int, waiting: queue.SimpleQueue[Told], troubles: list[Exception]) -> None:
    """School after school, until none is left or one went wrong."""
    while not troubles:
        try:
            import_workbook(port, waiting.get_nowait())
        except queue.Empty:
            return
        except Exception as trouble:  # noqa: BLE001  (told by the caller, in its own thread)
            troubles.append(trouble)


def import_workbook(port: int, one: Told) -> str:
    """Upload, look, apply; return the address of the import when all is written."""
    office = Office(port, one["session"], one["school"])
    address = office.upload("hoc-sinh.xlsx", Path(one["file"]).read_bytes(), one["year"])
    office.apply(address)
    office.wait_for(address, APPLIED)
    return address


def _counted(url: str, schools: list[Told]) -> Told:
    """What stands, and whether it is what the workbooks hold."""
    with psycopg.connect(url) as session:
        row = session.execute(COUNTS).fetchone()
    assert row
    names = ["pupils", "seats", "seated", "register", "adults", "refused", "size"]
    told = dict(zip(names, row, strict=True))
    told["rows"] = sum(one["rows"] for one in schools)
    told["wrong"] = {told["rows"]} != {told[name] + told["refused"] for name in names[:4]}
    return told


def _print(schools: int, told: Told) -> None:
    took = told["seconds"]
    print(
        f"\n{schools} schools: {told['rows']:,} rows in {took:,.0f} s,"
        f" {told['rows'] / took:,.0f} pupils a second; load {told['load']:.1f}"
    )
    print(
        f"  {told['pupils']:,} pupils, {told['seats']:,} seats, {told['register']:,} lines of the"
        f" register, {told['adults']:,} adults, {told['refused']:,} rows refused:"
        f" {'WRONG' if told['wrong'] else 'every row once'}"
    )
    for name, most in told["peak"].items():
        share = told["processors"][name] / took
        print(f"  {name}: at most {most:,.0f} MB, {share:.2f} of a processor")
    print(f"  the database grew to {told['size'] / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
