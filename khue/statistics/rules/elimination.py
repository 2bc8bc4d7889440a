"""Khử ẩn: which withheld counts follow from the sums of a table, however many sums it takes.

Sums that each leave two unknown can together leave one. Elimination tells; it reckons modulo a
large prime, so that numbers stay small (what it calls unknown is; a false find is next to never).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

PRIME = 2_147_483_647
Cell = TypeVar("Cell", bound=Hashable)


def reduced(
    sums: Iterable[Mapping[Cell, int]], leading: Collection[Cell] = ()
) -> dict[Cell, dict[Cell, int]]:
    """The sums, reduced: each with the unknown that leads it and stands in no other of them.

    `leading`: unknowns that lead before others, so that as few sums as can be have any of them.
    """
    pivots: dict[Cell, dict[Cell, int]] = {}
    held_in: dict[Cell, set[Cell]] = defaultdict(set)
    for one in sums:
        row = dict(one)
        for cell in [cell for cell in row if cell in pivots]:
            _subtract(row, pivots[cell], row[cell])
        if row:
            _take(row, pivots, held_in, leading)
    return pivots


def signed(row: Mapping[Cell, int]) -> dict[Cell, int]:
    """A reduced sum with coefficients from minus to plus half of the prime."""
    return {cell: value if value <= PRIME // 2 else value - PRIME for cell, value in row.items()}


def _take(
    row: dict[Cell, int],
    pivots: dict[Cell, dict[Cell, int]],
    held_in: dict[Cell, set[Cell]],
    leading: Collection[Cell],
) -> None:
    """Make the row one of the reduced ones; the cell that stands in the fewest leads it."""
    lead = _rarest([cell for cell in row if cell in leading] or row, held_in)
    if row[lead] != 1:
        inverse = pow(row[lead], -1, PRIME)
        row = {cell: value * inverse % PRIME for cell, value in row.items()}
    for pivot in list(held_in[lead]):
        other = pivots[pivot]
        _subtract(other, row, other[lead])
        for cell in row:
            (held_in[cell].add if cell in other else held_in[cell].discard)(pivot)
    pivots[lead] = row
    for cell in row:
        held_in[cell].add(lead)


def _rarest(row: Iterable[Cell], held_in: Mapping[Cell, set[Cell]]) -> Cell:
    """The first cell that stands in no other row, as nearly every row has one; else the rarest."""
    for cell in row:
        if not held_in.get(cell):
            return cell
    return min(row, key=lambda cell: len(held_in[cell]))


def _subtract(row: dict[Cell, int], other: Mapping[Cell, int], times: int) -> None:
    for cell, value in other.items():
        left = (row.get(cell, 0) - times * value) % PRIME
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)
