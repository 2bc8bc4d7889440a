"""A province's evening of notices: enqueue and process 200,000 SMS, without a provider's limit.

`python -m benchmarks.messages [--messages N]` starts a PostgreSQL of its own with durable settings,
orders the messages school by school as notices come, and drains them through a channel that takes
everything at once. The peer in the same run: the same rows inserted and updated once each by plain
SQL, which is the least that a record of each message can cost.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import django

from benchmarks.__main__ import own_cluster, surroundings
from benchmarks.measures import run_module
from kit.postgres import Cluster
from machinery.prepare import tell_step
from machinery.site import manage
from machinery.surroundings import ROOT

HOME = ROOT / "var" / "bench-messages"
MANY, A_SCHOOL = 200_000, 2_000
TEXT = "Truong Sao Khue bao: em so {n} vang buoi sang 20/11/2026, chua co phep. Xin lien he GVCN."
Told = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=MANY)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    with own_cluster(HOME) as cluster:
        told = _measured(cluster, asked.messages)
    _print(told, asked.messages)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))


def _measured(cluster: Cluster, messages: int) -> Told:
    environment = surroundings(cluster.url(), HOME)
    owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
    tell_step("Make the tables", lambda: manage(owner, "migrate", "--no-input"))
    told: Told = run_module("benchmarks.messages", str(messages), environment=environment)
    return told


def _print(told: Told, messages: int) -> None:
    print(f"\n{messages:,} SMS, no provider's limit")
    for name in ("peer: insert and update once", "enqueue", "process"):
        print(f"  {name:<32} {told[name]:>8.1f} s {messages / told[name]:>10,.0f}/s")
    print(f"  memory, before                   {told['memory before']:>8.0f} MB")
    print(f"  memory, most                     {told['memory most']:>8.0f} MB")


def inside(messages: int) -> Told:
    """Everything that needs the product, in a process of its own, as the web role."""
    from django.conf import settings

    from kit.fences import EVERYTHING, scoped

    settings.MESSAGING = {"mang": {"kind": "takes-all", "channel": "sms", "price": 300}}
    told: Told = {"memory before": _memory()}
    with scoped(EVERYTHING):
        told["peer: insert and update once"] = _timed(lambda: _peer(messages))
        told["enqueue"] = _timed(lambda: _enqueue(messages))
        told["process"] = _timed(lambda: _process(messages))
    told["memory most"] = _memory()
    return told


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _peer(messages: int) -> None:
    """Rows as wide as ours, in statements of 2,000, then each row changed once, 500 at a time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table bare (id bigint primary key, intent text unique,"
            " address text, text text, state text)"
        )
        for begin in range(0, messages, A_SCHOOL):
            cursor.execute(
                "insert into bare select n, 'absence:' || n, repeat('a', 60), repeat('t', 180),"
                " 'waiting' from generate_series(%s, %s) n",
                [begin, begin + A_SCHOOL - 1],
            )
        for begin in range(0, messages, 500):
            cursor.execute(
                "update bare set state = 'sent' where id between %s and %s", [begin, begin + 499]
            )


def _enqueue(messages: int) -> None:
    from django.utils import timezone

    from khue.ledger.api import Author, Operation
    from khue.messaging.api import Outgoing, order_messages

    now = timezone.localtime().replace(hour=9)
    for school in range(messages // A_SCHOOL):
        first = school * A_SCHOOL
        outgoing = [
            Outgoing(
                intent=f"absence:{n}",
                channel="sms",
                text=TEXT.format(n=n),
                address=f"09{n:08}",
                school_id=school + 1,
                province_id=1,
                kind="absence",
            )
            for n in range(first, first + A_SCHOOL)
        ]
        operation = Operation(Author(None, "Nông Thị Hoa"), now)
        order_messages(operation=operation, now=now, title="Báo vắng", outgoing=outgoing)


def _process(messages: int) -> None:
    from django.utils import timezone

    from khue.messaging.api import Letter, Outcome, Provider, Sender, Verdict, register_channel
    from khue.messaging.services.sending import Drain, drain

    class TakesAll:
        window = 500

        def send(self, letters: Sequence[Letter]) -> Mapping[int, Outcome]:
            return {
                one.id: Outcome(Verdict.ACCEPTED, {f"ref-{one.id}": "underway"}) for one in letters
            }

        def ask(self, letter: Letter) -> Outcome | None:
            return None

        def listen(self, seconds: float) -> None:
            return

        def close(self) -> None:
            return

    def opened(provider: Provider) -> Sender:
        return TakesAll()

    register_channel("takes-all", opened)
    late = timezone.localtime().replace(hour=10)
    counts = drain(Drain(clock=lambda: late), seconds=3600)
    assert counts["accepted"] == messages, counts


def _child(words: Any) -> None:
    django.setup()
    print(json.dumps(inside(int(words[0]))))


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1].isdigit():
        _child(sys.argv[1:])
    else:
        main()
