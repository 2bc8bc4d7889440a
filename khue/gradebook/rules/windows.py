"""Thời gian nhập điểm: the days in which marks may be written, set above and narrowed below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.dates import print_date


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included, and who said so.

    `of_school`: the school's own, else the department's.
    """

    opens_on: date
    closes_on: date
    set_by: str
    of_school: bool = False
    note: str = ""

    @property
    def shown(self) -> str:
        return f"từ {print_date(self.opens_on)} đến {print_date(self.closes_on)}"

    def holds(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on

    def lies_in(self, wider: Days) -> bool:
        return wider.opens_on <= self.opens_on and self.closes_on <= wider.closes_on


def days_in_force(general: Days | None, special: Days | None, own: Days | None) -> tuple[Days, ...]:
    """Every limit that holds for a school: the department's for this school goes before its
    general one; the school's own narrows it."""
    return tuple(one for one in (special or general, own) if one)


def outside_sentence(days: Sequence[Days], today: date, what: str) -> str:
    """Why nothing may be written today, or nothing."""
    shut = next((one for one in days if not one.holds(today)), None)
    if shut is None:
        return ""
    when = "chưa đến" if today < shut.opens_on else "đã quá"
    return (
        f"Thời gian nhập điểm {what} là {shut.shown} ({shut.set_by} đặt); hôm nay"
        f" {print_date(today)} {when} hạn nên không ghi được. {_whom_to_ask(shut)}{_note(shut)}"
    )


def _note(shut: Days) -> str:
    return f" Ghi chú: {shut.note.rstrip('.')}." if shut.note else ""


def _whom_to_ask(shut: Days) -> str:
    if shut.of_school:
        return "Cần thêm thời gian, thầy cô đề nghị lãnh đạo trường."
    return f"Cần thêm thời gian, thầy cô báo lãnh đạo trường đề nghị {shut.set_by} gia hạn."
