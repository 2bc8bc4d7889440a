"""Chấm công một ngày: first in, last out, minutes within, minutes late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from khue.attendance.rules.gate import IN, OUT, Passed
from kit.dates import VIETNAM

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StaffDay:
    """Một ngày của một người; `minutes` between the first in and the last out."""

    first_in: datetime | None
    last_out: datetime | None
    late_minutes: int = 0

    @property
    def minutes(self) -> int:
        if self.first_in is None or self.last_out is None:
            return 0
        return max(0, (self.last_out - self.first_in) // MINUTE)


def staff_day(
    passed: Sequence[Passed], day: date, sessions: Sequence[tuple[time, time]]
) -> StaffDay:
    """First in, last out; late is counted from the beginning of the session she came into.

    `sessions`: beginning and end of each session held. Who comes between two sessions is not late.
    """
    came = min((one.at for one in passed if one.direction == IN), default=None)
    left = max((one.at for one in passed if one.direction == OUT), default=None)
    if came is not None and left is not None and left < came:
        left = None
    return StaffDay(came, left, _late(came, day, sessions))


def _late(came: datetime | None, day: date, sessions: Sequence[tuple[time, time]]) -> int:
    if came is None:
        return 0
    for begins, ends in sessions:
        start = datetime.combine(day, begins, VIETNAM)
        if start < came < datetime.combine(day, ends, VIETNAM):
            return (came - start) // MINUTE
    return 0
