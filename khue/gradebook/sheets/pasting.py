"""Khối ô dán từ bảng tính: a text with tabs as a sheet of one table."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator

from kit.sheets.cells import Cell, Sheet, plain_cell
from kit.sheets.refusals import SheetRefused

NAME = "Khối dán"
MOST_ROWS = 5000
MOST_COLUMNS = 100
_GAP = re.compile(r"\s{2,}")


def read_pasted(text: str) -> Sheet:
    """The pasted cells; raises SheetRefused where there are none or too many.

    Blank lines inside the block stay: without names, a line is a pupil.
    """
    rows = [[plain_cell(cell) for cell in line] for line in _lines(_tidy(text))]
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise SheetRefused("NO_DATA")
    width = max(len(row) for row in rows)
    if len(rows) > MOST_ROWS:
        raise SheetRefused("TOO_MANY_ROWS", sheet=NAME, rows=len(rows), limit=MOST_ROWS)
    if width > MOST_COLUMNS:
        raise SheetRefused("TOO_MANY_COLUMNS", sheet=NAME, columns=width, limit=MOST_COLUMNS)
    return Sheet(NAME, [row + [None] * (width - len(row)) for row in rows])


def _tidy(text: str) -> str:
    composed = unicodedata.normalize("NFC", text.replace("\x00", ""))
    return composed.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _lines(text: str) -> Iterator[list[Cell]]:
    """Tabs as Excel writes them; else semicolons; else gaps of two spaces. Never commas: 7,5."""
    separator = "\t" if "\t" in text else ";" if text.count(";") >= text.count("\n") + 1 else ""
    if not separator:
        yield from ([*_GAP.split(line.strip())] for line in text.split("\n"))
        return
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield [*row]
    except csv.Error as broken:
        raise SheetRefused("BROKEN") from broken
