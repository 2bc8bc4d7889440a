"""Định mức sau khi giảm theo nhiệm vụ kiêm nhiệm: what duties and conditions take off a week.

Norms and reductions are dated rows in khue/timetable/data; periods a week are exact numbers.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
MOST_DUTIES = 2
Row = Mapping[str, str]


class UnknownDuty(LookupError):
    """No such duty, or not at this level."""


class UnknownLevel(LookupError):
    """No norm for this level and kind of school."""


@dataclass(frozen=True, slots=True)
class Load:
    """Số tiết phải dạy: a week after reductions, the year, the full norms, the weekly cap.

    `too_many` names duties beyond the two that one person may hold; they take nothing off.
    """

    weekly: Fraction
    yearly: Fraction
    norm_weekly: int
    norm_yearly: int
    extra_cap: Fraction
    too_many: tuple[str, ...] = ()


@cache
def _rows(name: str) -> tuple[Row, ...]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def norm_row(level: str, kind: str = "") -> Row:
    """Dòng định mức của một cấp học và loại trường.

    Law: TT 05/2025/TT-BGDĐT, Điều 7; TT 04/2026/TT-BGDĐT
    """
    for row in _rows("load-norms"):
        if (row["level"], row["kind"]) == (level, kind):
            return row
    raise UnknownLevel(f"{level} {kind}".strip())


def duty_row(duty: str, level: str) -> Row:
    """Dòng giảm của một nhiệm vụ; a row for the level goes before the one for all.

    Law: TT 05/2025/TT-BGDĐT, Điều 9; TT 05/2025/TT-BGDĐT, Điều 10; TT 05/2025/TT-BGDĐT, Điều 11
    """
    rows = [row for row in _rows("load-duties") if row["duty"] == duty]
    for row in sorted(rows, key=lambda row: row["level"], reverse=True):
        if row["level"] in (level, ""):
            return row
    raise UnknownDuty(duty)


def _largest_first(duties: Iterable[Row]) -> list[Row]:
    return sorted(duties, key=lambda row: int(row["value"]), reverse=True)


def _as_post(row: Row, norm_yearly: int, weeks: int) -> Fraction:
    """A leader owes a number of his own, or a share of the yearly norm."""
    if row["kind"] == "percent":
        return Fraction(norm_yearly * int(row["value"]), 100 * weeks)
    return Fraction(row["value"])


def load_after_duties(level: str, duties: Iterable[str] = (), kind: str = "") -> Load:
    """Số tiết phải dạy sau khi giảm: the norm less what duties and conditions take off.

    At most two duties of Điều 9 to 11 count, the larger ones; conditions (probation, a child
    under 12 months) come on top. A leader owes a number of periods that no duty lowers.
    The year has 35 weeks, the reserve weeks left out; extra periods may reach half the norm.
    Law: TT 05/2025/TT-BGDĐT, Điều 3; TT 05/2025/TT-BGDĐT, Điều 7; TT 05/2025/TT-BGDĐT, Điều 8
    """
    norm = norm_row(level, kind)
    weeks, full = int(norm["weeks"]), int(norm["periods"])
    rows = [duty_row(duty, level) for duty in dict.fromkeys(duties)]
    weekly, too_many = _weekly(rows, full, weeks)
    cap = Fraction(full, 2)
    return Load(weekly, weekly * weeks, full, full * weeks, cap, too_many)


def _weekly(rows: list[Row], full: int, weeks: int) -> tuple[Fraction, tuple[str, ...]]:
    posts = [row for row in rows if row["kind"] in ("post", "percent")]
    if posts:
        return min(_as_post(row, full * weeks, weeks) for row in posts), ()
    held = _largest_first(row for row in rows if row["kind"] == "reduction")
    conditions = [row for row in rows if row["kind"] == "condition"]
    taken = sum(int(row["value"]) for row in (*held[:MOST_DUTIES], *conditions))
    too_many = tuple(row["duty"] for row in held[MOST_DUTIES:])
    return Fraction(max(0, full - taken)), too_many
