"""Measure pages, saves, results, papers, signatures, statements and bytes: `make bench`.

Starts a PostgreSQL of its own with durable settings and the web server as production runs it (two
processes of four threads), builds a school of 1,280 pupils with a full year of marks, and lets
eight teachers work at once. Server, database and load generator share the machine. It fails when a
page needs too many statements or bytes; times are told, not judged: they depend on the neighbours.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.back_ends import measure_back_ends
from benchmarks.judging import measure_judging
from benchmarks.measures import (
    BenchmarkTrouble,
    Round,
    Target,
    empty_books,
    measure,
    middle,
    page_path,
    pasting,
    reading,
    run_module,
    settle,
    typing,
    writing,
)
from benchmarks.papers import measure_papers
from benchmarks.pdf_signing import measure_pdf_signing
from benchmarks.report import MARK_PAGE, Results, broken_limits, print_results
from benchmarks.results import measure_results
from benchmarks.transcripts import measure_transcripts
from benchmarks.weights import find_browser, first_visit
from benchmarks.xml_signing import measure_xml_signing
from kit.postgres import DURABLE, Cluster
from kit.processes import end, free_port
from machinery.prepare import tell_step
from machinery.site import manage, start_web, wait_until_answers
from machinery.surroundings import LOOPBACK_HOSTS, ROOT, child_environment, demo_secrets

HOME = ROOT / "var" / "bench"
WEB_PROCESSES = 2
PAGES, SAVES, SHEETS = 40, 24, 6
ROUNDS = 3
Person = dict[str, Any]


@contextmanager
def own_cluster(home: Path = HOME) -> Iterator[Cluster]:
    """A fresh server that really writes to the disk; gone afterwards."""
    cluster = Cluster(home / "postgres", settings=DURABLE)
    cluster.remove()
    try:
        tell_step("Start PostgreSQL", cluster.start)
        yield cluster
    finally:
        cluster.stop(at_once=True)
        cluster.remove()


@contextmanager
def site(environment: Mapping[str, str], folder: Path, database: int) -> Iterator[Target]:
    """The web server as production runs it."""
    port, log = free_port(), folder / "web.log"
    web = start_web(environment, port, log, workers=WEB_PROCESSES)
    try:
        wait_until_answers(web, port, log)
        yield Target(port, web.pid, database)
    finally:
        end(web)


def surroundings(database_url: str, folder: Path) -> dict[str, str]:
    """What the product is told in production, with secrets made for this run."""
    wanted = {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "KHUE_DATA_DIR": str(folder / "files"),
        "KHUE_HOSTS": LOOPBACK_HOSTS,
        "KHUE_DEMO": "",
    }
    return child_environment(demo_secrets(folder / "secrets.env"), wanted)


def build(environment: Mapping[str, str], database_url: str) -> dict[str, Any]:
    """The tables and the school."""
    owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
    made: dict[str, Any] = {}
    tell_step("Make the tables", lambda: manage(owner, "migrate", "--no-input"))
    tell_step(
        "Build the school",
        lambda: made.update(run_module("benchmarks.inside", "build", environment=owner)),
    )
    settle(database_url)
    return made


def rounds(wanted: int, one: Any) -> Round:
    """The middle of several rounds; the first one only warms up."""
    return middle([one() for _ in range(wanted + 1)][1:])


def measure_site(
    target: Target, database_url: str, school: dict[str, Any], wanted: int
) -> dict[str, Round]:
    """Pages and saves, of one person alone and of eight at once."""
    teachers, family = school["teachers"], school["family"]
    asking = {
        "session": family["session"],
        "requests": [("GET", f"/con/{family['child']}/", "")] * PAGES,
    }
    books = [book["id"] for one in teachers for book in one["books"]]

    def ask(people: list[Person], *, empty: bool = False) -> Round:
        def one_round() -> Round:
            if empty:
                empty_books(database_url, books)
            return measure(target, people)

        return rounds(wanted, one_round)

    pages = [reading(one, PAGES) for one in teachers]
    found = {
        "page of marks, one teacher": ask(pages[:1]),
        "page of marks, eight teachers": ask(pages),
        "family page, eight parents": ask([asking] * len(teachers)),
    }
    for name, work, most in [
        ("a cell", typing, SAVES),
        ("a column of 45", writing, SAVES),
        ("a sheet of 45 × 8", pasting, SHEETS),
    ]:
        saves = [work(one, most) for one in teachers]
        found[f"save {name}, one teacher"] = ask(saves[:1], empty=True)
        found[f"save {name}, eight teachers"] = ask(saves, empty=True)
    return found


def count_queries(environment: Mapping[str, str], school: dict[str, Any]) -> dict[str, int]:
    """Statements of the pages that people open most."""
    teacher, family = school["teachers"][0], school["family"]
    wanted = {
        MARK_PAGE: (teacher["session"], page_path(teacher["books"][0]["id"], 2)),
        "list of books": (teacher["session"], "/so-diem/"),
        "teacher's first page": (teacher["session"], "/"),
        "family page": (family["session"], f"/con/{family['child']}/"),
    }
    given = [{"session": session, "path": path} for session, path in wanted.values()]
    counted = run_module("benchmarks.inside", "queries", environment=environment, given=given)
    return dict(zip(wanted, counted, strict=True))


def weigh(target: Target, school: dict[str, Any]) -> dict[str, dict[str, int]]:
    """The bytes of a first visit, in a real browser."""
    url, teacher, family = (
        f"http://127.0.0.1:{target.port}",
        school["teachers"][0],
        school["family"],
    )
    pages = {
        "teacher": (page_path(teacher["books"][0]["id"], 2), teacher["session"]),
        "family": (f"/con/{family['child']}/", family["session"]),
    }
    return {name: first_visit(url, path, session) for name, (path, session) in pages.items()}


def run(wanted: int) -> Results:
    """Start everything, measure, stop everything."""
    find_browser()
    HOME.mkdir(parents=True, exist_ok=True)
    before = os.getloadavg()[0]
    with own_cluster() as cluster, tempfile.TemporaryDirectory(dir=HOME) as place:
        folder, database_url, database = Path(place), cluster.url(), cluster.pid or 0
        environment = surroundings(database_url, folder)
        school = build(environment, database_url)
        print(f"  Measure {wanted} rounds of each …", flush=True)
        costs, rules = measure_results(environment, database, wanted)
        costs |= measure_papers(environment, database, wanted)
        rates = measure_back_ends(environment, wanted)
        rates |= measure_xml_signing(environment, wanted)
        rates |= measure_pdf_signing(environment, wanted)
        rates |= measure_judging(environment, wanted)
        made, steps = measure_transcripts(environment, database, wanted)
        costs, rates = costs | made, rates | steps
        with site(environment, folder, database) as target:
            return Results(
                queries=count_queries(environment, school),
                bytes=weigh(target, school),
                rounds=measure_site(target, database_url, school, wanted),
                costs=costs,
                rules=rules,
                rates=rates,
                load=(before, os.getloadavg()[0]),
                school=school["counts"],
            )


def main() -> int:
    """Measure, print, keep; fail when a limit is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of each measurement")
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    wanted = parser.parse_args()
    try:
        results = run(wanted.rounds)
    except (BenchmarkTrouble, subprocess.SubprocessError) as trouble:
        print(f"\n  {trouble}", file=sys.stderr)
        return 1
    print_results(results)
    if wanted.json:
        wanted.json.write_text(json.dumps(results.as_json(), indent=2))
    broken = broken_limits(results)
    for sentence in broken:
        print(f"\n  Beyond the limit: {sentence}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
