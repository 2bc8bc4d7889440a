"""Kẻ dò số: a reader who reckons with everything that a table of figures tells.

What must be true of people is written here anew, from what the words mean and not from the rules of
withholding. A withheld count is found out when no other number of people fits the table; an integer
programme says whether one does (HiGHS, by way of SciPy).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Counts = Mapping[str, int]
COLUMNS = ("", ".f", ".m", ".mf")
NOT_MINORITIES = {"01", "55", "unknown"}
END = re.compile(r"(\.f|\.m|\.mf)?$")
MANY = 1_000_000
ROUNDS = 8
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


@dataclass(frozen=True)
class Puzzle:
    """What a reader knows: every count that is told, and the sums between all of them."""

    sums: Sequence[Sum]
    truth: Mapping[str, int]
    unknown: Sequence[str]
    total: str

    @cached_property
    def _columns(self) -> Mapping[str, int]:
        return {name: number for number, name in enumerate(self.unknown)}

    @cached_property
    def _constraint(self) -> LinearConstraint:
        """The sums over what is unknown, with what is told on the other side."""
        values: list[int] = []
        rows: list[int] = []
        columns: list[int] = []
        bounds: list[tuple[int, int]] = []
        for one in self.sums:
            told = sum(
                sign * self.truth[key] for sign, key in one.members if key not in self._columns
            )
            unknown = [
                (sign, self._columns[key]) for sign, key in one.members if key in self._columns
            ]
            if unknown:
                values += [sign for sign, _ in unknown]
                columns += [column for _, column in unknown]
                rows += [len(bounds)] * len(unknown)
                bounds.append((one.least - told, one.most - told))
        matrix = csr_array((values, (rows, columns)), shape=(len(bounds), len(self.unknown)))
        return LinearConstraint(matrix, *np.array(bounds, dtype=float).T)

    def other(
        self, wanted: Mapping[str, float], least: Mapping[str, int]
    ) -> Mapping[str, int] | None:
        """Numbers that fit the table, as much as can be of what is wanted; `least` of some."""
        cost, low, high = np.zeros((3, len(self.unknown)))
        for name, weight in wanted.items():
            cost[self._columns[name]] = -weight
        high += MANY
        for name, value in least.items():
            low[self._columns[name]] = value
        found = milp(
            cost,
            constraints=self._constraint,
            bounds=Bounds(low, high),
            integrality=np.ones_like(cost),
        )
        if found.x is None:
            return None
        return dict(zip(self.unknown, (round(value) for value in found.x), strict=True))

    def known(self, names: Iterable[str]) -> set[str]:
        """Those of these unknown counts that can be no other number."""
        chance = np.random.default_rng(1)
        left = set(names)
        for _ in range(ROUNDS if left else 0):
            left -= self._others({name: chance.normal() for name in sorted(left)})
        for name in sorted(left):
            left -= self._others({name: 1.0}) | self._others({name: -1.0})
        return left

    def _others(self, wanted: Mapping[str, float]) -> set[str]:
        numbers = self.other(wanted, {}) if wanted else {}
        assert numbers is not None, "what is true does not fit"
        return {name for name in wanted if numbers[name] != self.truth[name]}


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
    names = sorted({key for one in sums for _, key in one.members})
    parts = {name: name.partition(":") for name in names}
    truth = {name: places[place].get(key, 0) for name, (place, _, key) in parts.items()}
    return Puzzle(
        sums, truth, [one for one in names if parts[one][2] in hidden[parts[one][0]]], total
    )


def small_unknown(made: Puzzle, least: int) -> list[str]:
    """The withheld counts that are small or leave few of those they are taken from.

    Where all of more than a few are of minorities, or none, and that is told, the number of
    minorities among them is no more than that of the people: such counts are let go.
    """
    return [
        name
        for name in made.unknown
        if 0 < made.truth[name] < least or 0 < _rest_of(made, name) < least
        if not _is_said_openly(made, name)
    ]


def _whole_of(name: str) -> str:
    """Those of whom a count of minorities is taken."""
    return re.sub(r"\.m(f?)$", lambda end: "." + end[1] if end[1] else "", name)


def _rest_of(made: Puzzle, name: str) -> int:
    """How many of them are not of minorities, where their number is told."""
    whole = _whole_of(name)
    if whole in made.unknown or not name.endswith((".m", ".mf")):
        return 0
    return made.truth[whole] - made.truth[name]


def _is_said_openly(made: Puzzle, name: str) -> bool:
    """Whether all in a told number of people, or none, the counted ones among them, are of
    minorities."""
    place, _, key = name.partition(":")
    whole = _whole_of(name)
    if whole == name or made.truth[name] not in (0, made.truth[whole]):
        return False
    stem = END.sub("", key)
    girls = key.endswith(".mf") or made.truth[f"{place}:{stem}"] == made.truth[f"{place}:{stem}.f"]
    told = (
        f"{around}:{word}{column}"
        for around in _places_around(made, place, whole)
        for word in (stem, *_words_of_all(made, whole))
        for column in ((".m", ".mf") if girls else (".m",))
    )
    return any(
        one in made.truth
        and one not in made.unknown
        and made.truth[one] == (made.truth[_whole_of(one)] if made.truth[name] else 0)
        for one in told
    )


def _words_of_all(made: Puzzle, whole: str) -> list[str]:
    """The words that all pupils of the level have in a place, with the pupils themselves."""
    place, _, key = whole.partition(":")
    level, end = key[:2], END.search(key)
    column = end[0] if end else ""
    keys = {END.sub("", name.partition(":")[2]) for name in made.truth}
    pupils = made.truth[f"{place}:{level}.pupils{column}"]
    same = (one for one in keys if made.truth.get(f"{place}:{one}{column}") == pupils)
    return sorted(one for one in same if one.startswith(level))


def _places_around(made: Puzzle, place: str, whole: str) -> Iterator[str]:
    """The places that have all the people of a number of a place."""
    yield place
    if made.total and place != made.total:
        yield made.total
    elif made.total:
        key = whole.partition(":")[2]
        here = (one for one in made.truth if one.partition(":")[2] == key and one != whole)
        yield from (one.partition(":")[0] for one in here if made.truth[one] == made.truth[whole])


def found_out(made: Puzzle, least: int) -> list[str]:
    """The small counts that are withheld and yet known."""
    return [
        f"{name} = {made.truth[name]}" for name in sorted(made.known(small_unknown(made, least)))
    ]
