"""Việc đến hạn: what is due, how urgent it is, and the order in which a day is worked off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from types import MappingProxyType

DAYS_OF_HASTE = 3
DAYS_AHEAD = 14
# The usual hour from which on a session that nobody took is missed.
BEGUN_AT: Mapping[str, int] = MappingProxyType({"am": 7, "pm": 13})


class Urgency(IntEnum):
    """Mức gấp, the most urgent first."""

    LATE = 0
    NOW = 1
    TODAY = 2
    WAITING = 3
    SOON = 4
    LATER = 5

    @property
    def name_vi(self) -> str:
        return _NAMES[self]

    @property
    def look(self) -> str:
        return _LOOKS[self]


_NAMES: Mapping[Urgency, str] = MappingProxyType(
    {
        Urgency.LATE: "Quá hạn",
        Urgency.NOW: "Làm ngay",
        Urgency.TODAY: "Hôm nay",
        Urgency.WAITING: "Đang chờ",
        Urgency.SOON: "Sắp đến hạn",
        Urgency.LATER: "Chưa gấp",
    }
)
_LOOKS: Mapping[Urgency, str] = MappingProxyType(
    {
        Urgency.LATE: "danger",
        Urgency.NOW: "warning",
        Urgency.TODAY: "warning",
        Urgency.WAITING: "info",
        Urgency.SOON: "neutral",
        Urgency.LATER: "neutral",
    }
)


@dataclass(frozen=True, slots=True)
class Due:
    """Một việc đến hạn: what, why now, and the very place where it is done."""

    urgency: Urgency
    title: str
    route: str
    args: tuple[int | str, ...] = ()
    query: str = ""
    note: str = ""
    icon: str = "check-circle"
    count: int = 0
    until: date | None = None


def in_order(dues: Iterable[Due]) -> list[Due]:
    """The most urgent first; of two alike the one whose day comes first, else as they were told."""
    return sorted(dues, key=lambda one: (one.urgency, one.until or date.max))


def urgency_until(last_day: date | None, today: date) -> Urgency:
    """Mức gấp of what has a last day: over, within three days, within two weeks, or later."""
    if last_day is None:
        return Urgency.LATER
    left = (last_day - today).days
    if left < 0:
        return Urgency.LATE
    if left <= DAYS_OF_HASTE:
        return Urgency.NOW
    return Urgency.SOON if left <= DAYS_AHEAD else Urgency.LATER


def urgency_of_session(session: str, hour: int) -> Urgency:
    """Mức gấp of a session that nobody took: as soon as it has begun."""
    return Urgency.NOW if hour >= BEGUN_AT.get(session, 0) else Urgency.TODAY


def missing_lessons(expected: int | None, written: int) -> int:
    """Số tiết còn phải ghi of a week, by the periods of the assignment; 0 where it tells none."""
    return max((expected or 0) - written, 0)
