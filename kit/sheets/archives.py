"""The packed kinds of workbook (.xlsx, .ods), inspected before a parser touches them.

The list of contents is checked first; then every part is unpacked piece by piece and counted,
because the list may lie about sizes. Nothing is kept in memory beyond one sheet.
"""

import copy
import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile, ZipInfo

from kit.sheets.limits import MEGABYTE, Limits, check_shape
from kit.sheets.refusals import SheetRefused

_PIECE = 256 * 1024
_SMALL = MEGABYTE  # below this no ratio is suspicious
_ENCRYPTED_FLAG = 0x1
_FILLED_CELL = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\sr="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>(?!</(?:\w+:)?c>)'
)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_FORBIDDEN_XML = (b"<!ENTITY", b"<!DOCTYPE")


def open_archive(data: bytes) -> ZipFile:
    """The archive, or the sentence that it is broken."""
    try:
        return ZipFile(BytesIO(data))
    except (BadZipFile, ValueError, NotImplementedError) as broken:
        raise SheetRefused("BROKEN") from broken


def check_contents_list(archive: ZipFile, limits: Limits) -> None:
    """Refuse by what the list of contents declares: count, total size, ratio, password."""
    parts = archive.infolist()
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise SheetRefused("ENCRYPTED")
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > limits.entries or unpacked > limits.unpacked_bytes:
        raise SheetRefused("ZIP_BOMB")
    if any(_ratio_is_absurd(part, limits) for part in parts):
        raise SheetRefused("ZIP_BOMB")


def _ratio_is_absurd(part: ZipInfo, limits: Limits) -> bool:
    return part.file_size > _SMALL and part.file_size > limits.ratio * max(part.compress_size, 1)


def _pieces(archive: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    """The true bytes of a part, however many the list declares."""
    honest = copy.copy(part)
    honest.file_size = 1 << 62
    with archive.open(honest) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def unpack(archive: ZipFile, part: ZipInfo) -> bytes:
    """One part, refused as soon as it grows beyond what the list declared."""
    unpacked = bytearray()
    try:
        for piece in _pieces(archive, part):
            unpacked += piece
            if len(unpacked) > part.file_size:
                raise SheetRefused("ZIP_BOMB")
    except (BadZipFile, EOFError, zlib.error, NotImplementedError, OSError) as broken:
        raise SheetRefused("BROKEN") from broken
    return bytes(unpacked)


def _check_markup(xml: bytes) -> None:
    if any(word in xml[:4096] for word in _FORBIDDEN_XML):
        raise SheetRefused("BROKEN")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _excel_shape(xml: bytes) -> tuple[int, int]:
    """The last filled row and column; formatted empty cells do not count."""
    rows, columns = 0, {b"": 0}
    for found in _FILLED_CELL.finditer(xml):
        letters, digits = found.groups()
        rows = max(rows, int(digits))
        if letters not in columns:
            columns[letters] = _column_number(letters)
    return rows, max(columns.values())


def _check_excel_parts(archive: ZipFile, limits: Limits) -> None:
    for part in archive.infolist():
        xml = unpack(archive, part)
        if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
            _check_markup(xml)
            check_shape(part.filename.rpartition("/")[2][:-4], *_excel_shape(xml), limits)


def _repeated(element: ElementTree.Element, of_what: str) -> int:
    written = element.get(f"{_TABLE}number-{of_what}-repeated", "1")
    return int(written) if written.isdecimal() else 1


def _filled_width(row: ElementTree.Element) -> int:
    """How far to the right an OpenDocument row is filled."""
    width = filled = 0
    for cell in row:
        width += _repeated(cell, "columns")
        filled = width if len(cell) else filled
    return filled


def _opendocument_rows(xml: bytes) -> Iterator[ElementTree.Element]:
    for _, element in ElementTree.iterparse(BytesIO(xml)):  # noqa: S314  (entities refused before)
        if element.tag == f"{_TABLE}table-row":
            yield element
            element.clear()


def _check_opendocument_parts(archive: ZipFile, limits: Limits) -> None:
    for part in archive.infolist():
        unpacked = unpack(archive, part)
        if part.filename == "META-INF/manifest.xml" and b"encryption-data" in unpacked:
            raise SheetRefused("ENCRYPTED")
        if part.filename == "content.xml":
            _check_markup(unpacked)
            _check_opendocument_shape(unpacked, limits)


def _check_opendocument_shape(xml: bytes, limits: Limits) -> None:
    rows = 0
    try:
        for row in _opendocument_rows(xml):
            width = _filled_width(row)
            rows += _repeated(row, "rows") if width else 0
            check_shape("content", rows, width, limits)
    except ElementTree.ParseError as broken:
        raise SheetRefused("BROKEN") from broken


def kind_of_archive(archive: ZipFile) -> str:
    """What is packed: "xlsx", "ods", "docx" or "zip"."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        part = archive.getinfo("mimetype")
        mimetype = unpack(archive, part) if part.file_size < _PIECE else b""
        return "ods" if b"opendocument.spreadsheet" in mimetype else "zip"
    return "docx" if "word/document.xml" in names else "zip"


def check_archive(archive: ZipFile, kind: str, limits: Limits) -> None:
    """Unpack and count every part of a workbook before it is parsed."""
    checks = {"xlsx": _check_excel_parts, "ods": _check_opendocument_parts}
    checks[kind](archive, limits)
