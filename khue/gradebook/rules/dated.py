"""Dữ liệu có ngày hiệu lực: numbers of the law that a rule reads, never buried in code.

The rows lie in khue/gradebook/data/*.csv, each with the years in which it holds, its article
and how sure we are of it. What a province sets otherwise is handed over as `overrides`.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
Row = Mapping[str, str]


class UnknownProvision(LookupError):
    """No row of this name holds in this year: the data file and the rule disagree."""


@cache
def rows_of(name: str) -> tuple[Row, ...]:
    """Every row of a data file of this context, in its order."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def holds_in(row: Row, start_year: int) -> bool:
    """Whether a row is in force in the school year that begins in this year."""
    begins, ends = row.get("from_year") or "0", row.get("to_year") or "9999"
    return int(begins) <= start_year <= int(ends)


@cache
def _provided(key: str, start_year: int) -> str:
    for row in rows_of("provisions"):
        if row["key"] == key and holds_in(row, start_year):
            return row["value"]
    msg = f"no provision {key} for {start_year}"
    raise UnknownProvision(msg)


LATEST = 9999
NO_OVERRIDES: Mapping[str, str] = {}


def provision(
    key: str, start_year: int = LATEST, overrides: Mapping[str, str] = NO_OVERRIDES
) -> str:
    """Quy định bằng số đang có hiệu lực; a setting of the province goes first."""
    return overrides[key] if key in overrides else _provided(key, start_year)


def number(key: str, start_year: int = LATEST, overrides: Mapping[str, str] = NO_OVERRIDES) -> int:
    """A provision that is one whole number."""
    return int(provision(key, start_year, overrides))
