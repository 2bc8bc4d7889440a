"""Ô điểm trong bảng tính: one cell as a mark, or why it is none."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from khue.gradebook.rules.marks import Mark, parse_cell
from kit.numbers import print_mark
from kit.refusal import Refusal
from kit.sheets.cells import Cell, cell_text

# A sum of tenths in Excel may come a hair beside the tenth that was meant; not more than this.
HAIR = 1e-9
_PLACEHOLDERS = frozenset({"-", "–", "—", "…", "...", ".", "_"})
_DAY = (
    "Ô này là ngày “{text}”: bảng tính đã đổi điểm thành ngày. "
    "Hãy gõ lại điểm, ví dụ 8,5, trong ô có định dạng số."
)
_TICK = "Ô này là dấu tích, không phải điểm. Hãy ghi điểm hoặc Đ, CĐ."
_TOO_MANY_DECIMALS = (
    "“{text}” có quá một chữ số sau dấu phẩy. Điểm chỉ lấy đến một chữ số thập phân."
)


def shown_cell(cell: Cell) -> str:
    """The cell as a preview shows it."""
    if isinstance(cell, float):
        tenths = _tenths(cell)
        return cell_text(cell) if tenths is None else print_mark(tenths).removesuffix(",0")
    return cell_text(cell)[:40]


def is_blank(cell: Cell) -> bool:
    """Nothing, or a dash that stands for nothing: such a cell leaves the mark alone."""
    return cell is None or (isinstance(cell, str) and _bare(cell) in _PLACEHOLDERS | {""})


def _bare(text: str) -> str:
    return text.strip(" \t\u00a0\u200b").removeprefix("'")


def _tenths(number: float) -> int | None:
    """The tenths of a number that has at most one decimal, but for the hair of a float."""
    if not 0 <= number <= 1000:
        return None
    nearest = int(number * 10 + 0.5)
    return nearest if abs(number * 10 - nearest) < HAIR * 10 else None


def read_cell(cell: Cell, *, by_comment: bool) -> Mark | Refusal:
    """The stored value that a cell means; None for a blank one."""
    if is_blank(cell):
        return None
    if isinstance(cell, bool):
        return Refusal("TICK", _TICK)
    if isinstance(cell, date | datetime | time | timedelta):
        text = cell_text(cell)
        return Refusal("DAY", _DAY.format(text=text), {"text": text})
    if isinstance(cell, float) and not by_comment:
        return _read_float(cell)
    return parse_cell(_bare(cell) if isinstance(cell, str) else str(cell), by_comment=by_comment)


def _read_float(number: float) -> Mark | Refusal:
    tenths = _tenths(number)
    if tenths is None and 0 <= number <= 10:
        text = cell_text(number)
        return Refusal("TOO_MANY_DECIMALS", _TOO_MANY_DECIMALS.format(text=text), {"text": text})
    text = cell_text(number) if tenths is None else print_mark(tenths).removesuffix(",0")
    return parse_cell(text, by_comment=False)
