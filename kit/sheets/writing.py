"""Excel and CSV that leave the house: laid out like a school book, safe to open."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import xlsxwriter

from kit.dates import print_date, print_moment, vietnam_time
from kit.numbers import print_mark
from kit.spreadsheet_text import neutralise_formula

FieldKind = Literal["text", "code", "integer", "mark", "date", "moment"]

_WIDTHS: dict[FieldKind, int] = {
    "text": 24,
    "code": 16,
    "integer": 9,
    "mark": 8,
    "date": 13,
    "moment": 18,
}
_NUMBER_FORMATS: dict[FieldKind, str] = {
    "text": "General",
    "code": "@",
    "integer": "0",
    "mark": "0.0",
    "date": "dd/mm/yyyy",
    "moment": "dd/mm/yyyy hh:mm",
}
_LONGEST_LIST = 255  # Excel keeps a typed list of choices in so many characters
_HIGHEST_MARK = 100


@dataclass(frozen=True, slots=True)
class Field:
    """One column that is written; a mark comes in tenths and leaves as a number."""

    key: str
    title: str
    kind: FieldKind = "text"
    width: int | None = None
    choices: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet: titles above, a header, rows, and for templates empty rows to fill."""

    name: str
    fields: Sequence[Field]
    rows: Iterable[Mapping[str, object]]
    titles: tuple[str, ...] = ()
    note: str = ""
    empty_rows: int = 0


def _sheet_name(name: str) -> str:
    """Excel takes 31 characters and none of []:*?/\\ in the name of a sheet."""
    cleaned = "".join(" " if sign in "[]:*?/\\" else sign for sign in name).strip(" '")
    return cleaned[:31].strip() or "Trang"


class _Styles:
    """The cell styles of one workbook, made once."""

    def __init__(self, workbook: Any) -> None:
        plain = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
        boxed = {**plain, "border": 1}
        self.title = workbook.add_format({**plain, "bold": True, "font_size": 14})
        self.subtitle = workbook.add_format({**plain, "bold": True})
        self.note = workbook.add_format({**plain, "italic": True, "text_wrap": True})
        self.header = workbook.add_format(
            {**boxed, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#EDE7F6"}
        )
        self.kinds = {
            kind: workbook.add_format({**boxed, "num_format": number_format})
            for kind, number_format in _NUMBER_FORMATS.items()
        }


def _write_number(sheet: Any, row: int, column: int, value: float, style: Any) -> None:
    sheet.write_number(row, column, value, style)


def _write_moment(
    sheet: Any, row: int, column: int, value: date, kind: FieldKind, style: Any
) -> None:
    day = vietnam_time(value).replace(tzinfo=None) if isinstance(value, datetime) else value
    if kind == "date" and isinstance(day, datetime):
        day = day.date()
    sheet.write_datetime(row, column, day, style)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _write_cell(sheet: Any, row: int, column: int, value: Any, field: Field, style: Any) -> None:
    """Write a value by the kind of its column; what does not fit the kind is written as text."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif field.kind == "mark" and _is_number(value) and 0 <= value <= _HIGHEST_MARK:
        _write_number(sheet, row, column, value / 10, style)
    elif field.kind == "integer" and _is_number(value):
        _write_number(sheet, row, column, value, style)
    elif field.kind in ("date", "moment") and isinstance(value, date):
        _write_moment(sheet, row, column, value, field.kind, style)
    else:
        sheet.write_string(row, column, _text(value), style)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, datetime):
        return print_moment(value)
    return print_date(value) if isinstance(value, date) else str(value)


def _write_titles(sheet: Any, page: Page, styles: _Styles) -> int:
    """Write the title lines and the note; the answer is the row of the header."""
    for place, title in enumerate(page.titles):
        sheet.write_string(place, 0, title, styles.subtitle if place else styles.title)
    row = len(page.titles)
    if page.note:
        sheet.write_string(row, 0, page.note, styles.note)
        row += 1
    return row


def _write_header(sheet: Any, page: Page, header: int, styles: _Styles) -> None:
    sheet.set_row(header, 32)
    for column, field in enumerate(page.fields):
        width = field.width or max(_WIDTHS[field.kind], len(field.title) // 2 + 2)
        sheet.set_column(column, column, width)
        sheet.write_string(header, column, field.title, styles.header)
        if field.note:
            sheet.write_comment(header, column, field.note)


def _offer_choices(sheet: Any, page: Page, first: int, last: int) -> None:
    for column, field in enumerate(page.fields):
        if field.choices and len(",".join(field.choices)) <= _LONGEST_LIST:
            rule = {
                "validate": "list",
                "source": list(field.choices),
                "error_title": "Giá trị không có trong danh mục",
                "error_message": "Hãy chọn một giá trị trong danh sách.",
            }
            sheet.data_validation(first, column, last, column, rule)


def _write_rows(sheet: Any, page: Page, first: int, styles: _Styles) -> int:
    """Write the rows, then empty ones; the answer is the number of the last row."""
    last = first - 1
    for last, row in enumerate(page.rows, first):
        for column, field in enumerate(page.fields):
            value = row.get(field.key)
            _write_cell(sheet, last, column, value, field, styles.kinds[field.kind])
    for empty in range(last + 1, last + 1 + page.empty_rows):
        for column, field in enumerate(page.fields):
            sheet.write_blank(empty, column, None, styles.kinds[field.kind])
    return last + page.empty_rows


def _write_page(workbook: Any, page: Page, styles: _Styles) -> None:
    sheet = workbook.add_worksheet(_sheet_name(page.name))
    header = _write_titles(sheet, page, styles)
    _write_header(sheet, page, header, styles)
    last = _write_rows(sheet, page, header + 1, styles)
    _offer_choices(sheet, page, header + 1, max(last, header + 1))
    sheet.freeze_panes(header + 1, 0)
    sheet.repeat_rows(header)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if len(page.fields) > 6:
        sheet.set_landscape()


def excel_bytes(pages: Sequence[Page]) -> bytes:
    """A workbook of these pages; no cell in it can be a formula or a link."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        styles = _Styles(workbook)
        for page in pages:
            _write_page(workbook, page, styles)
    return buffer.getvalue()


def _csv_text(value: object, field: Field) -> str:
    if value is None:
        return ""
    if field.kind == "mark" and isinstance(value, int) and 0 <= value <= _HIGHEST_MARK:
        return print_mark(value)
    return neutralise_formula(_text(value))


def csv_bytes(page: Page) -> bytes:
    """The same table as CSV: UTF-8 with BOM and semicolons, as Vietnamese Excel opens it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutralise_formula(field.title) for field in page.fields])
    for row in page.rows:
        writer.writerow([_csv_text(row.get(field.key), field) for field in page.fields])
    return buffer.getvalue().encode("utf-8-sig")
