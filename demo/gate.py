"""The gate of the main school: hours, cards for everybody, one paired device, the last mornings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from demo.days import at, calendar_of_school, days_told
from demo.places import Places
from demo.tables import table, write
from khue.access.api import Actor
from khue.attendance.services.cards import issue_cards
from khue.attendance.services.devices import make_pairing_code, pair_device
from kit.fences import EVERYTHING, scoped

DAYS_PASSED = 3
OPENS, BEGINS, ENDS = time(6, 15), time(7, 0), time(11, 30)
NAME = "Cổng chính"
LATE_ENTRIES = 15


def tell_gate(places: Places, people: dict[str, Actor], now: datetime, seed: int) -> None:
    school, random = places.schools["main"], Random(seed)
    _set_hours(school, now)
    begun = now - timedelta(days=12)
    issue_cards(actor=people["thu"], now=begun, school_id=school.pk)
    device_id = _pair(people["mai"], school, begun)
    table("attendance.GateDevice").objects.filter(pk=device_id).update(seen_at=now)
    _lose_a_card(school, now)
    days = days_told(school, now)[-DAYS_PASSED:]
    rows = [row for day in days for row in _passings(random, school, device_id, day, now)]
    write("attendance.GateEvent", rows)


def _set_hours(school: Any, now: datetime) -> None:
    write(
        "attendance.SchoolHours",
        [
            {
                "school": school, "province_id": school.province_id, "session": "am",
                "starts_on": calendar_of_school(school, now).first, "opens_at": OPENS,
                "begins_at": BEGINS, "ends_at": ENDS, "late_after_minutes": 5,
                "absent_after_minutes": 45, "weekdays": "1111110",
            }
        ],
    )  # fmt: skip


def _pair(mai: Actor, school: Any, at_: datetime) -> int:
    """Pairing leaves the fence open for the school of the device alone."""
    code = make_pairing_code(actor=mai, now=at_, school_id=school.pk, name=NAME, direction="both")
    with scoped(EVERYTHING):
        return pair_device(now=at_, code=code).device.id


def _lose_a_card(school: Any, now: datetime) -> None:
    cards = table("attendance.Card").objects
    lost = cards.filter(school=school, student__isnull=False).order_by("pk")[40]
    cards.filter(pk=lost.pk).update(state="lost", ended_at=now - timedelta(days=2))


def _passings(
    random: Random, school: Any, device_id: int, day: date, now: datetime
) -> Iterator[dict[str, Any]]:
    """Who is not away comes in before the first lesson and leaves after the last one."""
    away = dict(
        table("attendance.Absence")
        .objects.filter(school_id=school.pk, day=day, session="am", period=0)
        .values_list("student_id", "kind")
    )
    cards = table("attendance.Card").objects.filter(school=school, state="active")
    for card in cards.order_by("pk"):
        kind = away.get(card.student_id, "") if card.student_id else ""
        if kind in ("p", "k"):
            continue
        for direction, moment, verdict in _moments(random, day, kind):
            if moment < now:
                yield _event(random, card, device_id, day, direction, moment, verdict)


def _moments(random: Random, day: date, kind: str) -> list[tuple[str, datetime, str]]:
    minutes = min(42, max(0, round(random.gauss(24, 8))))
    came = at(day, 6, 16) + timedelta(minutes=minutes, seconds=random.randint(0, 59))
    verdict = "good"
    if kind == "m":
        came, verdict = at(day, 7, 5 + random.randint(1, LATE_ENTRIES)), "late"
    early = kind == "s"
    left = at(day, 10 if early else 11, random.randint(32, 50)) + timedelta(
        seconds=random.randint(0, 59)
    )
    return [("in", came, verdict), ("out", left, "good")]


def _event(
    random: Random,
    card: Any,
    device_id: int,
    day: date,
    direction: str,
    moment: datetime,
    verdict: str,
) -> dict[str, Any]:
    return {
        "id": _born(random, moment),
        "school_id": card.school_id,
        "province_id": card.province_id,
        "device_id": device_id,
        "card": card,
        "student_id": card.student_id,
        "staff_id": card.staff_id,
        "direction": direction,
        "verdict": verdict,
        "day": day,
        "at": moment,
        "device_at": moment,
        "received_at": moment + timedelta(seconds=1),
    }


def _born(random: Random, moment: datetime) -> UUID:
    """UUIDv7 of the moment, as the device makes it."""
    stamp = int(moment.timestamp() * 1000) & (2**48 - 1)
    rest = random.getrandbits(74)
    return UUID(int=stamp << 80 | 7 << 76 | (rest >> 62) << 64 | 2 << 62 | rest & (2**62 - 1))
