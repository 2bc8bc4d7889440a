"""Charts as shares of a track: what a page needs to draw bars without a script or a style.

A drawn row is a track of 100 × 1 units that the page stretches to the room there is; texts stay
texts. Every chart carries the table of its figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit.numbers import print_integer, print_ratio, round_half_up_ratio

LOOKS = ("a", "b", "c", "d", "e", "f")
"""The looks of series, in the order in which they are told apart best."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in a track: from `start`, `width` wide, both in hundredths as SVG writes them."""

    start: str
    width: str
    look: str
    said: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a chart: its label, its tracks of bars, and what stands behind them."""

    label: str
    tracks: tuple[tuple[Bar, ...], ...]
    shown: str


@dataclass(frozen=True, slots=True)
class Series:
    """What one colour of a chart means."""

    name: str
    look: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Biểu đồ, and the table of its figures."""

    title: str
    series: tuple[Series, ...]
    rows: tuple[Row, ...]
    headings: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    note: str = ""

    @property
    def said(self) -> str:
        """The chart in one sentence, for those who hear it."""
        told = "; ".join(f"{row.label}: {row.shown}" for row in self.rows)
        return f"{self.title}. {told}"


def hundredths(part: int, whole: int) -> str:
    """A share as SVG takes it: 3 of 8 is "37.5"; nothing of nothing is "0"."""
    if whole <= 0:
        return "0"
    tenths = round_half_up_ratio(min(max(part, 0), whole) * 1000, whole)
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def compared(
    title: str,
    names: Sequence[str],
    lines: Sequence[tuple[str, Sequence[int | None]]],
    *,
    what: str = "",
    note: str = "",
) -> Chart:
    """Thanh so sánh: for each label one bar for every name, all to one scale."""
    most = max((value or 0 for _, values in lines for value in values), default=0)
    series = tuple(Series(name, look) for name, look in zip(names, LOOKS, strict=False))
    rows = tuple(_compared_row(label, values, series, most) for label, values in lines)
    cells = tuple((label, *map(_printed, values)) for label, values in lines)
    return Chart(title, series, rows, (what, *names), cells, note)


def _compared_row(
    label: str, values: Sequence[int | None], series: Sequence[Series], most: int
) -> Row:
    told = list(zip(values, series, strict=False))
    tracks = tuple((_from_left(value or 0, most, one),) for value, one in told)
    return Row(label, tracks, _printed(values[0]) if values else "")


def _from_left(value: int, most: int, series: Series) -> Bar:
    return Bar("0", hundredths(value, most), series.look, f"{series.name}: {print_integer(value)}")


def shared(
    title: str,
    names: Sequence[str],
    lines: Sequence[tuple[str, Sequence[int]]],
    *,
    what: str = "",
    note: str = "",
    looks: Sequence[str] = LOOKS,
) -> Chart:
    """Thanh cơ cấu: for each label the shares of the names, together one hundred percent."""
    series = tuple(Series(name, look) for name, look in zip(names, looks, strict=False))
    rows = tuple(_shared_row(label, values, series) for label, values in lines)
    cells = tuple(
        (label, *(_share_cell(one, sum(values)) for one in values)) for label, values in lines
    )
    return Chart(title, series, rows, (what, *names), cells, note)


def _share_cell(part: int, whole: int) -> str:
    return f"{print_integer(part)} ({print_ratio(part, whole)}%)" if whole else "—"


def _shared_row(label: str, values: Sequence[int], series: Sequence[Series]) -> Row:
    whole, start, bars = sum(values), 0, []
    for value, one in zip(values, series, strict=False):
        said = f"{one.name}: {_share_cell(value, whole)}"
        bars.append(Bar(hundredths(start, whole), hundredths(value, whole), one.look, said))
        start += value
    shown = _share_cell(values[0], whole).partition(" ")[2].strip("()") if whole else "—"
    return Row(label, (tuple(bars),), shown)


def _printed(value: int | None) -> str:
    return "—" if value is None else print_integer(value)
