"""Sổ đầu bài of the child's class as a family reads it: what was taught and what is to be done.

Ratings and remarks of a lesson speak of the whole class and of others; they stay in the school.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from khue.diary.api import LessonLine, lessons_of_class

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DiaryDay:
    """Một ngày trong sổ."""

    day: date
    lessons: tuple[LessonLine, ...]

    @property
    def homework(self) -> tuple[LessonLine, ...]:
        return tuple(one for one in self.lessons if one.homework)


@dataclass(frozen=True, slots=True)
class DiaryWeek:
    """Một tuần trong sổ, with the Mondays before and after it."""

    monday: date
    days: tuple[DiaryDay, ...]
    at: datetime | None
    is_now: bool

    @property
    def last(self) -> date:
        return self.monday + WEEK - timedelta(days=1)

    @property
    def before(self) -> date:
        return self.monday - WEEK

    @property
    def after(self) -> date | None:
        return None if self.is_now else self.monday + WEEK


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def by_day(lessons: Iterable[LessonLine]) -> list[DiaryDay]:
    """The days that have a lesson, in order."""
    return [DiaryDay(day, tuple(found)) for day, found in groupby(lessons, lambda one: one.day)]


def written_last(lessons: Iterable[LessonLine]) -> datetime | None:
    return max((one.written_at for one in lessons), default=None)


def diary_week(class_id: int | None, asked: date, today: date) -> DiaryWeek:
    """The week of a day, never one that is still to come; the caller has passed the gate."""
    monday = min(monday_of(asked), monday_of(today))
    lessons = (
        lessons_of_class(class_id, monday, monday + WEEK - timedelta(days=1)) if class_id else []
    )
    is_now = monday == monday_of(today)
    return DiaryWeek(monday, tuple(by_day(lessons)), written_last(lessons), is_now)
