"""Trang theo dõi chuyên cần của sổ in: what attendance kept, or a blank grid to fill by hand."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from datetime import date

from khue.attendance.api import paper_marks
from khue.gradebook.queries.class_results import ClassResults, PupilResults
from khue.gradebook.queries.paper_heads import Place
from khue.gradebook.rules.paper_shapes import AttendanceLine, AttendanceMonth

WEEKDAYS = ("2", "3", "4", "5", "6", "7", "CN")
Marks = Mapping[date, str]


def months_of_year(start_year: int) -> list[tuple[int, int]]:
    """The twelve months of a school year, August to July."""
    return [(start_year + (month > 12), (month - 1) % 12 + 1) for month in range(8, 20)]


def months_of(place: Place, results: ClassResults) -> Iterable[AttendanceMonth]:
    """A grid for every month in which the year has study weeks; all marks in one read."""
    marks = paper_marks(results.class_id)
    first = place.year.starts_on if place.year else date(place.start_year, 9, 1)
    last = place.year.ends_on if place.year else date(place.start_year + 1, 5, 31)
    for year, month in months_of_year(place.start_year):
        if (first.year, first.month) <= (year, month) <= (last.year, last.month):
            yield _month(year, month, results, marks)


def _month(
    year: int, month: int, results: ClassResults, marks: Mapping[int, Marks]
) -> AttendanceMonth:
    """A pupil without a mark has an empty line, which the page draws as one ruled cell."""
    kept = {
        pupil: {
            day.day: mark for day, mark in days.items() if (day.year, day.month) == (year, month)
        }
        for pupil, days in marks.items()
    }
    total = sum(map(len, kept.values()))
    length = calendar.monthrange(year, month)[1]
    return AttendanceMonth(
        title=f"Tháng {month} năm {year}",
        weekdays=_weekdays(year, month),
        lines=tuple(
            _line(number, pupil, kept.get(pupil.student_id, {}), length)
            for number, pupil in enumerate(results.pupils, 1)
        ),
        total=str(total) if total else "",
    )


def _line(
    number: int, pupil: PupilResults, marks: Mapping[int, str], length: int
) -> AttendanceLine:
    if not marks:
        return AttendanceLine(number=number, name=pupil.name)
    given = list(marks.values())
    return AttendanceLine(
        number=number,
        name=pupil.name,
        days=tuple(marks.get(day, "") for day in range(1, length + 1)),
        total=str(len(given)),
        with_permission=_many(given, "P"),
        without=_many(given, "K"),
    )


def _many(given: list[str], mark: str) -> str:
    return str(given.count(mark)) if mark in given else ""


def _weekdays(year: int, month: int) -> tuple[str, ...]:
    first, days = calendar.monthrange(year, month)
    return tuple(WEEKDAYS[(first + day) % 7] for day in range(days))
