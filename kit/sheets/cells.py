"""What one cell of a spreadsheet can hold, and how it reads as text."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kit.dates import print_date
from kit.vietnamese import tidy

Cell = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Merge:
    """An area of merged cells; rows and columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows[0] is row 1 of the file, and every row is as wide as the widest."""

    name: str
    rows: list[list[Cell]]
    merges: tuple[Merge, ...] = ()


def plain_cell(cell: Cell) -> Cell:
    """A blank text is nothing, a whole float is an integer, a midnight is a day."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    return cell


def _print_number(number: float) -> str:
    return str(int(number)) if number.is_integer() else f"{number:.10g}".replace(".", ",")


def cell_text(cell: Cell) -> str:
    """The cell as a person reads it: 7.0 is "7", a date is "05/09/2026", nothing is ""."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float):
        return _print_number(cell)
    return print_date(cell) if isinstance(cell, date) else tidy(str(cell))
