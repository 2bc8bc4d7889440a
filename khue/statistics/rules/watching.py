"""Các tổng phải canh: what is small, and which sums of a place can give something away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from khue.statistics.rules.reckoning import Counts, Equation, Keys, Square


@dataclass(frozen=True, slots=True)
class Guarding:
    """How small is small, what may be withheld (all else is always told), what sums there are.

    `of_few`: counts of so few people that all of them are withheld, those of nobody too.
    `is_implied`: whether what is told says openly that a key counts all of its whole.
    """

    least: int
    may_hide: Callable[[str], bool]
    equations_of: Callable[[frozenset[str]], Sequence[Equation]]
    of_few: Callable[[Counts, int], Iterable[str]] = lambda counts, least: ()
    square_of: Callable[[str], Square | None] = lambda key: None
    changes_of: Callable[[str], Sequence[tuple[str, ...]]] = lambda key: (("",),)
    split: Callable[[str], tuple[str, str]] = lambda key: (key, "")
    part_of: Callable[[str], str] = lambda key: ""
    is_implied: Callable[[str, Counts, Sequence[tuple[Counts, Keys]]], bool] = (
        lambda key, counts, told: False
    )

    def is_small(self, value: int) -> bool:
        """Few, but somebody."""
        return 0 < value < self.least

    def small(self, counts: Counts) -> set[str]:
        """Số nhỏ nhạy cảm of a place."""
        small = {
            key for key, value in counts.items() if self.is_small(value) and self.may_hide(key)
        }
        return small.union(self.of_few(counts, self.least))


@dataclass(frozen=True, slots=True)
class Watched:
    """A sum that gives something away once just `unknown` of its members are withheld.

    One member of a whole sum can be computed from the others; a small rest from all of them.
    """

    members: tuple[str, ...]
    unknown: int

    def gives_away(self, hidden: Keys) -> bool:
        return len(hidden.intersection(self.members)) == self.unknown


def watched(guarding: Guarding, counts: Counts, keys: frozenset[str]) -> Sequence[Watched]:
    """The sums of a place that can give anything away; most cannot, whatever is withheld."""
    return _watched(guarding, frozenset(counts.items()), keys)


@lru_cache(maxsize=1024)
def _watched(
    guarding: Guarding, told: frozenset[tuple[str, int]], keys: frozenset[str]
) -> tuple[Watched, ...]:
    """Kept: of the places of a table hardly more than one moves at a time."""
    counts = dict(told)
    return tuple(
        Watched((*one.parts, one.total), 1 if whole else 0)
        for one in guarding.equations_of(keys)
        if (whole := one.is_whole(counts)) or 0 < one.rest_of(counts) < guarding.least
    )
