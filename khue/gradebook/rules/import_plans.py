"""Kế hoạch nhập điểm từ bảng tính: cell by cell, what a sheet would write into a book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from khue.gradebook.rules.marks import Mark, print_mark_cell
from khue.gradebook.rules.slots import EVERY_SLOT

LEVELS, QUALITIES = "levels", "qualities"


class CellVerdict(StrEnum):
    """What will become of a cell: green, yellow, grey, red."""

    NEW = "create"
    CHANGE = "change"
    SAME = "same"
    REFUSED = "refuse"


WRITTEN = (CellVerdict.NEW, CellVerdict.CHANGE)


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """One cell of the sheet that holds something.

    `shown`: as the file has it. `base`: what stands in the book. `value`: what it would become.
    In a primary sheet `value` and `stands` are texts as printed, and `kind` says how they are read.
    """

    slot: str
    verdict: CellVerdict
    shown: str
    base: Mark = None
    value: Mark | str = None
    reason: str = ""
    kind: str = ""
    stands: str = ""

    @property
    def old(self) -> str:
        return self.stands if self.kind else print_mark_cell(self.base)

    @property
    def new(self) -> str:
        return self.value if isinstance(self.value, str) else print_mark_cell(self.value)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of the sheet; without a pupil it is refused as a whole, for `reason`."""

    number: int
    name: str
    student_id: int | None = None
    cells: tuple[PlannedCell, ...] = ()
    reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> CellVerdict:
        """The gravest of its cells."""
        found = {one.verdict for one in self.cells}
        order = (CellVerdict.REFUSED, CellVerdict.CHANGE, CellVerdict.NEW)
        if self.reason:
            return CellVerdict.REFUSED
        return next((one for one in order if one in found), CellVerdict.SAME)

    def refused(self, reason: str) -> PlannedRow:
        """The same row with every cell refused for one reason."""
        cells = tuple(
            replace(one, verdict=CellVerdict.REFUSED, reason=one.reason or reason)
            for one in self.cells
        )
        return replace(self, cells=cells, reason=reason)


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the sheet: its place from 0, its title, and what it was taken for."""

    place: int
    title: str
    key: str


@dataclass(frozen=True, slots=True)
class PlannedSheet:
    """One sheet against one term of one book; `refusal` says why nothing of it can be taken.

    `slots`, `heads`: the columns of marks and what they are called. `missing`: pupils of the class
    whom the sheet does not name. `kind`: "" a book of marks, LEVELS a primary subject at the point
    `term`, QUALITIES those of the class `book_id`.
    """

    index: int
    name: str
    term: int
    book_id: int | None = None
    title: str = ""
    by_comment: bool = False
    refusal: str = ""
    notes: tuple[str, ...] = ()
    header_row: int = 0
    columns: tuple[SheetColumn, ...] = ()
    slots: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[PlannedRow, ...] = ()
    missing: tuple[str, ...] = ()
    kind: str = ""

    @property
    def cells(self) -> Iterator[PlannedCell]:
        return (cell for row in self.rows for cell in row.cells)

    @property
    def counts(self) -> dict[str, int]:
        return count_cells(self.cells)

    @property
    def reading(self) -> dict[str, Any]:
        """Everything but what tells of a pupil."""
        told = asdict(replace(self, rows=(), missing=()))
        return {key: value for key, value in told.items() if key not in ("rows", "missing")}

    @property
    def told_rows(self) -> Iterator[tuple[CellVerdict, dict[str, Any]]]:
        """The rows as plain values, each with its verdict; the missing pupils come last."""
        for row in self.rows:
            yield row.verdict, {"sheet": self.index, **asdict(row)}
        if self.missing:
            yield CellVerdict.SAME, {"sheet": self.index, "missing": list(self.missing)}


def once_a_pupil(rows: Iterable[PlannedRow]) -> list[PlannedRow]:
    """Two rows for one pupil: neither is taken."""
    kept = list(rows)
    counted = Counter(row.student_id for row in kept if row.student_id)
    return [
        row.refused(f"Tệp có {counted[row.student_id]} dòng cho em này nên không rõ lấy dòng nào.")
        if row.student_id and counted[row.student_id] > 1
        else row
        for row in kept
    ]


def count_cells(cells: Iterable[PlannedCell]) -> dict[str, int]:
    """How many cells of each verdict."""
    counted = Counter(cell.verdict for cell in cells)
    return {verdict.value: counted[verdict] for verdict in CellVerdict}


def sheets_from(reading: dict[str, Any], rows: Iterable[dict[str, Any]]) -> list[PlannedSheet]:
    """The sheets of a plan from their plain values."""
    found: dict[int, PlannedSheet] = {one["index"]: _sheet(one) for one in reading["sheets"]}
    kept: dict[int, list[PlannedRow]] = {index: [] for index in found}
    for told in rows:
        index = told["sheet"]
        if "missing" in told:
            found[index] = replace(found[index], missing=tuple(told["missing"]))
        else:
            kept[index].append(_row(told))
    return [replace(sheet, rows=tuple(kept[index])) for index, sheet in found.items()]


def _sheet(told: dict[str, Any]) -> PlannedSheet:
    lists = {
        "notes": tuple(told["notes"]),
        "slots": tuple(told["slots"]),
        "heads": tuple(told["heads"]),
        "columns": tuple(SheetColumn(**one) for one in told["columns"]),
    }
    return PlannedSheet(**{**told, **lists})


def _row(told: dict[str, Any]) -> PlannedRow:
    facts = {key: value for key, value in told.items() if key not in ("sheet", "cells", "notes")}
    cells = tuple(
        PlannedCell(**{**one, "verdict": CellVerdict(one["verdict"])}) for one in told["cells"]
    )
    return PlannedRow(**facts, cells=cells, notes=tuple(told["notes"]))


def in_order(slots: Iterable[str]) -> tuple[str, ...]:
    """Columns in the order of the book; those that no book has come last."""
    known = {slot: place for place, slot in enumerate(EVERY_SLOT)}
    return tuple(sorted(set(slots), key=lambda slot: (known.get(slot, len(known)), slot)))
