"""Một tuần, một tháng của lớp như sổ giấy: lessons by day, the closing, the totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter

from khue.access.api import Actor
from khue.diary.models import WeekClosing
from khue.diary.permissions import VIEW
from khue.diary.queries.absent import absent_from
from khue.diary.queries.calendar import SchoolCalendar, calendar_of
from khue.diary.queries.lines import LessonLine, lessons_of_class
from khue.diary.rules.days import (
    days_of_week,
    first_of_month,
    last_of_month,
    monday_of,
    mondays_of_month,
)
from khue.diary.rules.ratings import sum_up
from khue.organisations.api import ClassCard, class_summary, permit_inside
from kit.dates import vietnam_day


@dataclass(frozen=True, slots=True)
class BookLine:
    """Một dòng of the page: the lesson and who was absent."""

    lesson: LessonLine
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookDay:
    """Một ngày; `why`: why nothing can be written, "" on a school day."""

    day: date
    lines: tuple[BookLine, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """Chốt tuần: by whom, when, with which remark."""

    monday: date
    remark: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BookWeek:
    """Một trang sổ: a week of a class."""

    card: ClassCard
    monday: date
    number: int | None
    days: tuple[BookDay, ...]
    closing: Closing | None

    @property
    def lines(self) -> list[BookLine]:
        return [line for day in self.days for line in day.lines]

    @property
    def late(self) -> int:
        return sum(1 for one in self.lines if one.lesson.late)

    @property
    def ratings(self) -> str:
        return sum_up([one.lesson.rating for one in self.lines])

    @property
    def absent(self) -> int:
        """Lượt vắng: absent pupils counted lesson by lesson."""
        return sum(len(one.absent) for one in self.lines)

    @property
    def saturday(self) -> date:
        return self.monday + timedelta(days=5)

    @property
    def before(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        return self.monday + timedelta(days=7)


def week_of_class(actor: Actor, class_id: int, day: date | None, now: datetime) -> BookWeek:
    """The week of a class that holds a day, for someone who may read its diary."""
    card = class_summary(class_id)
    permit_inside(actor, VIEW, card.place)
    today = vietnam_day(now)
    calendar = calendar_of(card.province_id, card.year)
    monday = monday_of(day or calendar.within(today))
    return weeks_between(card, calendar, [monday], today)[0]


@dataclass(frozen=True, slots=True)
class BookMonth:
    """Một tháng của sổ: its weeks, each with the days of this month only."""

    card: ClassCard
    month: date
    weeks: tuple[BookWeek, ...]

    @property
    def lines(self) -> list[BookLine]:
        return [line for week in self.weeks for line in week.lines]

    @property
    def open_weeks(self) -> list[BookWeek]:
        """The weeks with lessons that nobody has closed."""
        return [one for one in self.weeks if one.lines and one.closing is None]

    @property
    def written_at(self) -> datetime | None:
        """When the newest line was written."""
        return max((one.lesson.written_at for one in self.lines), default=None)


def month_of_class(actor: Actor, class_id: int, month: date, now: datetime) -> BookMonth:
    """A month of the diary of a class, for someone who may read it."""
    card = class_summary(class_id)
    permit_inside(actor, VIEW, card.place)
    calendar, first = calendar_of(card.province_id, card.year), first_of_month(month)
    weeks = weeks_between(
        card,
        calendar,
        mondays_of_month(first),
        vietnam_day(now),
        within=(first, last_of_month(first)),
    )
    return BookMonth(card, first, tuple(one for one in weeks if one.days))


def weeks_between(
    card: ClassCard,
    calendar: SchoolCalendar,
    mondays: Sequence[date],
    today: date,
    within: tuple[date, date] | None = None,
) -> list[BookWeek]:
    """Some weeks of a class; the caller has passed the gate."""
    first, last = within or (mondays[0], mondays[-1] + timedelta(days=6))
    lines = _lines_by_day(lessons_of_class(card.id, first, last))
    closings = closings_of(card.id, mondays)
    return [
        BookWeek(
            card,
            monday,
            calendar.week_number(monday),
            tuple(
                BookDay(day, lines.get(day, ()), calendar.why_not_on(day, today))
                for day in days_of_week(monday)
                if first <= day <= last
            ),
            closings.get(monday),
        )
        for monday in mondays
    ]


def _lines_by_day(lessons: Sequence[LessonLine]) -> dict[date, tuple[BookLine, ...]]:
    """The lines of each day; who was absent is asked for once for all of them."""
    absent = absent_from([_where(one) for one in lessons])
    grouped = groupby(lessons, key=attrgetter("day"))
    return {
        day: tuple(BookLine(one, absent[_where(one)]) for one in found) for day, found in grouped
    }


def _where(one: LessonLine) -> tuple[int, date, str, int]:
    return one.class_id, one.day, one.session, one.period


def closings_of(class_id: int, mondays: Sequence[date]) -> dict[date, Closing]:
    rows = WeekClosing.objects.filter(school_class_id=class_id, monday__in=list(mondays))
    names = ("monday", "remark", "closed_by", "closed_at")
    return {one[0]: Closing(*one) for one in rows.values_list(*names)}
