"""Che số nhỏ: which counts are withheld so that no child is found by counting.

A sensitive count from 1 to below the threshold is withheld. A reader who knows a total and all its
parts but one computes the last one; so where an equation between told counts would have exactly one
unknown, another of its parts is withheld too, and again, until no equation gives anything away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Cell = TypeVar("Cell", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Equation(Generic[Cell]):
    """One count is the sum of others and of what is told nowhere (`rest`, none: nothing is)."""

    total: Cell
    parts: tuple[Cell, ...]
    rest: int | None = None


def is_small(value: int, least: int) -> bool:
    """Số nhỏ: somebody is there, but fewer than `least`."""
    return 0 < value < least


def withheld(
    values: Mapping[Cell, int],
    equations: Sequence[Equation[Cell]],
    *,
    least: int,
    may_hide: Callable[[Cell], bool],
    before: Collection[Cell] = (),
) -> set[Cell]:
    """Các số phải che: small ones, and others beside them.

    `may_hide`: what is sensitive; everything else is always told. `before`: withheld already, and
    nothing is computed of them here. A cell without a value counts nobody.
    """
    hidden = set(before)
    hidden |= {cell for cell, value in values.items() if may_hide(cell) and is_small(value, least)}
    waiting, places = list(range(len(equations))), _places(equations)
    while waiting:
        equation = equations[waiting.pop()]
        chosen = _another(equation, values, hidden, least, may_hide)
        if chosen is not None:
            hidden.add(chosen)
            waiting.extend(places[chosen])
    return hidden


def _places(equations: Sequence[Equation[Cell]]) -> Mapping[Cell, list[int]]:
    found: dict[Cell, list[int]] = defaultdict(list)
    for number, equation in enumerate(equations):
        for cell in (equation.total, *equation.parts):
            found[cell].append(number)
    return found


def gives_away(equation: Equation[Cell], hidden: Collection[Cell], least: int) -> bool:
    """Whether exactly one member is unknown, and it is one that must stay so."""
    unknown = [cell for cell in (equation.total, *equation.parts) if cell in hidden]
    if equation.rest is None:
        return len(unknown) == 1
    return not unknown and is_small(equation.rest, least)


def _another(
    equation: Equation[Cell],
    values: Mapping[Cell, int],
    hidden: Collection[Cell],
    least: int,
    may_hide: Callable[[Cell], bool],
) -> Cell | None:
    """The part to withhold too: the smallest that counts somebody, else one of nobody."""
    if not gives_away(equation, hidden, least):
        return None
    members = (*equation.parts, equation.total)
    free = [cell for cell in members if cell not in hidden and may_hide(cell)]
    return min(free, key=lambda cell: _cost(cell, values), default=None)


def _cost(cell: Cell, values: Mapping[Cell, int]) -> tuple[bool, int, str]:
    value = values.get(cell, 0)
    return value == 0, value, str(cell)


def leaks(
    equations: Iterable[Equation[Cell]], hidden: Collection[Cell], *, least: int
) -> list[Equation[Cell]]:
    """The equations from which a withheld count could be computed."""
    return [one for one in equations if gives_away(one, hidden, least)]
