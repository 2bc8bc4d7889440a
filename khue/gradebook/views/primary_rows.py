"""The head and the lines of a primary sheet as the template draws them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from khue.gradebook.queries.primary import Sheet
from khue.gradebook.rules.cell_kinds import print_cell
from khue.gradebook.rules.primary import group_name
from khue.gradebook.rules.sheet_cells import CellRow, Column, base_of
from kit.vietnamese import family_and_middle_name, given_name


class ShownCell(NamedTuple):
    """One cell: what the page sends back, what it reads, what was struck out, why it is shut."""

    slot: str
    kind: str
    base: int | None
    text: str
    struck: str
    blocked: str


class ShownRow(NamedTuple):
    """One pupil with the cells."""

    row: CellRow
    family: str
    given: str
    cells: list[ShownCell]


class Heading(NamedTuple):
    """A group of columns in the upper line of the head; a single one spans both lines."""

    title: str
    columns: list[Column]


def head_of(sheet: Sheet) -> list[Heading]:
    """The head: groups of columns, and columns that stand alone."""
    found: list[Heading] = []
    for group, columns in groupby(sheet.columns, lambda column: column.group):
        if group:
            found.append(Heading(group_name(group), list(columns)))
        else:
            found += [Heading(column.title, [column]) for column in columns]
    return found


def shown_rows(sheet: Sheet) -> Iterator[ShownRow]:
    """Every line of a sheet, in its order."""
    for row in sheet.rows:
        cells = [_cell(sheet, row, column) for column in sheet.columns]
        yield ShownRow(row, family_and_middle_name(row.name), given_name(row.name), cells)


def _cell(sheet: Sheet, row: CellRow, column: Column) -> ShownCell:
    value = row.values[column.slot]
    return ShownCell(
        column.slot,
        column.kind,
        base_of(value),
        print_cell(column.kind, value),
        sheet.corrected.get((row.student_id, column.slot), ""),
        row.blocked.get(column.slot, ""),
    )
