"""Small workbooks for the tests, made with one call."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import xlsxwriter

from kit.sheets.cells import Cell, Merge, Sheet


def excel(fill: Callable[[Any, Any], None], name: str = "Trang 1") -> bytes:
    """A workbook whose one sheet is filled by a function of the sheet and the workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        fill(book.add_worksheet(name), book)
    return buffer.getvalue()


def excel_of(*rows: list[Cell]) -> bytes:
    """A workbook whose one sheet holds these rows."""

    def fill(sheet: Any, book: Any) -> None:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                style = day if hasattr(cell, "year") else None
                sheet.write(place, column, cell, style)

    return excel(fill)


def sheet_of(*rows: list[Cell], merges: tuple[Merge, ...] = ()) -> Sheet:
    """A sheet already read, each row made as wide as the widest."""
    width = max(map(len, rows))
    return Sheet("Trang 1", [row + [None] * (width - len(row)) for row in rows], merges)


def repacked(data: bytes, changes: Mapping[str, bytes]) -> bytes:
    """The same archive with some parts replaced or added."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename not in changes:
                new.writestr(part.filename, old.read(part))
        for name, content in changes.items():
            new.writestr(name, content)
    return buffer.getvalue()


_ODS_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="Trang 1">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""
_ODS_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
{entries}</manifest:manifest>"""


def opendocument(rows: str, manifest: str = "") -> bytes:
    """An OpenDocument workbook from the markup of its rows."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _ODS_MANIFEST.format(entries=manifest))
        archive.writestr("content.xml", _ODS_CONTENT.format(rows=rows))
    return buffer.getvalue()


def opendocument_row(*texts: str, columns: int = 1, rows: int = 1) -> str:
    """The markup of one OpenDocument row; every cell is repeated so many times."""
    cells = "".join(
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
        f"<text:p>{text}</text:p></table:table-cell>"
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{rows}">{cells}</table:table-row>'
