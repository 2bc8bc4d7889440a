"""How much a file may hold before it is refused unread."""

from dataclasses import dataclass

from kit.numbers import print_integer
from kit.sheets.refusals import SheetRefused

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The defaults fit 20,000 rows with room to spare."""

    file_bytes: int = 20 * MEGABYTE
    unpacked_bytes: int = 300 * MEGABYTE
    ratio: int = 200
    entries: int = 2000
    rows: int = 50_000
    columns: int = 256


def check_file_size(size: int, limits: Limits) -> None:
    """Refuse an empty file and a file over the limit, before its bytes are read."""
    if size == 0:
        raise SheetRefused("EMPTY_FILE")
    if size > limits.file_bytes:
        megabytes = -(-size // MEGABYTE)
        raise SheetRefused("TOO_LARGE", size=megabytes, limit=limits.file_bytes // MEGABYTE)


def check_shape(sheet: str, rows: int, columns: int, limits: Limits) -> None:
    """Refuse a sheet with more rows or columns than the limit."""
    if rows > limits.rows:
        raise SheetRefused(
            "TOO_MANY_ROWS",
            sheet=sheet,
            rows=print_integer(rows),
            limit=print_integer(limits.rows),
        )
    if columns > limits.columns:
        raise SheetRefused(
            "TOO_MANY_COLUMNS", sheet=sheet, columns=print_integer(columns), limit=limits.columns
        )
