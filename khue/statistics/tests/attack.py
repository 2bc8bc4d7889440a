"""Kẻ dò số: a reader who reckons with everything that a table of figures tells.

What must be true of people is written here anew, from what the words mean and not from the rules of
withholding. A withheld count is found out when no other number of people fits the table.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Counts = Mapping[str, int]
COLUMNS = ("", ".f", ".m", ".mf")
NOT_MINORITIES = {"01", "55", "unknown"}
END = re.compile(r"(\.f|\.m|\.mf)?$")
MAJORITY = ".ethnic.01"
MANY = 10_000
MOST_TRIES = 20_000
# Words that divide all pupils of a level, and those that divide the pupils of another word.
WHOLES = {"grade": "pupils", "age": "pupils", "disability": "disabled"}


@dataclass(frozen=True)
class Sum:
    """The members with their signs add up to a number from `least` to `most`."""

    members: tuple[tuple[int, str], ...]
    least: int
    most: int


def at_most(part: str, whole: str) -> Sum:
    return Sum(((1, whole), (-1, part)), 0, MANY)


def is_sum(whole: str, parts: Iterable[str]) -> Sum:
    return Sum(((1, whole), *((-1, part) for part in parts)), 0, 0)


def truths(keys: Iterable[str]) -> Iterator[Sum]:
    """Everything that holds for the people of one place, whoever they are."""
    stems = sorted({END.sub("", key) for key in keys if ".classes" not in key})
    words: dict[tuple[str, str], list[str]] = defaultdict(list)
    for stem in (one for one in stems if one.count(".") == 2):
        words[stem[:2], stem.split(".")[1]].append(stem)
    for stem in (one for one in stems if one[0] == "0"):
        yield from _of_columns(stem)
    for (level, word), parts in words.items():
        if word in WHOLES:
            for column in COLUMNS:
                whole = f"{level}.{WHOLES[word]}{column}"
                yield is_sum(whole, [one + column for one in parts])
        if word == "ethnic":
            yield from _of_groups(level, parts)


def _of_columns(stem: str) -> Iterator[Sum]:
    level, _, word = stem.partition(".")
    if word.startswith("ethnic."):
        yield at_most(stem + ".f", stem)
        return
    for part, whole in ((".f", ""), (".m", ""), (".mf", ".f"), (".mf", ".m")):
        yield at_most(stem + part, stem + whole)
    members = ((1, stem), (-1, stem + ".f"), (-1, stem + ".m"), (1, stem + ".mf"))
    yield Sum(members, 0, MANY)
    for column in COLUMNS:
        if word != "pupils":
            yield at_most(stem + column, f"{level}.pupils{column}")
        if word.startswith("policy_kind"):
            yield at_most(stem + column, f"{level}.policy{column}")


def _of_groups(level: str, groups: Sequence[str]) -> Iterator[Sum]:
    few = [one for one in groups if one.split(".")[2] not in NOT_MINORITIES]
    for column, minority in (("", ".m"), (".f", ".mf")):
        yield is_sum(f"{level}.pupils{column}", [one + column for one in groups])
        yield is_sum(f"{level}.pupils{minority}", [one + column for one in few])


@dataclass
class Puzzle:
    """What a reader knows: bounds of every unknown count, and sums between them."""

    sums: list[Sum]
    truth: dict[str, int]
    bounds: dict[str, tuple[int, int]]
    of: dict[str, list[Sum]] = field(default_factory=lambda: defaultdict(list))
    tries: int = 0

    def __post_init__(self) -> None:
        for one in self.sums:
            for _, key in one.members:
                self.of[key].append(one)

    @property
    def unknown(self) -> set[str]:
        return {key for key, (low, high) in self.bounds.items() if low < high}

    def is_found_out(self, key: str) -> bool:
        """Whether only the true number fits, after every other was tried."""
        self.tries = 0
        others = [self.truth[key] + step for step in (1, -1, 2, -2, 3, -3, 4)]
        return not any(
            self._fits({**self.bounds, key: (one, one)}, key) for one in others if one >= 0
        )

    def _fits(self, bounds: dict[str, tuple[int, int]], moved: str) -> bool:
        """Whether whole numbers fit; what is true is tried first."""
        if not self.narrow(bounds, moved):
            return False
        open_keys = [key for key, (low, high) in bounds.items() if low < high]
        if not open_keys:
            return True
        self.tries += 1
        assert self.tries < MOST_TRIES, "too large a table for this reader"
        key = min(open_keys, key=lambda one: (bounds[one][1] - bounds[one][0], one))
        low, high = bounds[key]
        wanted = min(max(self.truth[key], low), high)
        near = range(max(low, wanted - 3), min(high, wanted + 3) + 1)
        return any(
            self._fits({**bounds, key: (one, one)}, key)
            for one in sorted(near, key=lambda value: abs(value - wanted))
        )

    def narrow(self, bounds: dict[str, tuple[int, int]], moved: str) -> bool:
        """Tighten bounds from sum to sum; whether anything fits them still."""
        waiting = list(self.of[moved])
        while waiting:
            one = waiting.pop()
            for key in _narrowed(one, bounds):
                if bounds[key][0] > bounds[key][1]:
                    return False
                waiting += [other for other in self.of[key] if other is not one]
        return True

    def solved(self) -> set[str]:
        """The unknown counts that follow from the sums alone, by elimination."""
        unknown = self.unknown
        pivots: dict[str, dict[str, Fraction]] = {}
        for one in (one for one in self.sums if one.least == one.most):
            row = {key: Fraction(sign) for sign, key in one.members if key in unknown}
            for pivot in [key for key in row if key in pivots]:
                _subtract(row, pivots[pivot], pivot)
            if row:
                pivot = min(row)
                row = {key: value / row[pivot] for key, value in row.items()}
                for other in pivots.values():
                    _subtract(other, row, pivot)
                pivots[pivot] = row
        return {pivot for pivot, row in pivots.items() if len(row) == 1}


def _subtract(row: dict[str, Fraction], other: Mapping[str, Fraction], pivot: str) -> None:
    times = row.get(pivot, Fraction(0))
    for key, value in other.items() if times else ():
        row[key] = row.get(key, Fraction(0)) - times * value
        if not row[key]:
            del row[key]


def _narrowed(one: Sum, bounds: dict[str, tuple[int, int]]) -> list[str]:
    """Tighten the bounds of the members of a sum; the keys that moved."""
    moved = []
    for sign, key in one.members:
        others = [(s, k) for s, k in one.members if k != key]
        low = sum(min(s * bounds[k][0], s * bounds[k][1]) for s, k in others)
        high = sum(max(s * bounds[k][0], s * bounds[k][1]) for s, k in others)
        edge = (one.least - high, one.most - low)
        begin, end = edge if sign > 0 else (-edge[1], -edge[0])
        tight = (max(bounds[key][0], begin), min(bounds[key][1], end))
        if tight != bounds[key]:
            bounds[key] = tight
            moved.append(key)
    return moved


Places = Mapping[str, Counts]
Hidden = Mapping[str, Collection[str]]


def puzzle_of(places: Places, hidden: Hidden, total: str = "") -> Puzzle:
    """The tables of some places as a reader outside the schools has them.

    `total`: the place that is the sum of the others.
    """
    named = {key for one in (*places.values(), *hidden.values()) for key in one}
    keys = {key for key in named if key[0] == "0" and ".classes" not in key}
    sums = [
        Sum(tuple((sign, f"{place}:{key}") for sign, key in one.members), one.least, one.most)
        for place in places
        for one in truths(keys)
    ]
    below = [place for place in places if place != total]
    if total:
        sums += [is_sum(f"{total}:{key}", [f"{one}:{key}" for one in below]) for key in keys]
    return _begun(sums, places, hidden)


def _begun(sums: list[Sum], places: Places, hidden: Hidden) -> Puzzle:
    names = sorted({key for one in sums for _, key in one.members})
    parts = {name: name.partition(":") for name in names}
    truth = {name: places[place].get(key, 0) for name, (place, _, key) in parts.items()}
    known = {
        name: (0, MANY) if key in hidden[place] else (truth[name], truth[name])
        for name, (place, _, key) in parts.items()
    }
    made = Puzzle(sums, truth, known)
    for name in names:
        assert made.narrow(made.bounds, name), "what is true does not fit"
    return made


def small_unknown(made: Puzzle, hidden: Hidden, least: int) -> list[str]:
    """The small counts that are withheld.

    Where all whom a count is taken from are of minorities, their number is no more than that of
    the people; and that a child is of the majority is no secret: such counts are let go.
    """
    names = [(name, *name.partition(":")[::2]) for name in sorted(made.truth)]
    small = [name for name, place, key in names if key in hidden[place] and MAJORITY not in key]
    return [one for one in small if 0 < made.truth[one] < least and not _all_alike(made, one)]


def _all_alike(made: Puzzle, name: str) -> bool:
    for end, whole in ((".mf", ".f"), (".m", "")):
        if name.endswith(end):
            return made.truth[name] == made.truth.get(name.removesuffix(end) + whole)
    return False


def found_out(made: Puzzle, hidden: Hidden, least: int, *, search: bool = True) -> list[str]:
    """The small counts that are withheld and yet known.

    By bounds and by elimination always; `search`: by trying every other number as well.
    """
    solved, unknown = made.solved(), made.unknown
    return [
        f"{name} = {made.truth[name]}"
        for name in small_unknown(made, hidden, least)
        if name not in unknown or name in solved or (search and made.is_found_out(name))
    ]
