"""Hôm nay và ngày học tới: as far as the diary and the calendar know; nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from khue.attendance.api import (
    AbsenceLine,
    SchoolDays,
    TakenSession,
    free_name,
    school_days,
    why_free,
)
from khue.diary.api import LessonLine

A_DAY, WEEK, FAR = timedelta(days=1), timedelta(days=7), 21


@dataclass(frozen=True, slots=True)
class Today:
    """Hôm nay: the lessons in the diary, who was there, and the next day with school.

    `free`: why there is no school today; `usual`: what the class learned on the weekday of the
    next day a week before it, named as exactly that.
    """

    day: date
    free: str
    sessions: tuple[tuple[str, str, str], ...]
    """(Buổi sáng, what stands of the child, how it looks) for each session that was taken."""
    lessons: tuple[LessonLine, ...]
    next_day: date | None
    usual: tuple[str, ...]
    at: datetime | None

    @property
    def usual_day(self) -> date | None:
        return self.next_day - WEEK if self.next_day else None


def today_of(
    today: date,
    days: SchoolDays,
    lessons: Sequence[LessonLine],
    taken: Sequence[TakenSession],
    absences: Sequence[AbsenceLine],
) -> Today:
    ahead = _next_day(days, today)
    written = [one for one in lessons if one.day == today]
    now = [one for one in taken if one.day == today]
    moments = [*(one.written_at for one in written), *(one.at for one in now)]
    return Today(
        today,
        free_name(days, today),
        tuple(_sessions(now, [one for one in absences if one.day == today])),
        tuple(written),
        ahead,
        _subjects(one for one in lessons if ahead and one.day == ahead - WEEK),
        max(moments, default=None),
    )


def _next_day(days: SchoolDays, today: date) -> date | None:
    ahead = (today + A_DAY * number for number in range(1, FAR))
    return next((day for day in ahead if not why_free(days, day)), None)


def _subjects(lessons: Iterable[LessonLine]) -> tuple[str, ...]:
    """In the order of the day, two periods of one subject told once."""
    return tuple(dict.fromkeys(one.subject_name for one in lessons))


def _sessions(
    taken: Iterable[TakenSession], absences: Sequence[AbsenceLine]
) -> Iterable[tuple[str, str, str]]:
    for session, name in dict.fromkeys((one.session, one.session_name) for one in taken):
        missed = [one for one in absences if one.session == session]
        told = ", ".join(
            f"{one.told}{f' (tiết {one.period})' if one.period else ''}" for one in missed
        )
        yield name, told or "Có mặt", "warning" if missed else "success"


def calendar_of(school_id: int, province_id: int, year: int, today: date) -> SchoolDays:
    return school_days(school_id, province_id, year, today)
