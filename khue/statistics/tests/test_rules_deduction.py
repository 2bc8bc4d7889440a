"""What follows from sums of counts that have only so much room."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from khue.statistics.rules.deduction import known
from khue.statistics.rules.exchange import Exchanges
from khue.statistics.rules.reckoning import ANYTHING, Equation, Rest, Room, Rooms, around_each

CELLS = "abcd"
ROOMS = st.fixed_dictionaries(
    {cell: st.builds(Room, st.integers(0, 2), st.integers(0, 2)) for cell in CELLS}
)
SUMS = st.lists(st.dictionaries(st.sampled_from(CELLS), st.sampled_from([1, -1])), max_size=4)


@given(SUMS, ROOMS)
def test_what_is_called_known_can_be_no_other(
    sums: list[dict[str, int]], rooms: dict[str, Room]
) -> None:
    """Against every step that the rooms allow."""
    told = known([one for one in sums if one], rooms.__getitem__)
    every = product(*(range(-rooms[cell].down, rooms[cell].up + 1) for cell in CELLS))
    steps = [dict(zip(CELLS, step, strict=True)) for step in every]
    fitting = [
        step
        for step in steps
        if all(sum(sign * step[cell] for cell, sign in one.items()) == 0 for one in sums)
    ]
    assert all(step[cell] == 0 for cell in told for step in fitting)


def test_parts_that_are_all_as_large_as_they_can_be_are_known() -> None:
    full, free = Room(3, 0), Room(3, 4)
    assert set(known([{"a": 1, "b": 1}], {"a": full, "b": full}.__getitem__)) == {"a", "b"}
    assert known([{"a": 1, "b": 1}], {"a": full, "b": free}.__getitem__) == {}


def test_what_is_known_leaves_no_room_to_others() -> None:
    rooms = {"a": Room(2, 0), "b": Room(1, 0), "c": Room(0, 5), "d": Room(1, 0)}
    told = known([{"a": 1, "b": 1}, {"b": 1, "c": 1, "d": 1}], rooms.__getitem__)
    assert {"a", "b"} <= set(told)


COUNTS = {"all": 9, "x": 3, "y": 6, "x.few": 1, "y.few": 2}
EQUATIONS = (
    Equation("all", ("x", "y")),
    Equation("few", ("x.few", "y.few")),
    Equation("x", ("x.few",), Rest.UNTOLD),
    Equation("y", ("y.few",), Rest.UNTOLD),
)


def rooms_of(counts: dict[str, int], hidden: set[str]) -> Rooms:
    around = around_each(lambda keys: EQUATIONS, lambda key: None, frozenset(COUNTS))
    return Rooms(counts, hidden, around)


def test_a_count_has_the_room_that_its_whole_leaves_it() -> None:
    rooms = rooms_of({**COUNTS, "few": 3}, {"x.few", "y.few"})
    assert rooms.of("x.few") == Room(1, 2)
    assert rooms.of("few") == Room(3, ANYTHING)


def test_an_exchange_needs_room_in_both_places_and_names_what_is_still_told() -> None:
    here = rooms_of({**COUNTS, "few": 3}, {"x.few"})
    there = rooms_of({**COUNTS, "few": 3, "x.few": 2, "y.few": 1}, set())
    full = rooms_of({**COUNTS, "few": 9, "x.few": 3, "y.few": 6}, set())
    above = rooms_of({"all": 18, "x": 6, "y": 12, "few": 6, "x.few": 3, "y.few": 3}, set())
    kinds = [[(("x.few",), ("y.few",))]]
    found = Exchanges({1: here, 2: there}, above, lambda key: kinds, lambda key: True)
    assert found.cheapest(1, "x.few") == [(1, "y.few"), (2, "x.few"), (2, "y.few")]
    none = Exchanges({1: full, 2: full}, above, lambda key: kinds, lambda key: True)
    assert none.cheapest(1, "x.few") is None
