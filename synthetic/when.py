"""How far a school year has come on a day: its terms, its days with school, what is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from khue.attendance.api import ClassPlan, SchoolDays
from khue.attendance.rules.days import FreeDays
from khue.organisations.rules.calendar import SchoolYearPlan, plan_school_year
from synthetic.days import Calendar, calendar_of, moment
from synthetic.marks import Span

# A term is closed so many days after its last lesson; re-assessment is over by mid-August.
CLOSED_AFTER = 5
# When the points of primary classes are written: a share of their term.
POINT_AT = {1: 0.56, 2: 0.97, 3: 0.56, 4: 0.97}


@dataclass(frozen=True)
class When:
    """A school year up to a day."""

    year: int
    terms: tuple[Span, Span]
    days: SchoolDays
    until: date
    _calendars: dict[ClassPlan, Calendar] = field(default_factory=dict, compare=False)

    def is_over(self, term: int) -> bool:
        """Whether a term is finished and its books are closed."""
        return self.until >= self.closing_day(term)

    def closing_day(self, term: int) -> date:
        return self.terms[term - 1].last + timedelta(days=CLOSED_AFTER)

    def closing_time(self, term: int, minutes: int = 0) -> datetime:
        return moment(self.closing_day(term), 9, minutes)

    @property
    def summer_is_over(self) -> bool:
        return self.until >= date(self.year + 1, 8, 15)

    @property
    def points(self) -> list[int]:
        """The points of primary classes that are written."""
        return [point for point in POINT_AT if self.point_day(point) <= self.until]

    def point_day(self, point: int) -> date:
        return self.terms[(point - 1) // 2].at(POINT_AT[point])

    def calendar(self, plan: ClassPlan) -> Calendar:
        """The days with school of classes with these sessions."""
        if plan not in self._calendars:
            self._calendars[plan] = calendar_of(self.days, [plan], self.until)
        return self._calendars[plan]

    @property
    def size_on(self) -> date:
        """The day on which pupils are counted: today, or the last day of a year that is over."""
        return min(self.until, self.days.last)


def when_of(year: int, until: date) -> When:
    """A year of the Ministry's frame, as the province follows it."""
    return when_planned(plan_school_year(year), until)


def when_planned(plan: SchoolYearPlan, until: date) -> When:
    breaks = tuple(FreeDays(one.name, one.starts_on, one.ends_on) for one in plan.breaks)
    first, second = plan.terms
    days = SchoolDays(first.starts_on, plan.ends_on, breaks)
    spans = (Span(first.starts_on, first.ends_on), Span(second.starts_on, second.ends_on))
    return When(plan.start_year, spans, days, until)
