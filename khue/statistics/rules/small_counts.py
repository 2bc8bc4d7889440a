"""Che số nhỏ: which counts are withheld so that no child is found by counting.

A sensitive count from 1 to below the threshold is withheld. A reader who knows a total and all its
parts but one computes the last one; so where an equation between told counts would have exactly one
unknown, another of its parts is withheld too, and again, until no equation gives anything away, and
no number of equations together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from khue.statistics.rules.elimination import solved

Counts = Mapping[str, int]
Cell = tuple[int | None, str]
"""A key of a place; of None: of the place above."""
Keys = set[str] | frozenset[str]
Row = dict[Cell, int]


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
    """How small is small, what may be withheld (all else is always told), what sums there are.

    `of_few`: counts of so few people that all of them are withheld, those of nobody too.
    """

    least: int
    may_hide: Callable[[str], bool]
    equations_of: Callable[[frozenset[str]], Sequence[Equation]]
    of_few: Callable[[Counts, int], Iterable[str]] = lambda counts, least: ()

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


def watched(guarding: Guarding, counts: Counts) -> Sequence[Watched]:
    """The sums of a place that can give anything away; most cannot, whatever is withheld."""
    return _watched(guarding, frozenset(counts.items()))


@lru_cache(maxsize=1024)
def _watched(guarding: Guarding, told: frozenset[tuple[str, int]]) -> tuple[Watched, ...]:
    """Kept: of the places of a table hardly more than one moves at a time."""
    counts = dict(told)
    return tuple(
        Watched((*one.parts, one.total), 1 if whole else 0)
        for one in guarding.equations_of(frozenset(counts))
        if (whole := one.is_whole(counts)) or 0 < one.rest_of(counts) < guarding.least
    )


def leaks(guarding: Guarding, counts: Counts, hidden: Keys) -> list[Watched]:
    """The sums within a place from which a withheld count could be computed."""
    return [one for one in watched(guarding, counts) if one.gives_away(hidden)]


def _withhold_within(
    guarding: Guarding, sums: Sequence[Watched], counts: Counts, hidden: set[str]
) -> None:
    """Withhold more of one place until its own sums give nothing away."""
    size = -1
    while len(hidden) > size:
        size = len(hidden)
        for one in sums:
            if one.gives_away(hidden):
                _withhold_another(guarding, one.members, counts, hidden)


def _withhold_another(
    guarding: Guarding, members: Iterable[str], counts: Counts, hidden: set[str]
) -> None:
    """The smallest member that counts somebody, else one of nobody."""
    free = [key for key in members if key not in hidden and guarding.may_hide(key)]
    if free:
        hidden.add(min(free, key=lambda key: (counts.get(key, 0) == 0, counts.get(key, 0), key)))


def withhold_among(
    guarding: Guarding, places: Mapping[int, Counts], above: Keys | None
) -> dict[int, set[str]]:
    """Các số phải che of places that are told beside each other, with the sum over them.

    `above`: what is withheld of the sum; none where no sum is told.
    """
    hidden = {place: guarding.small(counts) for place, counts in places.items()}
    if above is not None and len(places) == 1:
        hidden = {place: keys.union(above) for place, keys in hidden.items()}
    sums = {place: watched(guarding, counts) for place, counts in places.items()}
    within = _Within(sums)
    over = _sums_above(guarding, places, above)
    waiting = set(places)
    while waiting:
        while waiting:
            for place in sorted(waiting):
                _withhold_within(guarding, sums[place], places[place], hidden[place])
            waiting = set() if above is None else _withhold_across(places, hidden, above)
        found = _reckoned(guarding, places, hidden, within, over)
        waiting = _withhold_beside(guarding, places, hidden, sums, found)
    return hidden


@dataclass(frozen=True, slots=True)
class _Within:
    """What a reader reckons with in each place; written anew only where more is withheld."""

    sums: Mapping[int, Sequence[Watched]]
    kept: dict[int, tuple[int, list[Row]]] = field(default_factory=dict)

    def rows(self, place: int, hidden: Keys) -> list[Row]:
        """Its whole sums; what is withheld of a place only grows, so its size tells it."""
        size, rows = self.kept.get(place, (-1, []))
        if size != len(hidden):
            told = (_unknown_in(one, place, hidden) for one in self.sums[place] if one.unknown)
            rows = [row for row in told if row]
            self.kept[place] = len(hidden), rows
        return rows


def _reckoned(
    guarding: Guarding,
    places: Mapping[int, Counts],
    hidden: Mapping[int, Keys],
    within: _Within,
    over: _Above | None,
) -> list[Cell]:
    """Số nhỏ that is withheld and yet follows from several sums of the table together."""
    rows = [row for place, keys in hidden.items() for row in within.rows(place, keys)]
    rows += over.rows(hidden) if over else []
    told: dict[int | None, Counts] = {None: over.counts if over else {}}
    told.update(places.items())
    return sorted(
        ((place, key) for place, key in solved(rows) if guarding.is_small(told[place].get(key, 0))),
        key=lambda cell: (cell[0] or 0, cell[1]),
    )


@dataclass(frozen=True, slots=True)
class _Above:
    """The sum over the places: its counts, its own sums, and what is withheld of it."""

    counts: Counts
    sums: Sequence[Watched]
    hidden: Keys

    def rows(self, hidden: Mapping[int, Keys]) -> list[Row]:
        """What a reader reckons with: its own sums, and key by key those over the places."""
        own = (_unknown_in(one, None, self.hidden) for one in self.sums if one.unknown)
        return [row for row in own if row] + _unknown_across(hidden, self.hidden)


def _sums_above(
    guarding: Guarding, places: Mapping[int, Counts], above: Keys | None
) -> _Above | None:
    if above is None:
        return None
    total: Counter[str] = Counter()
    for counts in places.values():
        total.update(counts)
    return _Above(total, watched(guarding, total), above)


def _unknown_in(one: Watched, place: int | None, hidden: Keys) -> Row:
    """The unknown members of a whole sum, its total last, with their signs."""
    *parts, total = one.members
    row = {(place, key): -1 for key in parts if key in hidden}
    return {**row, (place, total): 1} if total in hidden else row


def _unknown_across(hidden: Mapping[int, Keys], above: Keys) -> list[Row]:
    """The sums over the places, key by key; None stands for the place above."""
    rows: dict[str, Row] = {key: {(None, key): -1} for key in above}
    for place, keys in hidden.items():
        for key in keys:
            rows.setdefault(key, {})[place, key] = 1
    return list(rows.values())


def _withhold_beside(
    guarding: Guarding,
    places: Mapping[int, Counts],
    hidden: Mapping[int, set[str]],
    sums: Mapping[int, Sequence[Watched]],
    found: Iterable[Cell],
) -> set[int]:
    """Withhold one more count beside each that was reckoned; the places that it changed."""
    changed: set[int] = set()
    for place, key in found:
        one_more = (
            None if place is None else _withhold_one(guarding, places, hidden, sums, place, key)
        )
        changed |= {place} if place and one_more else _withhold_elsewhere(places, hidden, key)
    return changed


def _withhold_one(
    guarding: Guarding,
    places: Mapping[int, Counts],
    hidden: Mapping[int, set[str]],
    sums: Mapping[int, Sequence[Watched]],
    place: int,
    key: str,
) -> bool:
    """Withhold one more count that stands in a sum with a key; whether there was one."""
    beside = {one for told in sums[place] if key in told.members for one in told.members}
    size = len(hidden[place])
    _withhold_another(guarding, sorted(beside), places[place], hidden[place])
    return len(hidden[place]) > size


def given_away_across(hidden: Mapping[int, Keys], above: Keys) -> list[str]:
    """Keys of which the sum over the places leaves exactly one unknown."""
    unknown = Counter(above)
    for keys in hidden.values():
        unknown.update(keys)
    return sorted(key for key, many in unknown.items() if many == 1)


def _withhold_across(
    places: Mapping[int, Counts], hidden: Mapping[int, set[str]], above: Keys
) -> set[int]:
    """Withhold a key of one more place where the sum gives it away; the places that it changed."""
    changed = set()
    for key in given_away_across(hidden, above):
        changed |= _withhold_elsewhere(places, hidden, key)
    return changed


def _withhold_elsewhere(
    places: Mapping[int, Counts], hidden: Mapping[int, set[str]], key: str
) -> set[int]:
    """Withhold a key of one more place, the smallest of somebody; none where all are."""
    free = [place for place in places if key not in hidden[place]]
    if not free:
        return set()
    values = {place: places[place].get(key, 0) for place in free}
    chosen = min(free, key=lambda place: (values[place] == 0, values[place], place))
    hidden[chosen].add(key)
    return {chosen}
