"""Spreadsheets as people have them, read into plain cells or refused with a sentence.

The kind of a file is told by its content, never by its name. Formulas are not computed:
a cell holds the value that was stored with it, and text that looks like a formula is text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from kit.sheets.archives import check_archive, check_contents_list, kind_of_archive, open_archive
from kit.sheets.cells import Cell, Merge, Sheet
from kit.sheets.comma_separated import looks_like_text, read_comma_separated
from kit.sheets.isolation import parse_in_child
from kit.sheets.limits import Limits, check_file_size
from kit.sheets.parsing import parse_workbook
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


def _kind_of_packed(data: bytes, limits: Limits, *, inspected: bool) -> Kind:
    with open_archive(data) as archive:
        check_contents_list(archive, limits)
        kind = kind_of_archive(archive)
        if kind in _PACKED:
            raise SheetRefused("WRONG_TYPE", found=_PACKED[kind])
        if not inspected:
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


def _kind(data: bytes, limits: Limits, *, inspected: bool) -> Kind:
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_packed(data, limits, inspected=inspected)
    if data.startswith(_OLE):
        return _kind_of_compound(data)
    return _kind_of_the_rest(data)


def _read_text(data: bytes, limits: Limits) -> tuple[Sheet, ...]:
    return (read_comma_separated(data, limits),)


_READERS: dict[Kind, Callable[[bytes, Limits], tuple[Sheet, ...]]] = {
    "xlsx": parse_workbook,
    "ods": parse_workbook,
    "xls": parse_in_child,
    "csv": _read_text,
}


def _has_content(sheet: Sheet) -> bool:
    return any(cell is not None for row in sheet.rows for cell in row)


def open_workbook(
    source: Path | bytes, *, limits: Limits | None = None, inspected: bool = False
) -> Workbook:
    """Read a workbook or CSV file; raise SheetRefused with the reason where that cannot be.

    `inspected`: these very bytes were read before, so that their parts need not be unpacked and
    counted once more before they are parsed.
    """
    limits = limits or Limits()
    data = _read_bytes(source, limits)
    kind = _kind(data, limits, inspected=inspected)
    sheets = tuple(sheet for sheet in _READERS[kind](data, limits) if _has_content(sheet))
    if not sheets:
        raise SheetRefused("NO_DATA")
    return Workbook(kind, sheets)
