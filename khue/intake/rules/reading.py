"""Đọc bảng: which sheet and which columns of a workbook are meant, and what to tell about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from khue.intake.rules.plans import Plan, PlannedRow
from kit.sheets.headers import Column, Row, Table, find_table, find_table_in
from kit.sheets.reading import Workbook
from kit.vietnamese import search_key

SHEET_OPTION = "sheet"
COLUMN_OPTION = "column:"
LISTED_ROWS = 10
RUNNING_NUMBER = {"stt", "tt", "so tt", "so thu tu", "no"}


@dataclass(frozen=True)
class Reading:
    """The table that was found, and the notes for the person."""

    sheet: str
    table: Table
    sheets: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.table.rows

    @property
    def has(self) -> frozenset[str]:
        return frozenset(self.table.positions)

    def cells(self, row: Row) -> tuple[tuple[str, str], ...]:
        """The row as it came, for the list of refused rows."""
        return tuple((key, row.text(key)) for key in self.table.positions)

    def plan(self, rows: Sequence[PlannedRow], extras: object = None) -> Plan:
        lost = (*self.table.missing, *self.table.absent)
        return Plan(
            rows=tuple(rows),
            sheet=self.sheet,
            sheets=self.sheets,
            header_row=self.table.header_row,
            notes=tuple(_notes(self.table)),
            unknown=tuple(title for title in self.table.unknown if _matters(title)),
            absent=tuple((column.key, column.title) for column in lost),
            extras=extras,
        )


def read_table(
    workbook: Workbook, columns: Sequence[Column], options: Mapping[str, str]
) -> Reading:
    """Find the table of these columns; the person's answers about sheet and columns come first.

    Raises SheetRefused where no sheet has such a header.
    """
    answered = tuple(_with_answers(column, options) for column in columns)
    names = tuple(sheet.name for sheet in workbook.sheets)
    chosen = options.get(SHEET_OPTION, "")
    if chosen in names:
        sheet = workbook.sheet(chosen)
        return Reading(sheet.name, find_table(sheet, answered), names, answered)
    sheet, table = find_table_in(workbook.sheets, answered)
    return Reading(sheet.name, table, names, answered)


def _with_answers(column: Column, options: Mapping[str, str]) -> Column:
    told = [
        name.removeprefix(COLUMN_OPTION)
        for name, key in options.items()
        if name.startswith(COLUMN_OPTION) and key == column.key
    ]
    return replace(column, spellings=(*column.spellings, *told)) if told else column


def _matters(title: str) -> bool:
    """A running number in front of every list is no column that anybody misses."""
    return search_key(title).strip(" .") not in RUNNING_NUMBER


def _notes(table: Table) -> list[str]:
    notes = []
    if table.missing:
        titles = ", ".join(f"“{column.title}”" for column in table.missing)
        notes.append(f"Tệp thiếu cột cần có: {titles}.")
    if table.duplicated:
        titles = ", ".join(f"“{title}”" for title in table.duplicated)
        notes.append(f"Cột {titles} có hai lần; hệ thống lấy cột đứng trước.")
    if table.skipped:
        numbers = ", ".join(str(number) for number in table.skipped[:LISTED_ROWS])
        more = "…" if len(table.skipped) > LISTED_ROWS else ""
        notes.append(f"Đã bỏ qua dòng tổng cộng, chữ kí hoặc tiêu đề lặp: {numbers}{more}.")
    return notes
