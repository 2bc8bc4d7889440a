"""Small counts are withheld, and nothing that is told gives one away."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.statistics.rules.elimination import reduced
from khue.statistics.rules.enrolment import ClassFacts, PupilFacts, count_class
from khue.statistics.rules.guards import equations_of, guarding, is_sensitive
from khue.statistics.rules.reckoning import Equation, Rest
from khue.statistics.rules.small_counts import given_away_across, leaks, withhold_among
from khue.statistics.rules.watching import Guarding
from khue.statistics.tests.attack import Puzzle, found_out, puzzle_of, small_unknown
from machinery.surroundings import ROOT

LEAST = 5
FEW = settings(max_examples=30, deadline=None)
PUPILS = st.builds(
    PupilFacts,
    grade=st.sampled_from(["06", "07", "08"]),
    sex=st.sampled_from("MF"),
    ethnic_group=st.sampled_from(["01", "02", "07", "09", ""]),
    born=st.sampled_from(["2012-03-04", "2013", ""]),
    policies=st.sampled_from([(), ("08",), ("08", "13")]),
    number=st.none(),
    disability=st.sampled_from(["", "", "", "01", "03"]),
).map(lambda one: replace(one, number=int(one.grade)))
SCHOOL = ClassFacts(level="03", grades=("06",), year=2026)


def counts_of(pupils: list[PupilFacts]) -> dict[str, int]:
    return count_class(SCHOOL, pupils)


GUARDING = guarding(LEAST)


@FEW
@given(st.lists(PUPILS, max_size=40))
def test_no_sum_of_a_school_gives_a_withheld_count_away(pupils: list[PupilFacts]) -> None:
    counts = counts_of(pupils)
    hidden = withhold_among(GUARDING, {1: counts}, None)[1]
    assert leaks(GUARDING, counts, hidden) == []
    assert all(is_sensitive(key) for key in hidden)
    small = {key for key, value in counts.items() if is_sensitive(key) and 0 < value < LEAST}
    assert small <= hidden


@FEW
@given(st.lists(PUPILS, max_size=40))
def test_every_sum_that_a_reader_may_reckon_with_is_true(pupils: list[PupilFacts]) -> None:
    counts = counts_of(pupils)
    for one in equations_of(frozenset(counts)):
        rest = one.rest_of(counts)
        assert rest == 0 if one.rest is Rest.NONE else rest >= 0, one


@FEW
@given(st.lists(st.lists(PUPILS, max_size=15), min_size=1, max_size=5))
def test_the_sum_over_schools_gives_nothing_away(schools: list[list[PupilFacts]]) -> None:
    tables = {number: counts_of(pupils) for number, pupils in enumerate(schools, 1)}
    total: Counter[str] = Counter()
    for one in tables.values():
        total.update(one)
    above = withhold_among(GUARDING, {0: total}, None)[0]
    hidden = withhold_among(GUARDING, tables, above)
    assert given_away_across(hidden, above) == []
    for number, counts in tables.items():
        assert leaks(GUARDING, counts, hidden[number]) == []


def told(*parts: str, rest: Rest = Rest.NONE) -> Guarding:
    """One sum, of which everything but the total may be withheld."""
    equation = Equation("all", parts, rest)
    return Guarding(LEAST, lambda key: key != "all", lambda _: [equation])


def test_one_small_part_takes_the_smallest_other_part_with_it() -> None:
    counts = {"all": 60, "a": 2, "b": 18, "c": 40}
    assert withhold_among(told("a", "b", "c"), {1: counts}, None) == {1: {"a", "b"}}


def test_a_small_rest_that_is_told_nowhere_is_not_left_to_be_computed() -> None:
    counts = {"all": 30, "a": 28}
    assert withhold_among(told("a", rest=Rest.UNTOLD), {1: counts}, None) == {1: {"a"}}


def test_one_school_that_is_withheld_takes_another_with_it() -> None:
    places = {1: {"all": 9, "a": 2}, 2: {"all": 40, "a": 30}, 3: {"all": 40, "a": 20}}
    hidden = withhold_among(told("a", rest=Rest.UNTOLD), places, frozenset())
    assert hidden == {1: {"a"}, 2: set(), 3: {"a"}}


def test_large_counts_are_told() -> None:
    counts = {"pupils": 60, "pupils.m": 30, "pupils.f": 30, "pupils.mf": 15}
    assert withhold_among(GUARDING, {1: counts}, None) == {1: set()}


TOWN = ["01", "01", "02", "07", ""]
MOUNTAINS = ["02"] * 8 + ["07"] * 5 + ["09", "01"]


def some_pupils(chance: random.Random, most: int, groups: list[str]) -> dict[str, int]:
    """A small school as it may happen: a few groups, a disability here and there, a few too old."""
    return counts_of(
        [
            PupilFacts(
                grade=(grade := chance.choice(["06", "07"])),
                number=int(grade),
                sex=chance.choice("MF"),
                ethnic_group=chance.choice(groups),
                born=str(2020 - int(grade) - chance.choice([0] * 8 + [1, 2])),
                disability=chance.choice([""] * 8 + ["01", "03"]),
                policies=chance.choice([()] * 5 + [("08",), ("08", "13")]),
            )
            for _ in range(chance.randrange(1, most))
        ]
    )


@pytest.mark.parametrize("groups", [TOWN, MOUNTAINS], ids=["town", "mountains"])
@pytest.mark.parametrize("seed", range(8))
def test_nobody_finds_a_withheld_count_of_one_school(seed: int, groups: list[str]) -> None:
    counts = some_pupils(random.Random(seed), 35, groups)
    hidden = {"school": withhold_among(GUARDING, {1: counts}, None)[1]}
    puzzle = puzzle_of({"school": counts}, hidden)
    assert small_unknown(puzzle, LEAST)
    assert found_out(puzzle, LEAST) == []


def over_schools(seed: int, groups: list[str]) -> Puzzle:
    """Some schools beside each other and their sum, as a reader outside has them."""
    chance = random.Random(seed)
    places = {number: some_pupils(chance, 150, groups) for number in range(1, 4 + seed % 5)}
    total: Counter[str] = Counter()
    for one in places.values():
        total.update(one)
    above = withhold_among(GUARDING, {0: total}, None)[0]
    hidden = {**withhold_among(GUARDING, places, above), 0: above}
    told = {str(place): keys for place, keys in hidden.items()}
    return puzzle_of({str(place): one for place, one in {**places, 0: total}.items()}, told, "0")


@pytest.mark.parametrize("seed", range(16))
def test_nobody_finds_a_withheld_count_over_schools(seed: int) -> None:
    puzzle = over_schools(seed, TOWN)
    assert small_unknown(puzzle, LEAST)
    assert found_out(puzzle, LEAST) == []


def test_where_nearly_all_are_of_minorities_hardly_a_count_is_found() -> None:
    """Few can be otherwise there: what is left over is told in decision 0038."""
    puzzles = [over_schools(seed, MOUNTAINS) for seed in range(24)]
    guarded = sum(len(small_unknown(one, LEAST)) for one in puzzles)
    found = sum(len(found_out(one, LEAST)) for one in puzzles)
    assert guarded > 2000
    assert found * 400 < guarded


CHOOSE = """
import random
from khue.statistics.tests import test_rules_small_counts as tests
for number, most in ((9, 150), (20, 80)):
    chance = random.Random(number)
    places = {one: tests.some_pupils(chance, most, tests.MOUNTAINS) for one in range(number)}
    for above in (None, frozenset()):
        chosen = tests.withhold_among(tests.GUARDING, places, above)
        print({one: sorted(keys) for one, keys in chosen.items()})
