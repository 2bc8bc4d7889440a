"""The learning level: every boundary, and what must hold for any marks at all."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.gradebook.rules.gdtx import gdtx_learning_level, regular_with_topics
from khue.gradebook.rules.learning import (
    LearningResult,
    Level,
    Policy,
    learning_level,
    learning_of_subjects,
    level_by_thresholds,
)
from khue.gradebook.rules.marks import FAILED, PASSED
from khue.gradebook.rules.tt22 import semester_average, weighted_sum, year_average
from kit.numbers import round_half_up_ratio

TOT, KHA, DAT, CHUADAT = Level

marks = st.integers(0, 100)
near_thresholds = st.sampled_from([0, 34, 35, 36, 49, 50, 51, 64, 65, 66, 79, 80, 81, 100])
results = st.lists(st.one_of(near_thresholds, marks), max_size=11)
policies = st.sampled_from(["replace", "drop"])


def half_up(average: Fraction) -> int:
    return floor(average + Fraction(1, 2))


@pytest.mark.parametrize("regular", range(1, 7))
def test_every_possible_semester_average_is_the_exact_fraction_half_up(regular: int) -> None:
    weight = regular + 5
    for total in range(100 * weight + 1):
        assert round_half_up_ratio(total, weight) == half_up(Fraction(total, weight))


@pytest.mark.parametrize("regular", range(2, 6))
def test_ties_stand_only_where_the_denominator_is_even(regular: int) -> None:
    weight = regular + 5
    ties = [total for total in range(100 * weight) if 2 * total % weight == 0 and total % weight]
    assert bool(ties) == (weight in (8, 10))


def test_every_possible_year_average_is_the_exact_fraction_half_up() -> None:
    for first in range(101):
        for second in range(101):
            exact = half_up(Fraction(first + 2 * second, 3))
            assert year_average(first, second) == exact


@given(st.lists(marks, min_size=1, max_size=6), marks, marks, st.data())
def test_a_better_mark_never_lowers_an_average(
    regular: list[int], midterm: int, final: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(regular) - 1))
    better = [*regular]
    better[place] = data.draw(st.integers(regular[place], 100))
    before, after = (semester_average(one, midterm, final) for one in (regular, better))
    assert before is not None
    assert after is not None
    assert after >= before
    assert weighted_sum(better, midterm, final)[1] == len(regular) + 5


@given(results, st.integers(0, 3), policies, st.data())
def test_a_better_mark_never_lowers_the_level(
    scores: list[int], failed: int, policy: Policy, data: st.DataObject
) -> None:
    if not scores:
        return
    place = data.draw(st.integers(0, len(scores) - 1))
    better = [*scores]
    better[place] = data.draw(st.integers(scores[place], 100))
    before = learning_level(scores, failed, policy=policy)
    after = learning_level(better, failed, policy=policy)
    assert after.raw <= before.raw
    assert after.final <= before.final


@given(results, st.integers(0, 3), policies)
def test_a_comment_subject_that_fails_never_helps(
    scores: list[int], failed: int, policy: Policy
) -> None:
    fewer = learning_level(scores, failed, policy=policy)
    assert fewer.final <= learning_level(scores, failed + 1, policy=policy).final


@given(results, st.integers(0, 3), policies)
def test_the_adjustment_raises_by_one_step_at_most(
    scores: list[int], failed: int, policy: Policy
) -> None:
    made = learning_level(scores, failed, policy=policy)
    assert made.raw - made.final in (0, 1)
    assert made.raw == level_by_thresholds(scores, failed)
    assert (made.adjusted_by is None) == (made.raw == made.final)
    assert made.final is not TOT or made.raw is TOT


def _reference(scores: list[int], failed: int) -> Level:
    """The algorithm of the reference, said a second time without looking for early ends."""
    raw = level_by_thresholds(scores, failed)
    others = [
        level_by_thresholds([*scores[:place], 100, *scores[place + 1 :]], failed)
        for place in range(len(scores))
    ]
    if failed:
        others.append(level_by_thresholds(scores, failed - 1))
    best = min(others, default=raw)
    return Level(raw - 1) if best <= KHA and raw - best >= 2 else raw


@given(results, st.integers(0, 3))
def test_the_level_is_that_of_the_reference(scores: list[int], failed: int) -> None:
    assert learning_level(scores, failed).final == _reference(scores, failed)


@pytest.mark.parametrize(
    ("scores", "failed", "expected"),
    [
        ([], 0, CHUADAT),
        ([100] * 5, 0, CHUADAT),
        ([80] * 6, 0, TOT),
        ([80] * 5 + [79], 0, KHA),
        ([80] * 6 + [64], 0, KHA),
        ([65] * 6, 0, KHA),
        ([65] * 5 + [64], 0, DAT),
        ([50] * 6 + [35], 0, DAT),
        ([50] * 6 + [34], 0, CHUADAT),
        ([50] * 5 + [49], 0, CHUADAT),
        ([50] * 6, 1, DAT),
        ([50] * 6, 2, CHUADAT),
        ([100] * 8, 2, CHUADAT),
    ],
)
def test_boundaries_of_the_thresholds(scores: list[int], failed: int, expected: Level) -> None:
    assert level_by_thresholds(scores, failed) is expected


@pytest.mark.parametrize(
    ("scores", "failed", "raw", "final"),
    [
        ([80] * 6, 1, DAT, KHA),
        ([65] * 6, 1, DAT, DAT),
        ([65] * 7 + [34], 0, CHUADAT, DAT),
        ([80] * 5 + [34], 0, CHUADAT, DAT),
        ([80] * 6 + [34], 1, CHUADAT, CHUADAT),
        ([65] * 6 + [34, 34], 0, CHUADAT, CHUADAT),
        ([80] * 6 + [0], 0, CHUADAT, DAT),
    ],
)
def test_what_one_subject_may_be_forgiven(
    scores: list[int], failed: int, raw: Level, final: Level
) -> None:
    made = learning_level(scores, failed)
    assert (made.raw, made.final) == (raw, final)


def test_a_subject_without_result_leaves_the_level_open() -> None:
    assert learning_of_subjects([80, None], [PASSED]) is None
    assert learning_of_subjects([80] * 6, [PASSED, None]) is None
    assert learning_of_subjects([], []) is None
    assert learning_of_subjects([80] * 6, [PASSED, FAILED]) == LearningResult(DAT, KHA, -1)


def test_a_level_has_its_names() -> None:
    assert [level.symbol for level in Level] == ["T", "K", "Đ", "CĐ"]
    assert [level.is_met for level in Level] == [True, True, True, False]


@given(results, st.integers(0, 3))
def test_continuing_education_is_never_harder(scores: list[int], failed: int) -> None:
    assert gdtx_learning_level(scores).final <= level_by_thresholds(scores, failed)


def test_what_is_open_in_continuing_education_is_data() -> None:
    scores = [80] * 5 + [65]
    assert gdtx_learning_level(scores, 1).final is TOT
    strict = {"gdtx_failed_comments": "0"}
    assert gdtx_learning_level(scores, 1, overrides=strict).final is DAT
    both = {"gdtx_failed_comments": "0", "gdtx_adjusts": "yes"}
    assert gdtx_learning_level(scores, 1, overrides=both).final is KHA


def test_every_study_topic_counts_in_continuing_education() -> None:
    marks_of_term = regular_with_topics([70, 80, 80], [90, 90])
    assert marks_of_term == (70, 80, 80, 90, 90)
    assert semester_average(marks_of_term, 75, 80) == 80
