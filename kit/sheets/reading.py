"""Spreadsheets as people have them, read into plain cells or refused with a sentence.

The kind of a file is told by its content, never by its name. Formulas are not computed:
a cell holds the value that was stored with it, and text that looks like a formula is text.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal, cast

import python_calamine as calamine

from kit.sheets.archives import check_archive, check_contents_list, kind_of_archive, open_archive
from kit.sheets.cells import Cell, Merge, Sheet, plain_cell
from kit.sheets.comma_separated import looks_like_text, read_comma_separated
from kit.sheets.limits import Limits, check_file_size, check_shape
from kit.sheets.refusals import SheetRefused

__all__ = ["Cell", "Kind", "Limits", "Merge", "Sheet", "SheetRefused", "Workbook", "open_workbook"]

Kind = Literal["xlsx", "xls", "ods", "csv"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"%PDF", "tệp PDF"),
    (b"\x89PNG", "tệp ảnh"),
    (b"\xff\xd8\xff", "tệp ảnh"),
    (b"GIF8", "tệp ảnh"),
    (b"MZ", "một chương trình"),
    (b"\x7fELF", "một chương trình"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"{\\rtf", "tệp văn bản RTF"),
)
_PACKED = {"docx": "tệp Word", "zip": "tệp nén ZIP"}
_WEB_PAGE = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta")


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a file that hold anything, in order."""

    kind: Kind
    sheets: tuple[Sheet, ...]

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name, whatever its capitals."""
        for sheet in self.sheets:
            if sheet.name.casefold() == name.casefold():
                return sheet
        names = ", ".join(sheet.name for sheet in self.sheets)
        raise SheetRefused("SHEET_NOT_FOUND", sheet=name, names=names)


def _read_bytes(source: Path | bytes, limits: Limits) -> bytes:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    check_file_size(size, limits)
    return source if isinstance(source, bytes) else source.read_bytes()


def _kind_of_packed(data: bytes, limits: Limits) -> Kind:
    with open_archive(data) as archive:
        check_contents_list(archive, limits)
        kind = kind_of_archive(archive)
        if kind in _PACKED:
            raise SheetRefused("WRONG_TYPE", found=_PACKED[kind])
        check_archive(archive, kind, limits)
    return cast("Kind", kind)


def _kind_of_compound(data: bytes) -> Kind:
    def has_stream(name: str) -> bool:
        return name.encode("utf-16-le") + b"\0\0" in data

    if has_stream("EncryptedPackage"):
        raise SheetRefused("ENCRYPTED")
    if has_stream("Workbook") or has_stream("Book"):
        return "xls"
    raise SheetRefused("WRONG_TYPE", found="tệp Office đời cũ không phải Excel")


def _kind_of_the_rest(data: bytes) -> Kind:
    for start, found in _FOREIGN:
        if data.startswith(start):
            raise SheetRefused("WRONG_TYPE", found=found)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower().startswith(_WEB_PAGE):
        raise SheetRefused("WEB_PAGE")
    if not looks_like_text(data):
        raise SheetRefused("WRONG_TYPE", found="một tệp lạ")
    return "csv"


def _kind(data: bytes, limits: Limits) -> Kind:
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_packed(data, limits)
    if data.startswith(_OLE):
        return _kind_of_compound(data)
    return _kind_of_the_rest(data)


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


def _read_workbook(data: bytes, limits: Limits) -> tuple[Sheet, ...]:
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
        names = _visible_names(workbook)
        sheets = [_read_sheet(workbook.get_sheet_by_name(name), limits) for name in names]
    except calamine.PasswordError as locked:
        raise SheetRefused("ENCRYPTED") from locked
    except calamine.CalamineError as broken:
        raise SheetRefused("BROKEN") from broken
    return tuple(sheet for sheet in sheets if sheet is not None)


def _has_content(sheet: Sheet) -> bool:
    return any(cell is not None for row in sheet.rows for cell in row)


def open_workbook(source: Path | bytes, *, limits: Limits | None = None) -> Workbook:
    """Read a workbook or CSV file; raise SheetRefused with the reason where that cannot be."""
    limits = limits or Limits()
    data = _read_bytes(source, limits)
    kind = _kind(data, limits)
    read = (read_comma_separated(data, limits),) if kind == "csv" else _read_workbook(data, limits)
    sheets = tuple(sheet for sheet in read if _has_content(sheet))
    if not sheets:
        raise SheetRefused("NO_DATA")
    return Workbook(kind, sheets)
