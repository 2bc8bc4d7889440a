"""The plans of the hottest statements at 1 school, 100 schools and the whole province.

`python -m benchmarks.province.plans [--sizes 1 100 675]` opens the hottest pages and saves through
the product itself, explains every statement that they send, and names each that reads a large
table as a whole. It fails when there is one: what a page costs would then grow with the province.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

import django

from benchmarks.measures import run_module
from benchmarks.province.flat import SIZES
from benchmarks.province.standing import province

# A table of fewer pages is read as a whole by right.
LARGE = 400
STATEMENT = re.compile(r"^\s*(select|with|update|insert|delete)", re.IGNORECASE)
Told = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    found = 0
    for size in parser.parse_args().sizes:
        with province(size) as standing:
            people = run_module("benchmarks.province.people", "1", environment=standing.owner)
            told = run_module(
                "benchmarks.province.plans",
                "inside",
                environment=standing.environment,
                given=_pages(people),
            )
        found += tell(size, told)
    sys.exit(1 if found else 0)


def _pages(people: Told) -> list[list[str]]:
    """What a school morning asks most often: session and address."""
    teacher, homeroom = people["teachers"][0], people["homerooms"][0]
    parent, leader = people["parents"][0], people["leaders"][0]
    officer, book = people["officers"][0], teacher["books"][0]
    return [
        [teacher["session"], "/"],
        [teacher["session"], f"/so-diem/{book['id']}/1/"],
        [homeroom["session"], "/diem-danh/"],
        [homeroom["session"], f"/diem-danh/lop/{homeroom['class']}/"],
        [parent["session"], f"/con/{parent['child']}/"],
        [parent["session"], f"/con/{parent['child']}/ket-qua/"],
        [leader["session"], "/"],
        [leader["session"], f"/so-lieu/{leader['place']}/"],
        [leader["session"], "/hoc-sinh/"],
        [officer["session"], f"/so-lieu/{officer['place']}/"],
    ]


def inside() -> list[Told]:
    """Every statement of every page, with the large tables that its plan reads as a whole."""
    return [
        {"page": path, "statement": statement, "reads": reads}
        for session, path in json.load(sys.stdin)
        for statement, reads in _explained(session, path)
    ]


def _explained(session: str, path: str) -> Iterator[tuple[str, list[str]]]:
    from django.db import connection
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.cookies["khue_session"] = session
    plans: list[tuple[str, list[str]]] = []

    def explain(execute: Any, sql: str, values: Any, *rest: Any) -> Any:
        if STATEMENT.match(sql):
            with connection.cursor().cursor as raw:
                raw.execute("explain (format json) " + sql, values)
                plans.append((sql, _large_scans(raw.fetchone()[0][0]["Plan"])))
        return execute(sql, values, *rest)

    client.get(path)
    with connection.execute_wrapper(explain):
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    yield from plans


def _large_scans(plan: Told) -> list[str]:
    found = [one for below in plan.get("Plans", []) for one in _large_scans(below)]
    if plan["Node Type"] == "Seq Scan" and _pages_of(plan["Relation Name"]) > LARGE:
        found.append(plan["Relation Name"])
    return found


def _pages_of(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select relpages from pg_class where relname = %s", [table])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def tell(size: int, told: list[Told]) -> int:
    """Print what was found; return how many statements read a large table as a whole."""
    bad = [one for one in told if one["reads"]]
    print(f"{size} schools: {len(told)} statements, {len(bad)} read a large table as a whole")
    for one in bad:
        print(f"  {one['page']}: {', '.join(one['reads'])}\n    {one['statement'][:300]}")
    return len(bad)


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        json.dump(inside(), sys.stdout)
    else:
        main()
