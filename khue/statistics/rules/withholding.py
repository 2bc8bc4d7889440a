"""Che dần: a table of places in which more and more is withheld, until a reader finds nothing.

What each sum tells by itself is looked at whenever something in it is withheld; what several tell
together by elimination, each reduced sum by the room of what stands in it; and where that is too
little, an exchange is made room for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from khue.statistics.rules.deduction import known
from khue.statistics.rules.exchange import Exchanges, Kinds, Spot
from khue.statistics.rules.reckoning import (
    EITHER,
    SLACK,
    Counts,
    Room,
    Rooms,
    around_each,
    together,
)
from khue.statistics.rules.watching import Guarding, Watched, watched

Cell = tuple[int | None, str]
"""A key of a place; of None: of the place above."""
Row = dict[Cell, int]
MOST_TRIES = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a table, and what is withheld of it up to now.

    `guarded`: its small counts, and those that leave a small rest.
    """

    counts: Counts
    hidden: set[str]
    sums: Sequence[Watched]
    rooms: Rooms
    guarded: frozenset[str]
    fresh: set[str] = field(default_factory=set)
    kept: dict[int, list[dict[str, int]]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, guarding: Guarding, counts: Counts, keys: frozenset[str], hidden: set[str]
    ) -> Place:
        """`keys`: those of all places of the table; what a place does not have is nobody there."""
        around = around_each(guarding.equations_of, guarding.square_of, keys)
        sums = watched(guarding, counts, keys)
        leaving_few = {key for one in sums if not one.unknown for key in one.members[:-1]}
        small = {key for key, value in counts.items() if guarding.is_small(value)}
        guarded = frozenset(small | leaving_few)
        return cls(counts, hidden, sums, Rooms(counts, hidden, around), guarded)

    def hide(self, key: str) -> None:
        self.hidden.add(key)
        self.fresh.add(key)
        self.rooms.forget(key)

    def changed(self) -> set[str]:
        """What was withheld since this was asked last."""
        fresh = set(self.fresh)
        self.fresh.clear()
        return fresh

    def size_of(self, key: str) -> tuple[bool, int]:
        """Somebody before nobody, few before many."""
        value = self.counts.get(key, 0)
        return value == 0, value

    def room_in(self, one: Watched, key: str) -> Room:
        """The room of a member of a sum; its total stands on the other side."""
        room = self.rooms.of(key)
        return room.turned() if key == one.members[-1] else room

    def sums_with(self, keys: Iterable[str]) -> Iterable[Watched]:
        """The sums in which any of these keys stands."""
        wanted = {*keys}
        return [one for one in self.sums if not wanted.isdisjoint(one.members)]

    def beside(self, key: str) -> Sequence[str]:
        """With which other parts a part stands in a whole sum."""
        found = [one.members[:-1] for one in self.sums if one.unknown and key in one.members[:-1]]
        return sorted({part for parts in found for part in parts} - {key})

    def rows(self) -> list[dict[str, int]]:
        """The unknown members of its whole sums, with their signs; what has no room is known."""
        size = len(self.hidden)
        if size not in self.kept:
            self.kept.clear()
            told = [self._unknown_in(one) for one in self.sums if one.unknown]
            self.kept[size] = [row for row in (*told, *self.rooms.tight()) if row]
        return self.kept[size]

    def _unknown_in(self, one: Watched) -> dict[str, int]:
        return {
            key: 1 if key == one.members[-1] else -1
            for key in one.members
            if key in self.hidden and not self.rooms.of(key).is_none
        }


