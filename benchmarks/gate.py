"""The gates of a province in the morning: from the card to the answer, over HTTP.

`python -m benchmarks.gate [--pupils N] [--seconds N]` starts a PostgreSQL of its own with durable
settings, loads the cards of 204,551 pupils in 340 schools by COPY, and lets their gates tap at one
server of two processes: as fast as it answers, one card a call and twenty; then at the rate of the
reference province, 204,551 check-ins in 30 minutes. The peer in the same run: the same rows
inserted one by one by plain SQL on one connection.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable
from statistics import quantiles
from typing import Any

import django

from benchmarks.__main__ import own_cluster, surroundings
from benchmarks.gate_light import lights
from benchmarks.gate_load import code_of, secret_of
from benchmarks.measures import BenchmarkTrouble, processor_time, run_module
from kit.postgres import Cluster
from kit.processes import end, free_port
from machinery.prepare import tell_step
from machinery.site import manage, start_web, wait_until_answers
from machinery.surroundings import ROOT

HOME = ROOT / "var" / "bench-gate"
PUPILS, SCHOOLS, MINUTES = 204_551, 340, 30
CLASS_SIZE, FIRST_SCHOOL = 40, 1001
PEER, LIGHTS = 2_000, 40
Told = dict[str, dict[str, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=PUPILS)
    parser.add_argument("--seconds", type=int, default=75)
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    with own_cluster(HOME) as cluster:
        told = _measured(cluster, asked.pupils, asked.seconds)
    _print(told)
    if asked.json:
        (ROOT / asked.json).write_text(json.dumps(told, indent=1))


def _measured(cluster: Cluster, pupils: int, seconds: int) -> Told:
    environment = surroundings(cluster.url(), HOME)
    owner = {**environment, "KHUE_DATABASE_ROLE": "owner"}
    told: Told = {}
    tell_step("Make the tables", lambda: manage(owner, "migrate", "--no-input"))
    tell_step(
        f"Load {pupils:,} cards",
        lambda: told.update(run_module("benchmarks.gate", str(pupils), environment=owner)),
    )
    port, log = free_port(), HOME / "web.log"
    web = start_web(environment, port, log, workers=2)
    try:
        wait_until_answers(web, port, log)
        told.update(_rounds(port, web.pid, cluster.pid or 0, pupils, seconds))
        last = [pupils - SCHOOLS * turn for turn in range(1, LIGHTS + 1)]
        seen = lights(cluster.url(), f"http://127.0.0.1:{port}", _school_of(last[0]), last)
        told["from the card to the light, in a browser"] = seen
    finally:
        end(web)
    return told


def _school_of(pupil: int) -> int:
    return FIRST_SCHOOL + pupil % SCHOOLS


def _rounds(port: int, web: int, database: int, pupils: int, seconds: int) -> Told:
    """Each round begins where the one before ended, so that every pupil comes once."""
    rate = pupils / (MINUTES * 60)
    wanted: list[tuple[str, dict[str, Any]]] = [
        ("warming up", {"rate": 0, "seconds": 4, "size": 1, "gates": 8}),
        ("one card a call, as fast as answered", {"rate": 0, "seconds": 15, "size": 1, "gates": 8}),
        (
            f"the morning peak, {rate:.0f} a second",
            {"rate": rate, "seconds": seconds, "size": 1, "gates": 48},
        ),
        ("twenty cards a call", {"rate": 0, "seconds": 10, "size": 20, "gates": 4}),
    ]
    told: Told = {}
    row = 0
    for name, plan in wanted:
        whole = {**plan, "port": port, "row": row, "schools": SCHOOLS, "school_ids": FIRST_SCHOOL}
        told[name] = _round(name, whole, web, database)
        row += (int(told[name]["calls"]) // SCHOOLS + 1) * int(plan["size"])
        if row > pupils // SCHOOLS - 1:
            raise BenchmarkTrouble("more cards were tapped than there are pupils")
    return told


def _round(name: str, plan: dict[str, Any], web: int, database: int) -> dict[str, float]:
    before = processor_time(web), processor_time(database)
    taken: dict[str, Any] = {}
    secrets = {"PATH": "/usr/bin:/bin"}
    tell_step(
        name,
        lambda: taken.update(run_module("benchmarks.gate_load", environment=secrets, given=plan)),
    )
    after = processor_time(web), processor_time(database)
    if taken["troubles"]:
        raise BenchmarkTrouble("; ".join(taken["troubles"]))
    times = taken["milliseconds"]
    cuts = quantiles(times, n=100, method="inclusive")
    cards = len(times) * plan["size"]
    used = [ended - begun for begun, ended in zip(before, after, strict=True)]
    return {
        "calls": len(times),
        "cards a second": cards / taken["seconds"],
        "p50": cuts[49],
        "p99": cuts[98],
        "web ms a card": used[0] * 1000 / cards,
        "database ms a card": used[1] * 1000 / cards,
        "processors used": sum(used) / taken["seconds"],
        "client": taken["processor"] / taken["seconds"],
    }


def _print(told: Told) -> None:
    processors = os.cpu_count() or 1
    print(f"\nload of the machine: {os.getloadavg()[0]:.1f}; processors: {processors}")
    for name, one in told.items():
        print(f"  {name}")
        for key, value in one.items():
            print(f"    {key:<20} {value:>10,.2f}")
    peak = next(one for name, one in told.items() if "peak" in name)
    rate = PUPILS / (MINUTES * 60)
    need = rate * (peak["web ms a card"] + peak["database ms a card"]) / 1000
    print(f"  {rate:.0f} a second need {need:.2f} of {processors} processors", end="")
    print(f" and leave over {1 - need / processors:.0%}")
    if peak["cards a second"] < rate * 0.98:
        print("  the machine was too busy with others: the rate was not reached")


def inside(pupils: int) -> Told:
    """Everything that needs the product, as the owner of the tables."""
    from kit.fences import EVERYTHING, scoped

    with scoped(EVERYTHING):
        _load(pupils)
        return {"peer: insert alone, one by one": {"cards a second": _peer()}}


def _load(pupils: int) -> None:
    from django.db import connection

    for label, rows in _tables(pupils):
        _copy(label, rows)
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def _copy(label: str, rows: Iterable[dict[str, Any]]) -> None:
    """Rows of one table by COPY, with whatever the model fills in by itself."""
    from django.apps import apps
    from django.db import connection

    model: Any = apps.get_model(label)
    fields = model._meta.concrete_fields
    names = ", ".join(f'"{one.column}"' for one in fields)
    connection.ensure_connection()
    raw: Any = connection.connection
    with (
        raw.cursor() as cursor,
        cursor.copy(f"copy {model._meta.db_table} ({names}) from stdin") as copy,
    ):
        for row in rows:
            made = model(**row)
            values = [getattr(made, one.attname) for one in fields]
            pairs = zip(fields, values, strict=True)
            copy.write_row([one.get_db_prep_save(value, connection) for one, value in pairs])


def _tables(pupils: int) -> Iterable[tuple[str, Iterable[dict[str, Any]]]]:
    from datetime import UTC, date, datetime, timedelta

    from khue.organisations.api import school_year_of
    from kit.dates import vietnam_day

    now = datetime.now(UTC)
    today = vietnam_day(now)
    year, first = school_year_of(today), today - timedelta(days=60)
    rooms = pupils // SCHOOLS // CLASS_SIZE + 1
    schools = range(FIRST_SCHOOL, FIRST_SCHOOL + SCHOOLS)
    where = [{"school_id": one, "province_id": 2} for one in schools]
    yield "organisations.Organisation", _organisations(schools)
    yield (
        "organisations.School",
        (
            {
                "organisation_id": one,
                "province_id": 2,
                "supervisor_id": 2,
                "level_group": "07",
                "levels": ["03"],
                "managed_by": "XA",
                "school_type": "07",
            }
            for one in schools
        ),
    )
    yield (
        "organisations.SchoolYear",
        [
            {
                "id": 1,
                "province_id": 2,
                "start_year": year,
                "starts_on": first,
                "opens_on": first,
                "ends_on": today + timedelta(days=60),
            }
        ],
    )
    yield (
        "organisations.SchoolClass",
        (
            {
                "id": place * rooms + room + 1,
                "school_id": one,
                "year": year,
                "code": f"8.{room}",
                "name": f"8.{room}",
                "name_key": f"8.{room}",
                "level": "03",
                "grades": ["08"],
            }
            for place, one in enumerate(schools)
            for room in range(rooms)
        ),
    )
    yield "records.Student", (_student(one, where[one % SCHOOLS], now) for one in range(pupils))
    yield (
        "records.Enrolment",
        (
            {
                "id": one + 1,
                **where[one % SCHOOLS],
                "student_id": one + 1,
                "school_class_id": one % SCHOOLS * rooms + one // SCHOOLS // CLASS_SIZE + 1,
                "year": year,
                "grade": "08",
                "status": "studying",
                "starts_on": first,
            }
            for one in range(pupils)
        ),
    )
    yield "attendance.Card", (_card(one, where[one % SCHOOLS], now) for one in range(pupils))
    yield "attendance.GateDevice", (_device(one, now) for one in where)
    yield (
        "attendance.SchoolHours",
        (_hours(at, one, date(2026, 1, 1)) for at, one in enumerate(where)),
    )


def _organisations(schools: Iterable[int]) -> Iterable[dict[str, Any]]:
    named = {"name_key": "x", "name_search": "x"}
    yield {"id": 1, "kind": "ministry", "code": "BO", "name": "Bộ", "path": "/1/", **named}
    yield {
        "id": 2,
        "kind": "department",
        "code": "20",
        "name": "Sở",
        "path": "/1/2/",
        "parent_id": 1,
        "province_code": "20",
        **named,
    }
    for one in schools:
        yield {
            "id": one,
            "kind": "school",
            "code": f"20{one}",
            "name": f"Trường {one}",
            "path": f"/1/2/{one}/",
            "parent_id": 2,
            "province_code": "20",
            **named,
        }


def _student(number: int, where: dict[str, int], now: Any) -> dict[str, Any]:
    name = f"Lò Thị Thử {number}"
    return {
        "id": number + 1,
        "name": name,
        "name_key": name,
        "name_search": "lo thi thu",
        "sex": "F",
        "born": "2013-03-09",
        "ethnic_group": "01",
        "created_at": now,
        "home_school_id": where["school_id"],
        "province_id": where["province_id"],
    }


def _card(number: int, where: dict[str, int], now: Any) -> dict[str, Any]:
    from django.conf import settings

    from khue.attendance.queries.gate import code_digest
    from khue.attendance.rules.cards import CARD_LABEL
    from kit.cipher import seal

    code = code_of(number)
    return {
        "id": number + 1,
        **where,
        "student_id": number + 1,
        "number": f"{number:06}",
        "code_digest": code_digest(where["school_id"], code),
        "sealed_code": seal(code, label=CARD_LABEL, key_hex=settings.FIELD_KEY),
        "issued_at": now,
        "issued_by": "Đo tốc độ",
    }


def _device(where: dict[str, int], now: Any) -> dict[str, Any]:
    from khue.attendance.rules.cards import secret_digest

    secret = secret_digest(secret_of(where["school_id"]))
    return {
        "id": where["school_id"],
        **where,
        "name": "Cổng chính",
        "secret_digest": secret,
        "paired_by": "Đo tốc độ",
        "paired_at": now,
    }


def _hours(number: int, where: dict[str, int], first: Any) -> dict[str, Any]:
    """Open at every hour of every day, so that the clock of the run decides nothing."""
    from datetime import time as clock

    return {
        "id": number + 1,
        **where,
        "session": "am",
        "starts_on": first,
        "weekdays": "1111111",
        "opens_at": clock(0),
        "begins_at": clock(0),
        "ends_at": clock(23, 59, 59),
    }


def _peer() -> float:
    """The same rows, each in a statement and a transaction of its own, on one connection."""
    import uuid

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("create table bare as select * from attendance_gateevent")
        cursor.execute("alter table bare add primary key (id)")
        started = time.perf_counter()
        for number in range(PEER):
            cursor.execute(
                "insert into bare (id, school_id, province_id, device_id, card_id, student_id,"
                " direction, verdict, day, at, device_at, received_at, health) values"
                " (%s, 1001, 2, 1001, %s, %s, 'in', 'good', current_date, now(), now(), now(), '')",
                [uuid.uuid4(), number, number],
            )
        taken = time.perf_counter() - started
        cursor.execute("drop table bare")
    return PEER / taken


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1].isdigit():
        django.setup()
        print(json.dumps(inside(int(sys.argv[1]))))
    else:
        main()
