"""Che số nhỏ: which counts are withheld so that no child is found by counting.

A sensitive count from 1 to below the threshold is withheld. A reader who knows a total and all its
parts but one computes the last one; so where an equation between told counts would have exactly one
unknown, another of its parts is withheld too, and again, until no equation gives anything away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

Counts = Mapping[str, int]


class Rest(Enum):
    """What of a total is in none of the parts: nothing; what is told nowhere; or as it happens."""

    NONE = "none"
    UNTOLD = "untold"
    UNLESS_ZERO = "unless_zero"


@dataclass(frozen=True, slots=True)
class Equation:
    """One count is the sum of others, and perhaps of a rest that is told nowhere."""

    total: str
    parts: tuple[str, ...]
    rest: Rest = Rest.NONE

    def rest_of(self, counts: Counts) -> int:
        """How many are in none of the parts."""
        return counts.get(self.total, 0) - sum([counts.get(part, 0) for part in self.parts])

    def is_whole(self, counts: Counts) -> bool:
        """Whether the parts are known to make up the total."""
        if self.rest is Rest.UNLESS_ZERO:
            return self.rest_of(counts) == 0
        return self.rest is Rest.NONE


@dataclass(frozen=True, slots=True)
class Guarding:
    """How small is small, what may be withheld (all else is always told), what sums there are."""

    least: int
    may_hide: Callable[[str], bool]
    equations_of: Callable[[frozenset[str]], Sequence[Equation]]

    def small(self, counts: Counts) -> set[str]:
        """Số nhỏ nhạy cảm of a place."""
        return {
            key for key, value in counts.items() if 0 < value < self.least and self.may_hide(key)
        }


def gives_away(equation: Equation, counts: Counts, hidden: Collection[str], least: int) -> bool:
    """Whether exactly one member is unknown, and it is one that must stay so."""
    unknown = (equation.total in hidden) + sum([part in hidden for part in equation.parts])
    if unknown > 1:
        return False
    if equation.is_whole(counts):
        return unknown == 1
    return unknown == 0 and 0 < equation.rest_of(counts) < least


def leaks(guarding: Guarding, counts: Counts, hidden: Collection[str]) -> list[Equation]:
    """The sums within a place from which a withheld count could be computed."""
    found = guarding.equations_of(frozenset(counts))
    return [one for one in found if gives_away(one, counts, hidden, guarding.least)]


def withhold_within(guarding: Guarding, counts: Counts, hidden: set[str]) -> bool:
    """Withhold more of one place until its own sums give nothing away; whether more was needed."""
    before = size = len(hidden)
    while found := leaks(guarding, counts, hidden):
        for equation in found:
            members = (*equation.parts, equation.total)
            _withhold_another(guarding, members, counts, hidden)
        if len(hidden) == size:
            break
        size = len(hidden)
    return size > before


def _withhold_another(
    guarding: Guarding, members: Iterable[str], counts: Counts, hidden: set[str]
) -> None:
    """The smallest member that counts somebody, else one of nobody."""
    free = [key for key in members if key not in hidden and guarding.may_hide(key)]
    if free:
        hidden.add(min(free, key=lambda key: (counts.get(key, 0) == 0, counts.get(key, 0), key)))


def withhold_among(
    guarding: Guarding, places: Mapping[int, Counts], above: Collection[str] | None
) -> dict[int, set[str]]:
    """Các số phải che of places that are told beside each other, with the sum over them.

    `above`: what is withheld of the sum; none where no sum is told.
    """
    hidden = {place: guarding.small(counts) for place, counts in places.items()}
    waiting = set(places)
    while waiting:
        for place in sorted(waiting):
            withhold_within(guarding, places[place], hidden[place])
        waiting = set() if above is None else _withhold_across(guarding, places, hidden, above)
    return hidden


def given_away_across(hidden: Mapping[int, Collection[str]], above: Collection[str]) -> list[str]:
    """Keys of which the sum over the places leaves exactly one unknown."""
    unknown = Counter(above)
    for keys in hidden.values():
        unknown.update(keys)
    return sorted(key for key, many in unknown.items() if many == 1)


def _withhold_across(
    guarding: Guarding,
    places: Mapping[int, Counts],
    hidden: Mapping[int, set[str]],
    above: Collection[str],
) -> set[int]:
    """Withhold a key of one more place where the sum gives it away; the places that it changed."""
    changed = set()
    for key in given_away_across(hidden, above):
        free = [place for place in places if key not in hidden[place]]
        if free:
            values = {place: places[place].get(key, 0) for place in free}
            chosen = min(free, key=lambda place: (values[place] == 0, values[place], place))
            hidden[chosen].add(key)
            changed.add(chosen)
    return changed
