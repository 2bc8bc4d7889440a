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


def reduced(sums: Iterable[Mapping[Cell, int]]) -> dict[Cell, dict[Cell, int]]:
    """The sums, reduced: each with the unknown that leads it and stands in no other of them."""
    pivots: dict[Cell, dict[Cell, int]] = {}
    held_in: dict[Cell, set[Cell]] = defaultdict(set)
    for one in sums:
        row = _less(one, pivots)
        if row:
            _take(row, _rarest(row, held_in), pivots, held_in)
    return pivots


def freed(
    sums: Iterable[Mapping[Cell, int]], taken: Collection[Cell]
) -> tuple[list[dict[Cell, int]], list[dict[Cell, int]]]:
    """The sums without the unknowns that are taken away, and those that lead with one of them."""
    pivots: dict[Cell, dict[Cell, int]] = {}
    held_in: dict[Cell, set[Cell]] = defaultdict(set)
    left = []
    for one in sums:
        row = _less(one, pivots)
        if leading := [cell for cell in row if cell in taken]:
            _take(row, _rarest(leading, held_in), pivots, held_in)
        elif row:
            left.append(row)
    return left, list(pivots.values())


def _less(one: Mapping[Cell, int], pivots: Mapping[Cell, Mapping[Cell, int]]) -> dict[Cell, int]:
    row = dict(one)
    for cell in [cell for cell in row if cell in pivots]:
        _subtract(row, pivots[cell], row[cell])
    return row


def signed(row: Mapping[Cell, int]) -> dict[Cell, int]:
    """A reduced sum with coefficients from minus to plus half of the prime."""
    return {cell: value if value <= PRIME // 2 else value - PRIME for cell, value in row.items()}


def _take(
    row: dict[Cell, int],
    lead: Cell,
    pivots: dict[Cell, dict[Cell, int]],
    held_in: dict[Cell, set[Cell]],
) -> None:
    """Make the row one of the reduced ones."""
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
