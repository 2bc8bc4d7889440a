"""Ô của các bảng đánh giá: columns, lines, and what a page sends back as what it saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from kit.dates import print_date

Value = int | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: its slot, how its head and a sentence call it, what it holds."""

    slot: str
    title: str
    label: str
    kind: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class CellRow:
    """One pupil of a sheet: the values by slot, and why some of the cells take nothing."""

    student_id: int
    name: str
    code: str
    grade: int
    left_on: date | None
    values: Mapping[str, Value]
    blocked: Mapping[str, str]

    @property
    def refusal(self) -> str:
        """Why no cell of the line takes anything; "" while the pupil is here."""
        if self.left_on is None:
            return ""
        day = print_date(self.left_on)
        return f"{self.name} đã rời lớp ngày {day} nên không ghi được nữa."


def base_of(value: Value) -> int | None:
    """What a page sends back as the value it saw: the value itself, or the sum of a text."""
    if isinstance(value, str):
        return crc32(value.encode()) if value else None
    return value
