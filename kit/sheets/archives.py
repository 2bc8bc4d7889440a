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
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from kit.sheets.limits import MEGABYTE, Limits, check_shape
from kit.sheets.refusals import SheetRefused

_PIECE = 256 * 1024
_SMALL = MEGABYTE  # below this no ratio is suspicious
_ENCRYPTED_FLAG = 0x1
_REFERENCE = re.compile(r"([A-Za-z]*)([0-9]*)", re.ASCII)
_CONTENT_OF_CELL = frozenset({"v", "is", "f"})
_MORE_THAN_ANY_SHEET = 10_000_000
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


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


def _number(digits: str) -> int:
    """A count written in a file; an absurdly long one is simply too many."""
    if not (digits.isascii() and digits.isdecimal()):
        return 1
    return int(digits) if len(digits) < 8 else _MORE_THAN_ANY_SHEET


def _column_number(letters: str) -> int:
    if len(letters) > 3:
        return _MORE_THAN_ANY_SHEET
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class _ExcelShape:
    """The last filled row and column of a sheet; formatted empty cells do not count."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._row = self._column = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Follow rows and cells, and note a cell as soon as something stands in it."""
        name = tag.rpartition(":")[2]
        if name == "c":
            self._enter_cell(attributes.get("r", ""))
        elif name in _CONTENT_OF_CELL:
            self.rows = max(self.rows, self._row)
            self.columns = max(self.columns, self._column)
        elif name == "row":
            self._row = _number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0

    def _enter_cell(self, reference: str) -> None:
        found = _REFERENCE.fullmatch(reference)
        letters, digits = found.groups() if found else ("", "")
        self._column = _column_number(letters) if letters else self._column + 1
        self._row = _number(digits) if digits else self._row


def _refuse_document_type(*_: object) -> None:
    """A workbook declares no document type; one that does hides entities in it."""
    raise SheetRefused("BROKEN")


def _excel_shape(xml: bytes) -> tuple[int, int]:
    shape, parser = _ExcelShape(), expat.ParserCreate()
    parser.StartElementHandler = shape.start
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(xml, True)  # noqa: FBT003  (the last piece)
    except (expat.ExpatError, LookupError, ValueError) as broken:
        raise SheetRefused("BROKEN") from broken
    return shape.rows, shape.columns


def _check_excel_parts(archive: ZipFile, limits: Limits) -> None:
    for part in archive.infolist():
        xml = unpack(archive, part)
        if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
            check_shape(part.filename.rpartition("/")[2][:-4], *_excel_shape(xml), limits)


def _repeated(element: ElementTree.Element, of_what: str) -> int:
    return _number(element.get(f"{_TABLE}number-{of_what}-repeated", "1"))


def _is_filled(cell: ElementTree.Element) -> bool:
    return len(cell) > 0 or any(name.startswith(_OFFICE) for name in cell.keys())  # noqa: SIM118


def _filled_width(row: ElementTree.Element) -> int:
    """How far to the right an OpenDocument row is filled."""
    width = filled = 0
    for cell in row:
        width += _repeated(cell, "columns")
        filled = width if _is_filled(cell) else filled
    return filled


def _opendocument_rows(xml: bytes) -> Iterator[ElementTree.Element]:
    for _, element in ElementTree.iterparse(BytesIO(xml)):  # noqa: S314  (no entities, see below)
        if element.tag == f"{_TABLE}table-row":
            yield element
            element.clear()


def _check_opendocument_shape(xml: bytes, limits: Limits) -> None:
    """Refuse entities, and cells or rows that are repeated beyond the limits."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"\0" in xml:
        raise SheetRefused("BROKEN")
    rows = 0
    try:
        for row in _opendocument_rows(xml):
            rows += _repeated(row, "rows")
            width = _filled_width(row)
            check_shape("content", rows if width else 0, width, limits)
    except (ElementTree.ParseError, LookupError, ValueError) as broken:
        raise SheetRefused("BROKEN") from broken


def _check_opendocument_parts(archive: ZipFile, limits: Limits) -> None:
    for part in archive.infolist():
        unpacked = unpack(archive, part)
        if part.filename == "META-INF/manifest.xml" and b"encryption-data" in unpacked:
            raise SheetRefused("ENCRYPTED")
        if part.filename == "content.xml":
            _check_opendocument_shape(unpacked, limits)


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
