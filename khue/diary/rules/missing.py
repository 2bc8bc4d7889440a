"""Tiết chưa ghi: what the assignments of a week promise beside what stands in the book.

There is no timetable to say which period is missing, so only whole weeks are counted, and only
how many lessons of a subject.
"""

from __future__ import annotations

from collections.abc import Iterable


def promised(periods: Iterable[int | None]) -> int | None:
    """Số tiết mỗi tuần of a subject of a class: of all its teachers; None where nobody said it."""
    told = [one for one in periods if one is not None]
    return sum(told) if told else None


def missing(wanted: int | None, written: int) -> int:
    """Số tiết còn thiếu in a week; more than was promised is no fault."""
    return max(0, (wanted or 0) - written)
