"""Việc của sổ đầu bài đến hạn: lessons still to write, weeks still to close, lines written late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from khue.diary.queries.calendar import calendar_of
from khue.diary.rules.days import days_of_week, monday_of
from kit.statements import kept_rows, keys_array

WEEKS_BACK = 8
# On the first page of every teacher; the plans are kept.
IN_WEEK = """
select class_subject_id, count(*) from diary_lesson
where class_subject_id = any(%s::bigint[]) and day between %s and %s group by class_subject_id
"""
LINES = """
select count(*), count(*) filter (where late) from diary_lesson
where school_id = %s and day between %s and %s
"""
ON_DAY = """
select class_subject_id, title from diary_lesson
where class_subject_id = any(%s::bigint[]) and day = %s order by session, period
"""
# In the order of OpenWeek.
OPEN_WEEKS = """
select lesson.school_class_id, date_trunc('week', lesson.day)::date as monday, count(*)
from diary_lesson lesson join organisations_schoolclass class on class.id = lesson.school_class_id
where lesson.school_class_id = any(%(classes)s::bigint[])
  and lesson.day between %(first)s and %(last)s
  and not exists (select from diary_weekclosing closing
    where closing.school_class_id = lesson.school_class_id
      and closing.monday = date_trunc('week', lesson.day)::date)
group by lesson.school_class_id, class.name_key, monday order by monday, class.name_key
"""


@dataclass(frozen=True, slots=True)
class OpenWeek:
    """Tuần chưa chốt of a class: how many lessons stand in it."""

    class_id: int
    monday: date
    lessons: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Dòng sổ đầu bài of some days: how many, and how many of them were written late."""

    many: int = 0
    late: int = 0


def last_whole_week(province_id: int, year: int, today: date) -> date | None:
    """Thứ Hai of the last week that is over, when every day of it from Monday on had lessons.

    A week with a day off has fewer lessons than the assignments say, so nothing can be counted.
    """
    monday = monday_of(today + timedelta(days=1)) - timedelta(days=7)
    calendar = calendar_of(province_id, year)
    free = any(calendar.why_not_on(day, today) for day in days_of_week(monday))
    return None if free else monday


def lessons_in_week(class_subject_ids: Iterable[int], monday: date) -> dict[int, int]:
    """How many lessons of each subject of a class were written for a week."""
    last = monday + timedelta(days=6)
    return dict(kept_rows(IN_WEEK, [keys_array(class_subject_ids), monday, last]))


def weeks_to_close(class_ids: Sequence[int], today: date) -> list[OpenWeek]:
    """Tuần đã học xong mà chưa chốt, the oldest first; from Saturday on the week that ends."""
    begun = monday_of(today + timedelta(days=2)) - timedelta(days=7)
    since = begun - timedelta(days=7 * WEEKS_BACK)
    asked = {"classes": keys_array(class_ids), "first": since, "last": begun + timedelta(days=6)}
    return [OpenWeek(*row) for row in kept_rows(OPEN_WEEKS, asked)]


def lines_of_school(school_id: int, first: date, last: date) -> Lines:
    """How many lines the diaries of a school got for some days, and how many came late."""
    return Lines(*kept_rows(LINES, [school_id, first, last])[0])


def lessons_today(class_subject_ids: Iterable[int], day: date) -> dict[int, str]:
    """What was written for each subject of a class on a day: the title of the last lesson."""
    return dict(kept_rows(ON_DAY, [keys_array(class_subject_ids), day]))
