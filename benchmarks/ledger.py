"""The ledger of a busy year: sealing and verifying a million entries.

`python -m benchmarks.ledger [--entries N]` starts a PostgreSQL of its own with durable settings,
writes the entries as corrections and profiles come, seals them in batches as the job does, and
audits everything in one process and in as many as there are cores. The peer in the same run: what
SHA-256 alone takes for the same canonical bytes, already in memory.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import django

from benchmarks.__main__ import own_cluster, surroundings
from benchmarks.measures import run_module
from kit.postgres import Cluster
from machinery.prepare import tell_step
from machinery.site import manage
from machinery.surroundings import ROOT

HOME = ROOT / "var" / "bench-ledger"
MILLION = 1_000_000
Costs = dict[str, tuple[float, float]]
# Three of four entries are marks, as small as they come; the others carry a record as JSON.
FILL = """
insert into ledger_entry (operation, at, account_id, actor_name, province_id, school_id, subject,
  action, label, old, new, reason)
select md5((n / 40)::text)::uuid, timestamptz '2026-09-05 00:00+00' + n * interval '20 seconds',
  n %% 3000, 'Nông Thị Hoa', 1, n %% 700,
  case when n %% 4 = 0 then 'student:' || n / 9 else 'mark:' || n / 45 || '.1.' || n %% 90000 end,
  'change', 'Điểm giữa kì, Toán 8A',
  case when n %% 4 = 0 then jsonb_build_object('Họ tên', 'Lò Văn ' || n, 'Lớp', '8A') end,
  case when n %% 4 = 0 then jsonb_build_object('Họ tên', 'Lò Thị ' || n, 'Lớp', '8B')
    else to_jsonb(n %% 101) end,
  case when n %% 9 = 0 then 'Chấm lại bài' else '' end
from generate_series(1, %s) n
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=MILLION)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    with own_cluster(HOME) as cluster:
        told = _measured(cluster, asked.entries)
    _print(told, asked.entries)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))


def _measured(cluster: Cluster, entries: int) -> Costs:
    environment = {**surroundings(cluster.url(), HOME), "KHUE_DATABASE_ROLE": "owner"}
    tell_step("Make the tables", lambda: manage(environment, "migrate", "--no-input"))
    told: Costs = run_module("benchmarks.ledger", str(entries), environment=environment)
    return told


def _print(told: Costs, entries: int) -> None:
    print(f"\n{entries:,} entries: by the clock; processor time of Python alone; rate by the clock")
    for name, (clock, processor) in told.items():
        rate = f"{entries / clock:>12,.0f}/s" if "one entry" not in name else ""
        print(f"  {name:<40} {clock:>8.2f} s {processor:>8.2f} s {rate}")


def inside(entries: int) -> Costs:
    """Everything that needs the product, in a process of its own."""
    from django.db import connection

    from kit.fences import EVERYTHING, scoped

    told: Costs = {}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        started, busy = time.perf_counter(), time.process_time()
        found = act()
        told[name] = (time.perf_counter() - started, time.process_time() - busy)
        return found

    with scoped(EVERYTHING):
        with connection.cursor() as cursor:
            cursor.execute(FILL, [entries])
            cursor.execute("analyze ledger_entry")
        _bare_hashing(timed)
        timed("seal, 50,000 at a time", _seal_all)
        _settle()
        _audit(timed)
        _prove(timed)
    return told


def _bare_hashing(timed: Callable[[str, Callable[[], Any]], Any]) -> None:
    """SHA-256 over the same bytes, and over as many nodes of the tree, without reading them."""
    from django.db import connection

    from khue.ledger.rules.entries import asked, written

    with connection.cursor() as cursor:
        cursor.execute(f"select {asked()} from ledger_entry order by id limit 50000")
        rows = cursor.fetchall()
    content = [written(row) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_entry")
        times = cursor.fetchone()[0] // len(content)

    def hash_all() -> None:
        for _ in range(times):
            for one in content:
                hashlib.sha256(one).digest()
                hashlib.sha256(one[:65]).digest()

    def write_all() -> None:
        for _ in range(times):
            for row in rows:
                written(row)

    timed("peer: SHA-256 alone, leaves and nodes", hash_all)
    timed("canonical bytes alone", write_all)


def _seal_all() -> None:
    from datetime import UTC, datetime, timedelta

    from khue.ledger.api import seal_new_entries

    now = datetime(2026, 11, 1, tzinfo=UTC)
    while seal_new_entries(now=now):
        now += timedelta(hours=1)


def _settle() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("analyze ledger_leaf")
        cursor.execute("analyze ledger_seal")


def _audit(timed: Callable[[str, Callable[[], Any]], Any]) -> None:
    from datetime import UTC, datetime

    from khue.ledger.api import audit_ledger, make_daily_roots

    timed("roots of the days", lambda: make_daily_roots(now=datetime(2026, 11, 5, tzinfo=UTC)))
    for processes in sorted({1, os.cpu_count() or 1}):
        word = "process" if processes == 1 else "processes"
        verdict = timed(f"audit, {processes} {word}", partial(audit_ledger, processes=processes))
        if not verdict.holds:
            raise SystemExit(verdict.fault)


def _prove(timed: Callable[[str, Callable[[], Any]], Any]) -> None:
    from datetime import UTC, datetime

    from khue.ledger.api import check_proof, known_keys, proof_of

    now = datetime(2026, 11, 5, tzinfo=UTC)
    proof = timed("proof of one entry, made", lambda: proof_of(500, now=now))
    report = timed("proof of one entry, checked", lambda: check_proof(proof, keys=known_keys()))
    if not report.holds:
        raise SystemExit(report.fault)


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1].isdigit():
        django.setup()
        print(json.dumps(inside(int(sys.argv[1]))))
    else:
        main()