@dataclass(frozen=True, slots=True)
class Table:
    """Places beside each other, and the sum over them where it is told."""

    guarding: Guarding
    places: Mapping[int, Place]
    above: Place | None

    def withhold(self) -> None:
        """Withhold more until a reader reckons no small count; each is tried a few times."""
        for place in self.places.values():
            self._look_at(place, place.sums)
        self._look_across(self._every_key())
        self._settle()
        tried: Counter[Cell] = Counter()
        while found := [cells for cells in self._reckoned() if tried[cells[0]] < MOST_TRIES]:
            tried.update(cells[0] for cells in found)
            if not self._make_room(found):
                break
            self._settle()

    def _every_key(self) -> set[str]:
        above = self.above.hidden if self.above else set()
        return above.union(*(place.hidden for place in self.places.values()))

    def _settle(self) -> None:
        """Look again at every sum in which something was withheld since, until none was."""
        while fresh := {
            number: place.changed() for number, place in self.places.items() if place.fresh
        }:
            for number, keys in sorted(fresh.items()):
                place = self.places[number]
                self._look_at(place, place.sums_with(keys))
            self._look_across(set().union(*fresh.values()))

    def _guards(self, place: Place, key: str) -> bool:
        """Whether a withheld count must not be known, and is not told openly after all."""
        if key not in place.guarded:
            return False
        told = [(one.counts, one.hidden) for one in (place, self.above) if one]
        return not self.guarding.is_implied(key, place.counts, told)

    def _look_at(self, place: Place, sums: Iterable[Watched]) -> None:
        """Withhold more of one place where a sum of its own gives something away."""
        for one in sums:
            hidden = place.hidden.intersection(one.members)
            if len(hidden) == one.unknown:
                self._hide_one(place, one, *(place.room_in(one, key) for key in hidden))
            elif hidden and one.unknown and not hidden.isdisjoint(place.guarded):
                cells = [(place, key, place.room_in(one, key)) for key in sorted(hidden)]
                if stuck := self._stuck(cells):
                    self._hide_one(place, one, stuck, only_fitting=True)

    def _stuck(self, cells: Sequence[tuple[Place, str, Room]]) -> Room | None:
        """The room of a count that a sum tells, because the others can be no others."""
        all_down, all_up = together([room for _, _, room in cells])
        for place, key, room in cells:
            down, up = room
            free = (down and all_up > up) or (up and all_down > down)
            if not free and (down or up) and self._guards(place, key):
                return room
        return None

    def _hide_one(
        self, place: Place, one: Watched, *beside: Room, only_fitting: bool = False
    ) -> bool:
        """Withhold the smallest member that may be, before others one that has room beside."""
        free = [
            (not all(room.may_give(place.room_in(one, key)) for room in beside), key)
            for key in one.members
            if key not in place.hidden and self.guarding.may_hide(key)
        ]
        free = [told for told in free if not (only_fitting and told[0])]
        if free:
            _, best = min(free, key=lambda told: (told[0], *place.size_of(told[1]), told[1]))
            place.hide(best)
        return bool(free)

    def _look_across(self, keys: Iterable[str]) -> None:
        """Withhold a key of one more place where the sum over them gives something away."""
        if self.above is None:
            return
        for key in sorted(keys):
            places = [place for place in self.places.values() if key in place.hidden]
            cells = [(place, key, place.rooms.of(key)) for place in places]
            if key in self.above.hidden:
                cells.append((self.above, key, self.above.rooms.of(key).turned()))
            if stuck := cells[0][2] if len(cells) == 1 else self._stuck(cells):
                self._hide_elsewhere(key, stuck)

    def _hide_elsewhere(self, key: str, beside: Room) -> None:
        """Withhold a key of one more place, the smallest that has room."""
        free = [(number, place) for number, place in self.places.items() if key not in place.hidden]
        if free:
            _, chosen = min(
                free,
                key=lambda at: (
                    not beside.may_give(at[1].rooms.of(key)),
                    *at[1].size_of(key),
                    at[0],
                ),
            )
            chosen.hide(key)

    def _reckoned(self) -> list[list[Cell]]:
        """Số nhỏ that follows from several sums together, each with what it follows from."""
        rows: list[Row] = [
            {(number, key): sign for key, sign in row.items()}
            for number, place in (*self.places.items(), (None, self.above))
            for row in (place.rows() if place else ())
        ]
        told = known([*rows, *self._rows_across()], self._room)
        found = [cell for cell in told if self._guards(self._at(cell), cell[1])]
        return [[cell, *sorted(told[cell], key=_by_place)] for cell in sorted(found, key=_by_place)]

    def _at(self, cell: Cell) -> Place:
        place = self.above if cell[0] is None else self.places[cell[0]]
        assert place
        return place

    def _room(self, cell: Cell) -> Room:
        return self._at(cell).rooms.of(cell[1])

    def _rows_across(self) -> list[Row]:
        """The sums over the places, key by key; None stands for the place above."""
        if self.above is None:
            return []
        rows: dict[str, Row] = defaultdict(dict)
        for number, place in (*self.places.items(), (None, self.above)):
            for key in sorted(place.hidden):
                if not place.rooms.of(key).is_none:
                    rows[key][number, key] = -1 if number is None else 1
        return list(rows.values())

    def _make_room(self, found: Iterable[Sequence[Cell]]) -> bool:
        """Withhold more around each sum that tells something; whether any was."""
        made = [self._make_room_in(cells) for cells in found]
        return any(made)

    def _make_room_in(self, cells: Sequence[Cell]) -> bool:
        """For an exchange if there is one, else beside what the sum tells, else what binds it."""
        inside = [(self.places[number], number, key) for number, key in cells if number is not None]
        for _, number, key in inside if self.above else ():
            way = self._exchange_of(number, key)
            if way is not None:
                for other, one in way:
                    self.places[other].hide(one)
                return bool(way)
        return any(self._hide_beside(place, key) for place, _, key in inside) or any(
            self._unbind(place, key) for place, _, key in inside
        )

    def _hide_beside(self, place: Place, key: str) -> bool:
        """Withhold one more count that stands in a sum with a key; whether there was one."""
        return any(
            self._hide_one(place, one, EITHER, only_fitting=True)
            for one in place.sums_with([key])
            if one.unknown
        )

    def _unbind(self, place: Place, key: str) -> bool:
        """Withhold the smallest of what says how large or how small a count can be."""
        bound = [one for one in place.rooms.near(key) if one not in place.hidden]
        bound = [one for one in bound if self.guarding.may_hide(one)]
        if bound:
            place.hide(min(bound, key=lambda one: (*place.size_of(one), one)))
        return bool(bound)

    def _exchange_of(self, number: int, key: str) -> list[Spot] | None:
        """What is still to be withheld so that a count could be another unseen, if it can."""
        if self.above is None or key.startswith(SLACK):
            return None
        rooms = {number: place.rooms for number, place in self.places.items()}
        every = Exchanges(rooms, self.above.rooms, self._kinds_of, self.guarding.may_hide)
        return every.cheapest(number, key)

    def _kinds_of(self, key: str) -> list[Kinds]:
        """Who may change: with each key beside this one, the columns that a person changes."""
        stem, column = self.guarding.split(key)
        place = next(iter(self.places.values()))
        beside = [self.guarding.split(one) for one in place.beside(key)]
        every = self.guarding.changes_of(key)
        return [
            [(_columns(stem, ends), _columns(other, ends)) for ends in every]
            for other, end in beside
            if end == column
        ]


def _columns(stem: str, ends: Iterable[str]) -> tuple[str, ...]:
    return tuple(stem + end for end in ends)


def _by_place(cell: Cell) -> tuple[int, str]:
    return cell[0] or 0, cell[1]
