"""From the bytes of a workbook to plain cells, once the bytes have been inspected."""

from io import BytesIO
from typing import cast

import python_calamine as calamine

from kit.sheets.cells import Cell, Merge, Sheet, plain_cell
from kit.sheets.limits import Limits, check_shape
from kit.sheets.refusals import SheetRefused


def _merges(sheet: calamine.CalamineSheet) -> tuple[Merge, ...]:
    areas = sheet.merged_cell_ranges or ()
    return tuple(Merge(*start, *end) for start, end in areas)


def _fill_down(rows: list[list[Cell]], merges: tuple[Merge, ...]) -> None:
    """Repeat a group's name on every row of its merged cell.

    Lawful merges do not overlap, so together they never fill more cells than there are.
    """
    left_to_fill = len(rows) * len(rows[0])
    for merge in merges:
        inside = merge.first_row < len(rows) and merge.first_column < len(rows[0])
        if not inside or left_to_fill <= 0:
            continue
        value = rows[merge.first_row][merge.first_column]
        left_to_fill -= 1 + min(merge.last_row, len(rows)) - merge.first_row
        for row in rows[merge.first_row + 1 : merge.last_row + 1]:
            row[merge.first_column] = value


def _read_sheet(sheet: calamine.CalamineSheet, limits: Limits) -> Sheet | None:
    if sheet.start is None:
        return None
    end_row, end_column = sheet.end or (0, 0)
    check_shape(sheet.name, end_row + 1, end_column + 1, limits)
    raw = cast("list[list[Cell]]", sheet.to_python(skip_empty_area=False))
    rows = [[plain_cell(cell) for cell in row] for row in raw]
    merges = _merges(sheet)
    _fill_down(rows, merges)
    return Sheet(sheet.name, rows, merges)


def _visible_names(workbook: calamine.CalamineWorkbook) -> list[str]:
    tables = [
        entry for entry in workbook.sheets_metadata if entry.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    visible = [entry.name for entry in tables if entry.visible == calamine.SheetVisibleEnum.Visible]
    return visible or [entry.name for entry in tables]


def parse_workbook(data: bytes, limits: Limits) -> tuple[Sheet, ...]:
    """Every visible sheet that holds anything; raise SheetRefused where the bytes are torn."""
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
        names = _visible_names(workbook)
        sheets = [_read_sheet(workbook.get_sheet_by_name(name), limits) for name in names]
    except calamine.PasswordError as locked:
        raise SheetRefused("ENCRYPTED") from locked
    except calamine.CalamineError as broken:
        raise SheetRefused("BROKEN") from broken
    return tuple(sheet for sheet in sheets if sheet is not None)
