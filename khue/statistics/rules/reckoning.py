"""Các tổng mà người đọc cộng được: what a reader reckons with in one place.

He knows every sum, and that people are people: none fewer than nobody, no part larger than its
whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

Counts = Mapping[str, int]
Keys = set[str] | frozenset[str]
SLACK = "?"
"""Before the name of what a part leaves of its whole where that is nobody: there may be more."""
ANYTHING = 1_000_000_000


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


class Room(NamedTuple):
    """Khoảng: how far below and above its true value a reader must think a count possible."""

    down: int
    up: int

    @property
    def is_none(self) -> bool:
        return not self.down and not self.up

    def may_give(self, others: Room) -> bool:
        """Whether this count may be another, because the others of its sum may be others."""
        return bool((self.down and others.up) or (self.up and others.down))

    def without(self, one: Room) -> Room:
        """Of the others, when this is the room of them and one together."""
        return Room(self.down - one.down, self.up - one.up)

    def turned(self) -> Room:
        """Of a count that stands on the other side of a sum."""
        return Room(self.up, self.down)


EITHER = Room(ANYTHING, ANYTHING)


def together(rooms: Iterable[Room]) -> Room:
    """How far a sum of counts may be off."""
    down = up = 0
    for one in rooms:
        down += one.down
        up += one.up
    return Room(down, up)


Square = tuple[str, str, str, str]
"""All, girls, minorities, girls of minorities: boys of minorities are no more than boys."""


@dataclass(frozen=True, slots=True)
class Around:
    """The wholes that a key is a part of, its own parts, and the square that it stands in."""

    wholes: tuple[str, ...]
    parts: tuple[str, ...]
    square: Square | None
    sums: tuple[Equation, ...]


@lru_cache(maxsize=512)
def around_each(
    equations_of: Callable[[frozenset[str]], Sequence[Equation]],
    square_of: Callable[[str], Square | None],
    keys: frozenset[str],
) -> Mapping[str, Around]:
    """Places hardly ever get new keys: kept."""
    wholes: dict[str, list[str]] = defaultdict(list)
    parts: dict[str, list[str]] = defaultdict(list)
    sums: dict[str, list[Equation]] = defaultdict(list)
    for one in equations_of(keys):
        parts[one.total] += one.parts
        for key in (*one.parts, one.total):
            sums[key].append(one)
        for part in one.parts:
            wholes[part].append(one.total)
    return {
        key: Around(tuple(wholes[key]), tuple(parts[key]), square_of(key), tuple(sums[key]))
        for key in {*wholes, *parts}
    }


@dataclass(slots=True)
class Rooms:
    """The room of each count of a place, from what is told beside it."""

    counts: Counts
    hidden: Keys
    around: Mapping[str, Around]
    kept: dict[str, Room] = field(default_factory=dict)

    def of(self, key: str) -> Room:
        """As if it were withheld."""
        room = self.kept.get(key)
        if room is None:
            room = self.kept[key] = self._of(key)
        return room

    def forget(self, key: str) -> None:
        """One more is withheld: what stands beside it has more room."""
        for one in (key, *self.near(key)):
            self.kept.pop(one, None)

    def near(self, key: str) -> Sequence[str]:
        """What tells how large or how small a count can be."""
        around = self.around.get(key)
        return (*around.wholes, *around.parts, *(around.square or ())) if around else ()

    def _of(self, key: str) -> Room:
        if key.startswith(SLACK):
            return Room(0, ANYTHING)
        counts, hidden = self.counts, self.hidden
        value, around = counts.get(key, 0), self.around.get(key)
        if around is None:
            return Room(value, ANYTHING)
        least = [0, *(counts.get(one, 0) for one in around.parts if one not in hidden)]
        most = [counts.get(one, 0) for one in around.wholes if one not in hidden]
        down, up = value - max(least), min(most, default=value + ANYTHING) - value
        square = around.square
        if square and not any(one in hidden for one in square if one != key):
            if key in (square[0], square[3]):
                down = min(down, self._besides(square))
            else:
                up = min(up, self._besides(square))
        return Room(down, up)

    def _besides(self, square: Square) -> int:
        """How many are neither girls nor of minorities."""
        people, girls, minorities, both = (self.counts.get(one, 0) for one in square)
        return people - girls - minorities + both

    def tight(self) -> Iterator[dict[str, int]]:
        """Of what is withheld, parts that are all of their whole, and nobody besides a square."""
        for key in sorted(self.hidden.intersection(self.around)):
            around = self.around[key]
            for one in around.sums:
                if one.rest is Rest.UNTOLD and key == one.total and not one.rest_of(self.counts):
                    yield from self._slack(((one.total, 1), (one.parts[0], -1)))
            square = around.square
            if square and key == min(self.hidden.intersection(square)):
                signs = zip(square, (1, -1, -1, 1), strict=True)
                yield from () if self._besides(square) else self._slack(signs)

    def _slack(self, members: Iterable[tuple[str, int]]) -> Iterator[dict[str, int]]:
        row = {
            one: sign for one, sign in members if one in self.hidden and not self.of(one).is_none
        }
        if len(row) > 1:
            yield {**row, SLACK + ">".join(row): -1}

    def stands(self, change: Mapping[str, int]) -> bool:
        """Whether people could be so, and every sum as it is, if counts were changed like this."""
        new = {key: self.counts.get(key, 0) + step for key, step in change.items()}
        if min(new.values()) < 0:
            return False
        for key in change:
            around = self.around.get(key)
            if around is None or not self._fits(around, new):
                return False
        return all(
            sum(change.get(part, 0) for part in one.parts) == change.get(one.total, 0)
            for key in change
            for one in self.around[key].sums
            if one.is_whole(self.counts)
        )

    def _fits(self, around: Around, new: Mapping[str, int]) -> bool:
        counts = self.counts
        for one in around.sums:
            total = new.get(one.total, counts.get(one.total, 0))
            if any(new.get(part, counts.get(part, 0)) > total for part in one.parts):
                return False
        if around.square is None:
            return True
        people, girls, minorities, both = (
            new.get(one, counts.get(one, 0)) for one in around.square
        )
        return people - girls - minorities + both >= 0
