"""Đổi chỗ: two places and two counts between which one person could change, and nobody would see.

Where one place has one person fewer of a count and another place one more, and the other way round
of another count, every sum stands as before. A withheld count is safe once such an exchange stands
in nothing but withheld counts: the reader cannot tell the two cases from each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from khue.statistics.rules.reckoning import Rooms

Spot = tuple[int, str]
"""A count of a place."""
Change = dict[str, int]
Kinds = Sequence[tuple[Sequence[str], Sequence[str]]]
"""For each kind of person, the counts that she changes, and those that she changes instead."""
MOST_PLACES = 6


@dataclass(frozen=True, slots=True)
class Exchanges:
    """Every exchange that a table has room for.

    `rooms`: what stands in each place; `above`: in the sum over them, of which no more may be
    withheld. `kinds_of`: for a key, the kinds of people with each key beside it. `may_hide`: all
    else is always told.
    """

    rooms: Mapping[int, Rooms]
    above: Rooms
    kinds_of: Callable[[str], Sequence[Kinds]]
    may_hide: Callable[[str], bool]

    def cheapest(self, place: int, key: str) -> list[Spot] | None:
        """What is still to be withheld for one of them; none where there is no exchange."""
        for ways in (self._ways(place, key), self._wider_ways(place, key)):
            told = ([one for one in way if self._is_told(one)] for way in ways)
            best = min((way for way in told if self._may_hide(way)), key=self._cost, default=None)
            if best is not None:
                return best
        return None

    def _ways(self, place: int, key: str) -> Iterator[list[Spot]]:
        for kinds in self.kinds_of(key):
            for change in self._changes_of(place, key, kinds):
                if self._is_hidden_above(change):
                    yield [(place, name) for name in change]
                yield from self._back(place, change, kinds)

    def _wider_ways(self, place: int, key: str) -> Iterator[list[Spot]]:
        """With another key in the other place, where the sum over both may be otherwise too."""
        every = self.kinds_of(key)
        hidden = [kinds for kinds in every if self.above.hidden.issuperset(kinds[0][1])]
        for kinds in every:
            for change in self._changes_of(place, key, kinds):
                for other in hidden if self.above.hidden.issuperset(kinds[0][0]) else ():
                    if other is not kinds:
                        swapped = [(one[1], two[1]) for one, two in zip(other, kinds, strict=True)]
                        yield from self._back(place, change, swapped)

    def _changes_of(self, place: int, key: str, kinds: Kinds) -> Iterator[Change]:
        rooms = self.rooms[place]
        return (one for one in _changes(kinds) if key in one and rooms.stands(one))

    def _back(self, place: int, change: Change, kinds: Kinds) -> Iterator[list[Spot]]:
        """Where another place has room for what makes the sum over both as it was, or unseen."""
        for back in _changes(kinds):
            if self._is_hidden_above(_together(change, back)):
                for other in self._others(place, back):
                    yield [*((place, name) for name in change), *((other, name) for name in back)]

    def _is_hidden_above(self, change: Change) -> bool:
        """Whether the sum over the places could be so, and nobody would see."""
        above = self.above
        return not change or (above.hidden.issuperset(change) and above.stands(change))

    def _others(self, place: int, back: Change) -> list[int]:
        """Where the way back stands, first where the least is to be withheld."""
        fitting = [at for at, rooms in self.rooms.items() if at != place and rooms.stands(back)]
        return sorted(fitting, key=lambda at: self._still_told(at, back))[:MOST_PLACES]

    def _still_told(self, place: int, change: Change) -> tuple[int, int, int]:
        told = [key for key in change if self._is_told((place, key))]
        return len(told), sum(self.rooms[place].counts.get(key, 0) for key in told), place

    def _is_told(self, spot: Spot) -> bool:
        return spot[1] not in self.rooms[spot[0]].hidden

    def _may_hide(self, way: Sequence[Spot]) -> bool:
        return all(self.may_hide(key) for _, key in way)

    def _cost(self, way: Sequence[Spot]) -> tuple[int, int, Sequence[Spot]]:
        """Few before many, small before large."""
        return len(way), sum(self.rooms[place].counts.get(key, 0) for place, key in way), way


def _changes(kinds: Kinds) -> list[Change]:
    """One person more or fewer of each kind."""
    return [
        {**dict.fromkeys(here, one), **dict.fromkeys(instead, -one)}
        for here, instead in kinds
        for one in (-1, 1)
    ]


def _together(first: Change, second: Change) -> Change:
    both = {key: first.get(key, 0) + second.get(key, 0) for key in {*first, *second}}
    return {key: step for key, step in both.items() if step}
