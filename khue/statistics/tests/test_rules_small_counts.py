"""Small counts are withheld, and nothing that is told gives one away."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from khue.statistics.rules.enrolment import ClassFacts, PupilFacts, count_class
from khue.statistics.rules.guards import equations_of, is_sensitive
from khue.statistics.rules.small_counts import Equation, leaks, withheld

LEAST = 5
FEW = settings(max_examples=30, deadline=None)
PUPILS = st.builds(
    PupilFacts,
    grade=st.sampled_from(["06", "07", "08"]),
    number=st.sampled_from([6, 7, 8]),
    sex=st.sampled_from("MF"),
    ethnic_group=st.sampled_from(["01", "02", "07", "09", ""]),
    born=st.sampled_from(["2012-03-04", "2013", ""]),
    policies=st.sampled_from([(), ("08",), ("08", "13")]),
    disability=st.sampled_from(["", "", "", "01", "03"]),
)
SCHOOL = ClassFacts(level="03", grades=("06",), year=2026)


def counts_of(pupils: list[PupilFacts]) -> dict[str, int]:
    return count_class(SCHOOL, pupils)


@FEW
@given(st.lists(PUPILS, max_size=40))
def test_no_sum_of_a_school_gives_a_withheld_count_away(pupils: list[PupilFacts]) -> None:
    counts = counts_of(pupils)
    equations = list(equations_of(counts))
    hidden = withheld(counts, equations, least=LEAST, may_hide=is_sensitive)
    assert leaks(equations, hidden, least=LEAST) == []
    assert all(is_sensitive(key) for key in hidden)
    small = {key for key, value in counts.items() if is_sensitive(key) and 0 < value < LEAST}
    assert small <= hidden


@FEW
@given(st.lists(PUPILS, max_size=40))
def test_every_sum_that_a_reader_may_reckon_with_is_true(pupils: list[PupilFacts]) -> None:
    counts = counts_of(pupils)
    for one in equations_of(counts):
        parts = sum(counts.get(key, 0) for key in one.parts)
        assert counts.get(one.total, 0) == parts + (one.rest or 0), one


@FEW
@given(st.lists(st.lists(PUPILS, max_size=15), min_size=2, max_size=5))
def test_the_sum_over_schools_gives_nothing_away(schools: list[list[PupilFacts]]) -> None:
    tables = [counts_of(pupils) for pupils in schools]
    total: Counter[str] = Counter()
    for one in tables:
        total.update(one)
    values = {
        (number, key): value for number, one in enumerate(tables, 1) for key, value in one.items()
    }
    values |= {(0, key): value for key, value in total.items()}
    equations = [
        Equation((number, eq.total), tuple((number, key) for key in eq.parts), eq.rest)
        for number, one in enumerate([total, *tables])
        for eq in equations_of(one)
    ]
    keys = {key for eq in equations for _, key in (eq.total, *eq.parts) if is_sensitive(key)}
    places = range(1, len(tables) + 1)
    equations += [
        Equation((0, key), tuple((number, key) for number in places)) for key in sorted(keys)
    ]
    hidden = withheld(values, equations, least=LEAST, may_hide=lambda cell: is_sensitive(cell[1]))
    assert leaks(equations, hidden, least=LEAST) == []


def test_one_small_part_takes_the_smallest_other_part_with_it() -> None:
    values = {"all": 60, "a": 2, "b": 18, "c": 40}
    told = [Equation("all", ("a", "b", "c"))]
    hidden = withheld(values, told, least=LEAST, may_hide=lambda key: key != "all")
    assert hidden == {"a", "b"}


def test_a_small_rest_that_is_told_nowhere_is_not_left_to_be_computed() -> None:
    values = {"pupils": 30, "pupils.m": 28}
    told = [Equation("pupils", ("pupils.m",), 2)]
    assert withheld(values, told, least=LEAST, may_hide=is_sensitive) == {"pupils.m"}


def test_large_counts_are_told() -> None:
    counts = {"pupils": 60, "pupils.m": 30, "pupils.f": 30, "pupils.mf": 15}
    told = list(equations_of(counts))
    assert withheld(counts, told, least=LEAST, may_hide=is_sensitive) == set()
