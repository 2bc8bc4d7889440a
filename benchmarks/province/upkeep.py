"""What keeps a whole province right: everything counted anew, the ledger audited, and its size.

`python -m benchmarks.province.upkeep [--schools 675] [--processes 2]` runs on the synthetic
province what an administrator runs now and then, each in a process of its own: `recompute --check`
(every result from its marks), `recompute_figures --check` (every figure from its rows), `ledger
seal` and `ledger audit`; it fails when one of them does. It tells seconds, memory (Pss at most) and
processor time of the program and of PostgreSQL, and what the database needs for a pupil and year,
table by table.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from typing import Any

import psycopg

from benchmarks.province.standing import WHOLE, Province, province
from benchmarks.province.weighing import Weighed, weigh_command
from machinery.surroundings import ROOT

MOST_TABLES = 10
# Partitions count for the table that they are part of.
SIZES = """
select coalesce(parent.relname, own.relname) as name, sum(pg_total_relation_size(own.oid))::bigint,
  sum(pg_indexes_size(own.oid))::bigint, sum(greatest(own.reltuples, 0))::bigint
from pg_class own
left join pg_inherits part on part.inhrelid = own.oid
left join pg_class parent on parent.oid = part.inhparent
where own.relkind = 'r' and own.relnamespace = 'public'::regnamespace
group by 1 order by 2 desc
"""
PUPIL_YEARS = "select count(*) from records_enrolment"
Told = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schools", type=int, default=WHOLE)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    with province(asked.schools) as standing:
        sizes = _sizes(standing)
        runs = _runs(standing, asked.processes)
    _print_sizes(standing, sizes)
    if asked.json:
        told = {"sizes": sizes, "runs": {name: asdict(one) for name, one, _ in runs}}
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))
    sys.exit(1 if any(failed for _, _, failed in runs) else 0)


def _runs(standing: Province, processes: int) -> list[tuple[str, Weighed, bool]]:
    several = ("--processes", str(processes))
    commands = [
        ("recompute", "--check", *several),
        ("recompute_figures", "--check"),
        ("ledger", "seal"),
        ("ledger", "audit", *several),
    ]
    load = os.getloadavg()[0]
    print(f"\n{standing.made.schools} schools; load of the machine {load:.1f}")
    print("| | by the clock | memory at most | Python | PostgreSQL | |", flush=True)
    print("| --- | ---: | ---: | ---: | ---: | --- |", flush=True)
    return [(" ".join(words), *_run(standing, words)) for words in commands]


def _run(standing: Province, words: tuple[str, ...]) -> tuple[Weighed, bool]:
    """One of them; a check that finds something wrong is told, and the next one goes on."""
    command = [sys.executable, "manage.py", *words]
    leader = standing.cluster.pid or 0
    weighed, told, code = weigh_command(command, standing.owner, ROOT, leader)
    lines = [line for line in told.splitlines() if line.strip()]
    peak, used = weighed.peak, weighed.processors
    print(
        f"| `{' '.join(words)}` | {weighed.seconds:,.0f} s | {peak['program']:,.0f} MB"
        f" | {used['program']:,.0f} s | {used['PostgreSQL']:,.0f} s"
        f" | {'FAILED: ' if code else ''}{' '.join(lines[-2:])[:160]} |",
        flush=True,
    )
    return weighed, bool(code)


def _sizes(standing: Province) -> Told:
    with psycopg.connect(standing.url) as session:
        tables = session.execute(SIZES).fetchall()
        years = session.execute(PUPIL_YEARS).fetchone()
        whole = session.execute("select pg_database_size(current_database())").fetchone()
    assert years
    assert whole
    return {"tables": tables, "pupil_years": years[0], "database": whole[0]}


def _print_sizes(standing: Province, sizes: Told) -> None:
    years, whole = sizes["pupil_years"], sizes["database"]
    print(
        f"\nDatabase of {standing.made.schools} schools: {whole / 1e6:,.0f} MB for {years:,} years"
        f" of pupils, {whole / max(years, 1) / 1000:.1f} kB for one"
    )
    print("| | MB | of it indexes | rows | bytes a pupil and year |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, size, indexes, rows in sizes["tables"][:MOST_TABLES]:
        print(
            f"| {name} | {size / 1e6:,.0f} | {indexes / max(size, 1):.0%} | {rows:,}"
            f" | {size / max(years, 1):,.0f} |"
        )


if __name__ == "__main__":
    main()
