"""Số liệu của một nơi as a workbook: one sheet for each theme, and the places below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from khue.statistics.queries.places import BelowLine
from khue.statistics.rules.columns import Column
from khue.statistics.rules.told import SMALL, Block, Line
from kit.sheets.writing import Field, Page, excel_bytes

NUMBERS = (
    Field("now", "Số lượng", "integer", 12),
    Field("share", "Tỉ lệ", "text", 10),
    Field("women", "Nữ", "integer", 10),
    Field("minority", "Dân tộc thiểu số", "integer", 12),
    Field("minority_women", "Nữ dân tộc thiểu số", "integer", 12),
    Field("last", "Năm trước", "integer", 12),
    Field("change", "Thay đổi", "integer", 12),
)
PEOPLE = ("women", "minority", "minority_women")
FIELDS = (Field("block", "Bảng", "text", 34), Field("label", "Nội dung", "text", 44), *NUMBERS)
NOTE = f"“{SMALL}”: số nhỏ hoặc số suy ra được số nhỏ, chỉ nhà trường xem được."


def figures_book(
    titles: tuple[str, ...],
    themes: Iterable[tuple[str, Sequence[Block]]],
    below: tuple[str, Sequence[Column], Sequence[BelowLine]],
) -> bytes:
    """The workbook; a theme without tables has no sheet."""
    pages = [
        Page(name, FIELDS, list(_rows(blocks)), titles, NOTE) for name, blocks in themes if blocks
    ]
    title, columns, lines = below
    if lines:
        pages.append(_page_below(title, columns, lines, titles))
    return excel_bytes(pages or [Page("Số liệu", FIELDS, [], titles, "Chưa có số liệu.")])


def _rows(blocks: Iterable[Block]) -> Iterator[dict[str, object]]:
    for block in blocks:
        for line in block.lines:
            yield {
                "block": block.title,
                "label": "   " * line.indent + line.label,
                **_cells(block, line),
            }


def _cells(block: Block, line: Line) -> dict[str, object]:
    told: dict[str, object] = {
        "now": _shown(line.now),
        "share": line.share if block.shares else "",
        **dict(zip(PEOPLE, map(_shown, block.people_of(line)), strict=False)),
    }
    if block.compared:
        told |= {"last": _shown(line.last), "change": "" if line.change is None else line.change}
    return told


def _shown(value: int | None) -> int | str:
    return SMALL if value is None else value


def _page_below(
    title: str, columns: Sequence[Column], lines: Sequence[BelowLine], titles: tuple[str, ...]
) -> Page:
    fields = [
        Field("name", "Đơn vị", "text", 40),
        Field("above", "Thuộc", "text", 32),
        *(_field(number, column) for number, column in enumerate(columns)),
    ]
    return Page(title, fields, [_row_below(one) for one in lines], titles, NOTE)


def _field(number: int, column: Column) -> Field:
    kind = "text" if column.is_share else "integer"
    return Field(f"c{number}", column.title, "text" if kind == "text" else "integer", 14)


def _row_below(line: BelowLine) -> dict[str, object]:
    cells = {
        f"c{number}": cell.shown if cell.is_share else _shown(cell.part)
        for number, cell in enumerate(line.cells)
    }
    return {"name": line.name, "above": line.above, **cells}
