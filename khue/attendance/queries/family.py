"""Điểm danh as a family is told of it: which sessions of the class were taken, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from khue.attendance.rules.days import SESSION_NAMES
from kit.statements import kept_rows

TAKEN = """
select day, session, period, taken_at from attendance_taking
where school_class_id = %(class)s and day between %(first)s and %(last)s
order by day, session, period
"""


@dataclass(frozen=True, slots=True)
class TakenSession:
    """Một buổi (hoặc một tiết) đã điểm danh."""

    day: date
    session: str
    period: int
    at: datetime

    @property
    def session_name(self) -> str:
        return SESSION_NAMES[self.session]


def sessions_taken(class_id: int, first: date, last: date) -> list[TakenSession]:
    """Các buổi đã điểm danh of a class between two days, in order. Not gated; fenced by school."""
    rows = kept_rows(TAKEN, {"class": class_id, "first": first, "last": last})
    return [TakenSession(*row) for row in rows]
