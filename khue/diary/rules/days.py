"""Ngày ghi sổ: which days have lessons, and what a refusal says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kit.dates import print_date

SUNDAY = 6
FUTURE = "Ngày {day} chưa tới nên chưa ghi được. Hãy ghi khi tiết học đã dạy."
OUTSIDE = "Ngày {day} ở ngoài năm học ({first} đến {last}). Hãy chọn ngày khác."
NO_SCHOOL = "Ngày {day} không có giờ học ({why}). Hãy chọn ngày khác."


@dataclass(frozen=True, slots=True)
class Free:
    """Days without lessons, both ends included, and why."""

    why: str
    first: date
    last: date


def why_not_on(
    day: date, *, today: date, first: date, last: date, free: Iterable[Free] = ()
) -> str:
    """Why no lesson can be written for a day; "" when it can."""
    if day > today:
        return FUTURE.format(day=print_date(day))
    if not first <= day <= last:
        shown = {"first": print_date(first), "last": print_date(last)}
        return OUTSIDE.format(day=print_date(day), **shown)
    why = "Chủ nhật" if day.weekday() == SUNDAY else _free_for(day, free)
    return NO_SCHOOL.format(day=print_date(day), why=why) if why else ""


def _free_for(day: date, free: Iterable[Free]) -> str:
    return next((one.why for one in free if one.first <= day <= one.last), "")


def monday_of(day: date) -> date:
    """Thứ Hai of the week of a day."""
    return day - timedelta(days=day.weekday())


def last_week(today: date) -> date:
    """Thứ Hai of the last week that is over; on a Sunday the one that ends."""
    return monday_of(today + timedelta(days=1)) - timedelta(days=7)


def days_of_week(monday: date) -> list[date]:
    """Thứ Hai to thứ Bảy."""
    return [monday + timedelta(days=one) for one in range(SUNDAY)]


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)


def mondays_of_month(month: date) -> list[date]:
    """The Mondays of every week that has a day in the month."""
    first, last = monday_of(first_of_month(month)), last_of_month(month)
    return [first + timedelta(days=days) for days in range(0, (last - first).days + 1, 7)]
