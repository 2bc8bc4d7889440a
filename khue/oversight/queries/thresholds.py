"""Ngưỡng kiểm tra in force on a day, from the dated file of the product."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

from khue.oversight.rules.faults import Thresholds

FILE = Path(__file__).resolve().parents[1] / "data" / "thresholds.csv"


@cache
def _rows() -> tuple[tuple[str, int, date], ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            (line["name"], int(line["value"]), date.fromisoformat(line["from"]))
            for line in csv.DictReader(file)
        )


def thresholds_on(day: date) -> Thresholds:
    """The newest value of each threshold that holds on a day."""
    held = sorted((one for one in _rows() if one[2] <= day), key=lambda one: one[2])
    return Thresholds(**{name: value for name, value, _ in held})
