"""Dữ liệu có ngày hiệu lực: thresholds and holidays as rows of khue/attendance/data."""

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
Row = Mapping[str, str]


@cache
def rows_of(name: str) -> tuple[Row, ...]:
    """Every row of a data file of this context, in its order."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def holds_on(row: Row, day: date) -> bool:
    """Whether a row is in force on a day."""
    return row["from"] <= day.isoformat() <= (row["to"] or "9999-12-31")
