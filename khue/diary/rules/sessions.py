"""Buổi học và ghi bù: when a session ends, and whether a line was written after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

SESSIONS = {"am": "Sáng", "pm": "Chiều"}
MOST_PERIODS = 6
NOON = (12, 30)
VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class UsualEnd:
    """When a session ends, from a day on, at a school that did not say its own hours."""

    starts_on: date
    session: str
    ends_at: time


# Not a law: replaced by the hours that the school set.
USUAL_ENDS = (
    UsualEnd(date(2000, 1, 1), "am", time.fromisoformat("11:45")),
    UsualEnd(date(2000, 1, 1), "pm", time.fromisoformat("17:30")),
)


def usual_end(day: date, session: str) -> time:
    """Giờ kết thúc buổi học where the school set none."""
    held = [one for one in USUAL_ENDS if one.session == session and one.starts_on <= day]
    return max(held, key=lambda one: one.starts_on).ends_at


def is_late(now: datetime, day: date, session: str, ends_at: time | None = None) -> bool:
    """Ghi bù: written after the session that the lesson belongs to has ended."""
    end = ends_at or usual_end(day, session)
    return now > datetime.combine(day, end, tzinfo=VIETNAM)


def session_at(now: datetime) -> str:
    """The session that a teacher most likely writes about: of this moment, or the last one."""
    here = now.astimezone(VIETNAM)
    return "am" if (here.hour, here.minute) < NOON else "pm"
