"""Failover under load: a machine dies, another one leads, and no acknowledged save is lost.

`python -m benchmarks.failover`: two servers of PostgreSQL under Patroni in synchronous mode, three
etcd nodes that hold the votes, the web server, the worker and the follower of the figures with an
address that names both servers, and twenty teachers who save without end. The machine that leads
dies (SIGKILL of Patroni, PostgreSQL and its etcd node), comes back, hands over by plan, loses parts
of itself, hangs, loses its power; etcd loses a node, the node that leads, and all of them.
At the end it counts: every acknowledged save stands in the ledger exactly once and in its order,
the last one stands in the book, the server that came back holds the same rows, the worker goes on
sealing, and every stored figure equals the one counted from scratch. It fails otherwise.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.__main__ import surroundings
from benchmarks.measures import BenchmarkTrouble, empty_books, run_module, until
from benchmarks.patroni import EVERYBODY, Pair, Server, pair
from benchmarks.province.house import Start, kept
from benchmarks.province.standing import wrong_figures
from benchmarks.province.writers import Log, cells_of, writing, wrong_in_the_books
from benchmarks.votes import Voter
from kit.processes import free_port
from machinery.prepare import tell_step
from machinery.site import manage, start_follower, start_web, start_worker, wait_until_answers

WRITERS, CALM, AWAY = 20, 4.0, 60.0
SEALED_WITHIN = 90.0
SAME = """
select (select count(*) from ledger_entry), (select max(id) from ledger_entry),
  (select sum(hashtext(gradebook_markrow::text)::bigint) from gradebook_markrow)
"""


def main() -> None:
    try:
        with pair() as both:
            wrong = _suffered(both)
    except BenchmarkTrouble as trouble:
        sys.exit(f"\n  {trouble}")
    sys.exit(1 if wrong else 0)


def _suffered(both: Pair) -> int:
    """Let everything happen; return how much was wrong afterwards."""
    folder = both.servers[0].folder
    _make_roles(both)
    around = surroundings(both.url("khue_app", "khue"), folder)
    owner = {**around, "DATABASE_URL": both.url("khue", "khue"), "KHUE_DATABASE_ROLE": "owner"}
    people = _build(owner, both)
    with _house(around, folder) as port, writing(port, cells_of(people, WRITERS)) as log:
        time.sleep(CALM)
        print(f"\n  ttl {EVERYBODY['ttl']} s, synchronous_mode {EVERYBODY['synchronous_mode']}")
        print("\n| | silence | asked in vain | acknowledged |\n| --- | ---: | ---: | ---: |")
        for name, fault in _faults(both):
            _suffer(name, fault, log)
        _sealed_again(both.url("khue", "khue"))
    return _judge(both, owner, log)


def _make_roles(both: Pair) -> None:
    with psycopg.connect(both.url("postgres", "postgres"), autocommit=True) as root:
        for role, rights in (("khue", "createrole"), ("khue_app", "")):
            root.execute(f"create role {role} login {rights} password '{both.passwords[role]}'")
        root.execute("create database khue owner khue")


def _build(owner: dict[str, str], both: Pair) -> dict[str, Any]:
    """The tables, a school, and the web's own login."""
    made: dict[str, Any] = {}
    tell_step("Make the tables", lambda: manage(owner, "migrate", "--no-input"))
    tell_step(
        "Build the school",
        lambda: made.update(run_module("benchmarks.inside", "build", environment=owner)),
    )
    with psycopg.connect(both.url("postgres", "khue"), autocommit=True) as root:
        root.execute("grant khue_web to khue_app")
    tell_step("Count the figures", lambda: manage(owner, "recompute_figures"))
    books = [cell["book"] for _, cell in cells_of(made, WRITERS)]
    empty_books(both.url("khue", "khue"), books)
    return made


@contextmanager
def _house(around: dict[str, str], folder: Path) -> Iterator[int]:
    """Web server, worker and follower, each started again when it dies; where the web answers."""
    port, log = free_port(), folder / "web.log"
    starts: list[tuple[str, Start]] = [
        ("worker", lambda: start_worker(around, folder / "worker.log")),
        ("figures", lambda: start_follower(around, folder / "figures.log")),
    ]
    with kept("web", lambda: start_web(around, port, log, workers=2)) as web:
        wait_until_answers(web.process, port, log)
        with kept(*starts[0]), kept(*starts[1]):
            yield port


