"""Cập nhật lúc: when the newest fact of a block was written, as people say it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from kit.dates import vietnam_time

A_DAY = timedelta(days=1)


def told_since(at: datetime | None, today: date) -> str:
    """ "Cập nhật lúc 07:05 hôm nay", "… 16:30 hôm qua", "… 09:00 ngày 18/11"; nothing unknown."""
    if at is None:
        return ""
    local = vietnam_time(at)
    return f"Cập nhật lúc {local:%H:%M} {_day(local.date(), today)}"


def _day(day: date, today: date) -> str:
    if day == today:
        return "hôm nay"
    if day == today - A_DAY:
        return "hôm qua"
    return f"ngày {day:%d/%m}" if day.year == today.year else f"ngày {day:%d/%m/%Y}"


def told_day(day: date, today: date) -> str:
    """ "hôm nay", "hôm qua", "18/11"."""
    return _day(day, today).removeprefix("ngày ")
