"""Kẻ dò số: a reader who reckons with everything that a table of figures tells.

What must be true of people is written here anew, from what the words mean and not from the rules of
withholding. A withheld count is found out when no other number of people fits the table.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Counts = Mapping[str, int]
COLUMNS = ("", ".f", ".m", ".mf")
NOT_MINORITIES = {"01", "55", "unknown"}
END = re.compile(r"(\.f|\.m|\.mf)?$")
MANY = 10_000
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
    words: dict[str, list[str]] = defaultdict(list)
    for stem in (one for one in stems if one.count(".") == 2):
        words[stem.split(".")[1]].append(stem)
    for stem in (one for one in stems if one[0] == "0"):
        yield from _of_columns(stem)
    for word, parts in words.items():
        level = parts[0][:2]
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

    def is_found_out(self, key: str) -> bool:
        """Whether only the true number fits."""
        others = (self.truth[key] + step for step in (1, -1, 2, -2, 3, -3, 4))
        return not any(
            self._fits({**self.bounds, key: (one, one)}, key) for one in others if one >= 0
        )

    def _fits(self, bounds: dict[str, tuple[int, int]], moved: str) -> bool:
        """Whether whole numbers fit; what is true is tried first."""
        if not self._narrow(bounds, moved):
            return False
        open_keys = [key for key, (low, high) in bounds.items() if low < high]
        if not open_keys:
            return True
        self.tries += 1
        assert self.tries < 20_000, "too large a table for this reader"
        key = min(open_keys, key=lambda one: (bounds[one][1] - bounds[one][0], one))
        low, high = bounds[key]
        wanted = min(max(self.truth[key], low), high)
        near = sorted(
            range(max(low, wanted - 3), min(high, wanted + 3) + 1), key=lambda v: abs(v - wanted)
        )
        return any(self._fits({**bounds, key: (one, one)}, key) for one in near)

    def _narrow(self, bounds: dict[str, tuple[int, int]], moved: str) -> bool:
        waiting = list(self.of[moved])
        while waiting:
            one = waiting.pop()
            for key in _narrowed(one, bounds):
                if bounds[key][0] > bounds[key][1]:
                    return False
                waiting += [other for other in self.of[key] if other is not one]
        return True


def _narrowed(one: Sum, bounds: dict[str, tuple[int, int]]) -> list[str]:
    """Tighten the bounds of the members of a sum; the keys that moved."""
    low = sum(min(sign * bounds[key][0], sign * bounds[key][1]) for sign, key in one.members)
    high = sum(max(sign * bounds[key][0], sign * bounds[key][1]) for sign, key in one.members)
    moved = []
    for sign, key in one.members:
        begin, end = bounds[key]
        rest_low = low - min(sign * begin, sign * end)
        rest_high = high - max(sign * begin, sign * end)
        least, most = one.least - rest_high, one.most - rest_low
        edge = (least, most) if sign > 0 else (-most, -least)
        tight = (max(begin, edge[0]), min(end, edge[1]))
        if tight != (begin, end):
            bounds[key] = tight
            moved.append(key)
            low = rest_low + min(sign * tight[0], sign * tight[1])
            high = rest_high + max(sign * tight[0], sign * tight[1])
    return moved


def puzzle_of(
    places: Mapping[str, Counts], hidden: Mapping[str, set[str]], total: str = ""
) -> Puzzle:
    """The tables of some places as a reader outside the schools has them.

    `total`: the place that is the sum of the others.
    """
    keys = {key for one in places.values() for key in one} | {
        k for one in hidden.values() for k in one
    }
    keys = {key for key in keys if key[0] == "0" and ".classes" not in key}
    sums = [
        Sum(tuple((sign, f"{place}:{key}") for sign, key in one.members), one.least, one.most)
        for place in places
        for one in truths(keys)
    ]
    if total:
        below = [place for place in places if place != total]
        sums += [is_sum(f"{total}:{key}", [f"{one}:{key}" for one in below]) for key in keys]
    named = {key for one in sums for _, key in one.members}
    truth = {name: _true(places, name) for name in named}
    bounds = {name: _known(hidden, name, truth[name]) for name in named}
    made = Puzzle(sums, truth, bounds)
    for name in sorted(named):
        assert made._narrow(bounds, name), "what is true does not fit"
    return made


def _true(places: Mapping[str, Counts], name: str) -> int:
    place, _, key = name.partition(":")
    return places[place].get(key, 0)


def _known(hidden: Mapping[str, set[str]], name: str, truth: int) -> tuple[int, int]:
    place, _, key = name.partition(":")
    return (0, MANY) if key in hidden[place] else (truth, truth)


def found_out(made: Puzzle, hidden: Mapping[str, set[str]], least: int) -> list[str]:
    """The small counts that are withheld and yet known."""
    small = [
        name
        for name, value in sorted(made.truth.items())
        if 0 < value < least and name.partition(":")[2] in hidden[name.partition(":")[0]]
    ]
    found = []
    for name in small:
        made.tries = 0
        if made.is_found_out(name):
            found.append(f"{name} = {made.truth[name]}")
    return found