"""


def test_every_process_chooses_the_same() -> None:
    """The follower and the check of the figures are different ones."""
    told = {
        subprocess.run(
            [sys.executable, "-c", CHOOSE],
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(told) == 1
    assert len(next(iter(told))) > 1000


def test_the_reader_of_these_tests_finds_what_can_be_found() -> None:
    """So that an empty answer above says something."""
    counts = some_pupils(random.Random(4), 60, TOWN)
    careless = {"school": {key for key, value in counts.items() if 0 < value < LEAST}}
    assert found_out(puzzle_of({"school": counts}, careless), LEAST)


def test_sums_that_each_leave_two_unknown_can_together_leave_one() -> None:
    sums = [{"a": 1, "b": 1}, {"b": 1, "c": 1}, {"a": 1, "c": 1}, {"d": 1, "e": 1}]
    assert {lead for lead, row in reduced(sums).items() if len(row) == 1} == {"a", "b", "c"}


def test_a_class_of_a_handful_tells_nothing_sensitive() -> None:
    few = [
        PupilFacts("06", 6, "F", group, "2014") for group in ("01", "02", "02", "01", "01", "02")
    ]
    counts = counts_of(few)
    hidden = withhold_among(GUARDING, {1: counts}, None)[1]
    assert {key for key in counts if is_sensitive(key)} <= hidden
    assert "03.pupils" not in hidden