def _faults(both: Pair) -> list[tuple[str, Callable[[], Any]]]:
    return [
        ("the machine that leads dies", lambda: _die(both)),
        ("it comes back and follows", lambda: _come_back(both)),
        ("the lead is handed over by plan", both.hand_over),
        ("Patroni alone dies", lambda: both.leader().lose_patroni()),
        ("PostgreSQL alone dies", lambda: both.leader().lose_postgres()),
        ("an etcd node dies", lambda: _lose_vote(both.votes.another(both.votes.leader()))),
        ("it comes back", lambda: _vote_again(both)),
        ("the etcd node that leads dies", lambda: _lose_vote(both.votes.leader())),
        ("that one comes back", lambda: _vote_again(both)),
        ("every etcd node is away for a minute", lambda: _without_votes(both)),
        ("the machine that leads hangs for a minute", lambda: _hang(both)),
        *(_without_power(both) if both.servers[0].cable else []),
    ]


def _without_power(both: Pair) -> list[tuple[str, Callable[[], Any]]]:
    return [
        ("the machine that leads loses its power", lambda: _lose_power(both)),
        ("that one comes back too", lambda: _come_back(both)),
    ]


def _suffer(name: str, fault: Callable[[], Any], log: Log) -> None:
    begun, failures = time.monotonic(), log.failures
    fault()
    time.sleep(CALM)
    until("saves go on", lambda: log.last > time.monotonic() - 1)
    time.sleep(CALM)
    silence = log.longest_silence(begun, time.monotonic())
    vain = log.failures - failures
    print(f"| {name} | {silence:.1f} s | {vain} | {log.answered(begun)} |", flush=True)


_dead: list[Server] = []


def _die(both: Pair) -> None:
    both.follower()
    leader = both.leader()
    leader.die()
    _dead.append(leader)


def _lose_power(both: Pair) -> None:
    far = both.servers[0]
    both.follower()
    if both.leader() is not far:
        both.hand_over()
        both.follower()
    far.lose_power()
    _dead.append(far)


_silent: list[Voter] = []


def _lose_vote(voter: Voter) -> None:
    voter.die()
    _silent.append(voter)


def _vote_again(both: Pair) -> None:
    while _silent:
        _silent.pop().begin()
    both.votes.whole()


def _without_votes(both: Pair) -> None:
    """Longer than `ttl`: whoever leads must ask the other server, for there is no vote."""
    for voter in both.votes.voters:
        _lose_vote(voter)
    time.sleep(AWAY)
    _vote_again(both)


def _hang(both: Pair) -> None:
    """Nothing is killed and nobody is told; the watchdog, which would end it, is off here."""
    other, hung = both.follower(), both.leader()
    hung.hang()
    begun = time.monotonic()
    until("the other machine leads", other.leads)
    _sealed_again(both.alone("khue", "khue", other))
    time.sleep(max(0.0, AWAY - (time.monotonic() - begun)))
    hung.go_on()
    until("the machine that hung stands by", hung.stands_by)


def _come_back(both: Pair) -> None:
    """The old leader finds that another one leads, and takes back what that one never had."""
    old = _dead.pop()
    begun, written = time.monotonic(), old.log.stat().st_size
    old.begin()
    until("the old leader stands by", old.stands_by)
    rewound = b"pg_rewind exit code=0" in old.log.read_bytes()[written:]
    how = "by pg_rewind" if rewound else "without need of pg_rewind"
    print(f"  {old.name} stands by again after {time.monotonic() - begun:.0f} s, {how}")


def _sealed_again(url: str) -> None:
    """The jobs of every minute go on with the server that leads now."""

    def seals() -> int:
        with psycopg.connect(url) as session:
            row = session.execute("select count(*) from ledger_seal").fetchone()
        return int(row[0]) if row else 0

    before, begun = seals(), time.monotonic()
    until("the ledger is sealed again", lambda: seals() > before, SEALED_WITHIN)
    print(f"  the ledger is sealed again after {time.monotonic() - begun:.0f} s", flush=True)


def _judge(both: Pair, owner: dict[str, str], log: Log) -> int:
    """Count everything; return how much is wrong."""
    wrong = wrong_in_the_books(both.url("khue", "khue"), log) + _apart(both) + wrong_figures(owner)
    told = [*wrong, *log.refused]
    print(f"  {len(log.acknowledged):,} saves acknowledged, {log.failures:,} asked in vain")
    for said, times in log.said.most_common(5):
        print(f"    {times} × {said}")
    for one, times in Counter(told).most_common(10):
        print(f"    {times} × {one}")
    print(f"  {len(told)} wrong", flush=True)
    return len(told)


def _apart(both: Pair) -> list[str]:
    """What the server that stands by does not hold as the one that leads does."""
    both.follower()

    def seen() -> set[tuple[Any, ...] | None]:
        rows = set()
        for server in both.servers:
            with psycopg.connect(both.alone("khue", "khue", server)) as session:
                rows.add(session.execute(SAME).fetchone())
        return rows

    try:
        until("both servers hold the same rows", lambda: len(seen()) == 1, 10)
    except BenchmarkTrouble as trouble:
        return [str(trouble)]
    return []


if __name__ == "__main__":
    main()
