"""Ô điểm đi và về: what a save asks for and what became of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

from khue.gradebook.queries.books import Count
from khue.gradebook.rules.marks import Mark, print_mark_cell

Status = Literal["saved", "same", "conflict", "refused"]


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that should change: from what the writer saw (`base`) to `value`.

    A `value` of text is read as typed ("8,5", "85", "Đ"); a number is a stored value. `operation`
    and `reason` are its own where cells of different acts come together.
    """

    student_id: int
    slot: str
    base: Mark
    value: Mark | str
    operation: uuid.UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CellOutcome:
    """What became of a cell: its state, what it holds now, and a sentence where there is one.

    `author` and `at` tell whose value stands there when somebody else was faster; `struck` is the
    value that a correction struck out.
    """

    student_id: int
    slot: str
    status: Status
    value: Mark = None
    sentence: str = ""
    author: str = ""
    at: str = ""
    struck: str = ""

    @property
    def text(self) -> str:
        return print_mark_cell(self.value)


@dataclass(frozen=True, slots=True)
class RowResult:
    """The computed end of a row after saving."""

    student_id: int
    average: Mark
    provisional: Mark
    year: Mark


@dataclass(frozen=True, slots=True)
class Saved:
    """The answer to one save: an outcome for every cell, the averages, the progress."""

    outcomes: list[CellOutcome]
    rows: list[RowResult]
    progress: Count
