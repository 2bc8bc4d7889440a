"""The lines of the grid as the template draws them: plain texts, so that drawing is cheap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string

from khue.gradebook.queries import Grid
from khue.gradebook.queries.grid import PupilRow
from khue.gradebook.rules.apart import BADGES
from khue.gradebook.rules.marks import Mark, print_mark_cell
from kit.dates import print_date
from kit.vietnamese import family_and_middle_name, given_name


class ShownRow(NamedTuple):
    """One pupil with the cells and the computed end of the line."""

    pupil: PupilRow
    family: str
    given: str
    cells: str
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
            print_mark_cell(grid.provisional(pupil)) if waits and not grid.book.strand else "",
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
) -> str:
    drawn = [
        drawn_cell(slot, pupil.marks[slot], corrected.get((pupil.student_id, slot), ""))
        for slot in slots
    ]
    return "".join(drawn)


@lru_cache(maxsize=8192)
def drawn_cell(slot: str, value: Mark, struck: str) -> str:
    """One cell as its template draws it: what is stored, what it reads, what was struck out.

    The same few hundred cells stand in every book, so each is drawn once.
    """
    shown = {"slot": slot, "value": value, "text": print_mark_cell(value), "struck": struck}
    return render_to_string("gradebook/parts/cell.html", shown)
