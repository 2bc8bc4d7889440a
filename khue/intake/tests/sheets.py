"""Workbooks as people have them, written for one test each."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter


def workbook(
    *rows: Sequence[object], name: str = "Sheet1", **more: Sequence[Sequence[object]]
) -> bytes:
    """An Excel file: the rows of the first sheet, and further sheets by name."""
    held = BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False})
    for title, lines in {name: rows, **more}.items():
        sheet = book.add_worksheet(title)
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    book.close()
    return held.getvalue()
