"""Ngày có giờ học of a class: its year, its days without lessons, its study weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from khue.diary.rules.days import Free, why_not_on
from khue.organisations.api import WeekCard, YearCard, school_year, weeks_of

RESERVE = "dự phòng"
HOLIDAY = "tuần nghỉ"


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """The days of a school year as a diary needs them."""

    first: date
    last: date
    free: tuple[Free, ...]
    weeks: tuple[WeekCard, ...]

    def why_not_on(self, day: date, today: date) -> str:
        """Why no lesson can be written for a day; "" when it can."""
        return why_not_on(day, today=today, first=self.first, last=self.last, free=self.free)

    def school_day(self, day: date) -> date:
        """A day with lessons: this one, or the last one before it within a month."""
        before = (day - timedelta(days=one) for one in range(31))
        return next((one for one in before if not self.why_not_on(one, day)), day)

    def over_and_begun(self, day: date) -> tuple[int, int]:
        """The last study week that has ended before a day, and the last that has begun."""
        numbered = [one for one in self.weeks if one.number is not None]
        over = [one.number or 0 for one in numbered if one.ends_on < day]
        begun = [one.number or 0 for one in numbered if one.starts_on <= day]
        return max(over, default=0), max(begun, default=0)

    def week_number(self, monday: date) -> int | None:
        """The number of the study week that holds a Monday."""
        held = (one for one in self.weeks if one.starts_on <= monday <= one.ends_on)
        return next((one.number for one in held), None)

    def within(self, day: date) -> date:
        """A day moved into the school year."""
        return min(max(day, self.first), self.last)


def calendar_of(province_id: int, start_year: int) -> SchoolCalendar:
    """The calendar of a province in a year; the whole school year where nothing is planned."""
    year = school_year(province_id, start_year)
    if year is None:
        return SchoolCalendar(date(start_year, 8, 1), date(start_year + 1, 7, 31), (), ())
    weeks = tuple(weeks_of(year.id))
    # Pupils come back up to two weeks before the opening; lessons of those days are written too.
    first = min(year.starts_on, year.opens_on) - timedelta(days=14)
    return SchoolCalendar(first, year.ends_on, tuple(_free(year, weeks)), weeks)


def _free(year: YearCard, weeks: tuple[WeekCard, ...]) -> list[Free]:
    named = [Free(one.name, one.starts_on, one.ends_on) for one in year.breaks]
    empty = [
        Free(one.note or HOLIDAY, one.starts_on, one.ends_on)
        for one in weeks
        if one.number is None and RESERVE not in one.note.lower()
    ]
    return [*named, *empty]
