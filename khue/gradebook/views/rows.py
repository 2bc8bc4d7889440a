"""The lines of the grid as the template draws them: plain texts, so that drawing is cheap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from khue.gradebook.queries import Grid
from khue.gradebook.queries.grid import PupilRow
from khue.gradebook.rules.apart import BADGES
from khue.gradebook.rules.marks import Mark, print_mark_cell
from kit.dates import print_date
from kit.vietnamese import family_and_middle_name, given_name


class ShownCell(NamedTuple):
    """One cell: what is stored, what it reads, what a correction struck out."""

    slot: str
    value: Mark
    text: str
    struck: str


class ShownRow(NamedTuple):
    """One pupil with the cells and the computed end of the line."""

    pupil: PupilRow
    family: str
    given: str
    cells: list[ShownCell]
    result: str
    provisional: str
    first: str
    year: str
    note: str
    closed: str


def shown_rows(grid: Grid) -> Iterator[ShownRow]:
    """Every line of a grid, in its order."""
    slots = grid.book.slots
    for pupil in grid.pupils:
        waits = pupil.average is None
        yield ShownRow(
            pupil,
            family_and_middle_name(pupil.name),
            given_name(pupil.name),
            _cells(pupil, slots, grid.corrected),
            print_mark_cell(pupil.average),
            print_mark_cell(grid.provisional(pupil)) if waits else "",
            print_mark_cell(pupil.first_average),
            print_mark_cell(grid.year_result(pupil)),
            _note(pupil, grid.term),
            "" if pupil.left else pupil.closed(grid.term),
        )


def _note(pupil: PupilRow, term: int) -> str:
    """What stands under the name: who left, what came along, what holds for this pupil here."""
    if pupil.left and pupil.ends_on:
        return f"Rời lớp {print_date(pupil.ends_on)}"
    if pupil.is_brought(term):
        return f"Kết quả từ {pupil.from_school}"
    return BADGES.get(pupil.kind(term), "")


def _cells(
    pupil: PupilRow, slots: tuple[str, ...], corrected: Mapping[tuple[int, str], str]
) -> list[ShownCell]:
    return [
        ShownCell(
            slot,
            value := pupil.marks[slot],
            print_mark_cell(value),
            corrected.get((pupil.student_id, slot), ""),
        )
        for slot in slots
    ]
