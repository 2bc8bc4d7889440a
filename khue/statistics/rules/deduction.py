"""Suy luận: what follows from many sums together about counts that have only so much room.

Elimination takes away what may be more and may be fewer, so that sums are left in which every count
can move one way only; where all the others of such a sum can move no way that helps, one is known.
Which sums are left depends on how they are put together, so they are looked at in three forms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from khue.statistics.rules.elimination import freed, reduced, signed
from khue.statistics.rules.reckoning import Room, together

Cell = TypeVar("Cell", bound=Hashable)
Row = dict[int, int]
MOST = 1000
"""Larger numbers in a reduced sum are fractions: such a sum is not looked at."""


def known(
    sums: Iterable[Mapping[Cell, int]], room_of: Callable[[Cell], Room]
) -> dict[Cell, list[Cell]]:
    """What can be no other, each with the other unknowns of a sum that tells it.

    `sums`: of each the unknowns with their signs.
    """
    numbers: dict[Cell, int] = {}
    rows = [
        {numbers.setdefault(cell, len(numbers)): sign for cell, sign in one.items()} for one in sums
    ]
    cells = list(numbers)
    rooms = [room_of(cell) for cell in cells]
    moving = {number for number, room in enumerate(rooms) if room.down and room.up}
    bound, loose = _peeled(rows, moving)
    left, led = freed(bound, moving)
    loose += led
    forms = [*left, *reduced(left).values(), *reduced(left[::-1]).values()]
    tight = [signed(row) for row in forms]
    found = _stuck([row for row in tight if max(map(abs, row.values())) <= MOST], rooms)
    for row in loose:
        unknown = [number for number in row if number not in found]
        if len(unknown) == 1:
            found[unknown[0]] = row
    return {
        cells[number]: [cells[other] for other in row if other != number]
        for number, row in found.items()
    }


def _peeled(rows: Sequence[Row], moving: Collection[int]) -> tuple[list[Row], list[Row]]:
    """The rows that bind something, and those with a count that moves and stands in no other."""
    held_in: dict[int, set[int]] = defaultdict(set)
    for at, row in enumerate(rows):
        for number in row:
            held_in[number].add(at)
    waiting = [number for number in sorted(moving) if len(held_in[number]) == 1]
    loose: dict[int, Row] = {}
    while waiting:
        for at in list(held_in[waiting.pop()]):
            loose[at] = rows[at]
            for number in rows[at]:
                held_in[number].discard(at)
                if number in moving and len(held_in[number]) == 1:
                    waiting.append(number)
    return [row for at, row in enumerate(rows) if at not in loose], list(loose.values())


def _stuck(sums: Sequence[Row], rooms: Sequence[Room]) -> dict[int, Row]:
    """What has no room that the others of a sum leave it; what is known leaves none either."""
    found: dict[int, Row] = {}
    waiting, size = list(sums), -1
    while waiting and len(found) > size:
        size = len(found)
        left = []
        for row in waiting:
            own = {
                number: rooms[number] if sign > 0 else rooms[number].turned()
                for number, sign in row.items()
                if number not in found
            }
            whole = together(own.values())
            stuck = [one for one, room in own.items() if not room.may_give(whole.without(room))]
            found.update(dict.fromkeys(stuck, row))
            if len(stuck) < len(own):
                left.append(row)
        waiting = left
    return found
