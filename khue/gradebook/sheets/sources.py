"""Tệp hoặc khối dán: what was sent, as sheets; and the answers about how to read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from khue.gradebook.sheets.layouts import KEY_NAMES
from khue.gradebook.sheets.pasting import read_pasted
from khue.gradebook.sheets.titles import is_slot
from kit.numbers import whole_number
from kit.sheets.cells import Sheet
from kit.sheets.limits import Limits
from kit.sheets.reading import open_workbook

PASTED_OPTION, SHEET_OPTION, COLUMN_OPTION = "pasted", "sheet", "column:"
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 5000, 120, 60


def read_source(content: bytes, options: Mapping[str, str], *, limit_bytes: int) -> Sequence[Sheet]:
    """The sheets of a file or of a pasted block; raises SheetRefused with a sentence."""
    if options.get(PASTED_OPTION):
        return [read_pasted(content.decode("utf-8", "replace"))]
    limits = Limits(file_bytes=limit_bytes, rows=MOST_ROWS, columns=MOST_COLUMNS)
    return open_workbook(content, limits=limits).sheets[:MOST_SHEETS]


def answers_in(options: Mapping[str, str]) -> dict[int, dict[int, str]]:
    """What was said about columns, by sheet: {0: {3: "tx1"}}."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for name, key in options.items():
        sheet, _, place = name.removeprefix(COLUMN_OPTION).partition(":")
        numbers = whole_number(sheet, digits=3), whole_number(place, digits=3)
        if name.startswith(COLUMN_OPTION) and None not in numbers and _is_known(key):
            found[numbers[0] or 0][numbers[1] or 0] = key
    return dict(found)


def _is_known(key: str) -> bool:
    return key in KEY_NAMES or is_slot(key)
