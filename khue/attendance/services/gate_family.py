"""Báo gia đình khi con vào và ra, where the school chose it: in the application only, never SMS."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from khue.attendance.models import GateEvent, GateSettings
from khue.attendance.rules.gate import COUNTED
from khue.contactbook.api import post_to_family
from khue.ledger.api import Author, Operation
from kit.dates import print_clock, vietnam_day
from kit.fences import EVERYTHING, Scope, scoped

MINUTE = timedelta(minutes=1)
# A passing that waited longer on a device without a line is no news any more.
FRESH = timedelta(hours=1)
WAYS = {"in": "vào trường", "out": "ra khỏi trường"}
TITLE = "Con qua cổng trường"


def tell_passings(*, now: datetime, minute: datetime) -> int:
    """Báo các lượt nhận trong một phút; return how many pupils were told of.

    One notice for a school and a minute: told again for the same minute, nobody hears it twice.
    """
    with scoped(EVERYTHING):
        chose = GateSettings.objects.filter(tells_family=True)
        schools = list(chose.values_list("school_id", "province_id"))
    told = 0
    for school_id, province_id in schools:
        with scoped(Scope(schools=(school_id,))):
            texts = _texts(school_id, minute)
        if texts:
            told += len(texts)
            post_to_family(
                operation=Operation(Author(None, "Cổng trường"), now),
                now=now,
                key=f"gate:{school_id}:{minute:%Y%m%d%H%M}",
                kind="reminder",
                title=TITLE,
                texts=texts,
                school_id=school_id,
                province_id=province_id,
                channels=("push",),
            )
    return told


def _texts(school_id: int, minute: datetime) -> dict[int, str]:
    rows = GateEvent.objects.filter(
        school_id=school_id,
        day=vietnam_day(minute),
        student__isnull=False,
        verdict__in=COUNTED,
        received_at__gte=minute,
        received_at__lt=minute + MINUTE,
        at__gte=minute - FRESH,
    ).order_by("at")
    said: dict[int, list[str]] = defaultdict(list)
    for student_id, name, way, at in rows.values_list(
        "student_id", "student__name", "direction", "at"
    ):
        if student_id is not None:
            said[student_id].append(f"{name} {WAYS[way]} lúc {print_clock(at)}.")
    return {key: " ".join(lines) for key, lines in said.items()}
