"""The averages of TT 22/2021 against the vectors and against exact fractions."""

from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from khue.gradebook.rules.learning import Level, Policy, learning_level
from khue.gradebook.rules.marks import EXCUSED_PENDING, FAILED, NOT_YET, PASSED, ZERO_BY_RULE, Mark
from khue.gradebook.rules.tt22 import (
    comment_semester,
    comment_year,
    minutes_of_test,
    provisional_average,
    regular_count,
    semester_average,
    subject_semester,
    subject_year,
    year_average,
)

VECTORS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "assessment.yaml").read_text(encoding="utf-8")
)
COMMENTS = {"D": PASSED, "CD": FAILED}

marks = st.integers(0, 100)
regular_marks = st.lists(marks, min_size=2, max_size=5)


def vectors(name: str) -> pytest.MarkDecorator:
    """Run a test once for every vector of this name."""
    cases = VECTORS[name]
    return pytest.mark.parametrize("case", cases, ids=[case["id"] for case in cases])


def tenths(text: str) -> int:
    """The vectors quote marks as decimals with a point."""
    return int(Decimal(text) * 10)


def half_up(average: Fraction) -> int:
    """The school's rounding, said a second time and independently."""
    return floor(average + Fraction(1, 2))


@vectors("regular_count")
def test_number_of_regular_marks(case: dict[str, Any]) -> None:
    assert regular_count(case["periods"]) == case["out"]


@vectors("semester_average")
def test_semester_average(case: dict[str, Any]) -> None:
    regular = [tenths(text) for text in case["tx"]]
    average = semester_average(regular, tenths(case["gk"]), tenths(case["ck"]))
    assert average == tenths(case["out"])


@vectors("year_average")
def test_year_average(case: dict[str, Any]) -> None:
    assert year_average(tenths(case["hk1"]), tenths(case["hk2"])) == tenths(case["out"])


@vectors("year_from_marks")
def test_year_average_from_marks_rounds_each_term_first(case: dict[str, Any]) -> None:
    terms = [
        semester_average([tenths(tx) for tx in half["tx"]], tenths(half["gk"]), tenths(half["ck"]))
        for half in (case["hk1"], case["hk2"])
    ]
    assert terms == [tenths(case["hk1"]["out"]), tenths(case["hk2"]["out"])]
    assert year_average(*terms) == tenths(case["out"]) != tenths(case["wrong_if_rounded_once"])


@vectors("comment_semester")
def test_comment_semester(case: dict[str, Any]) -> None:
    regular = [COMMENTS[word] for word in case["tx"]]
    result = comment_semester(regular, COMMENTS[case["gk"]], COMMENTS[case["ck"]])
    assert result == COMMENTS[case["out"]]


@vectors("learning_level")
def test_learning_level(case: dict[str, Any]) -> None:
    scores = [tenths(text) for text in case["s"]]
    policies: dict[Policy, str] = {
        "replace": case["out"],
        "drop": case.get("out_drop_policy", case["out"]),
    }
    for policy, expected in policies.items():
        result = learning_level(scores, case["cd"], policy=policy)
        assert (result.raw.name, result.final.name) == (case["raw"], expected)


@pytest.mark.parametrize(
    ("scores", "failed", "final", "adjusted_by"),
    [
        ([82, 85, 80, 90, 79, 81, 86, 34], 0, Level.DAT, 7),
        ([82, 85, 80, 90, 79, 81, 86, 65], 1, Level.KHA, -1),
        ([82, 85, 80, 90, 79, 81, 86, 65], 2, Level.CHUADAT, None),
        ([82, 85, 80, 90, 81, 81, 86, 49], 1, Level.DAT, None),
        ([80, 78, 91, 84, 90, 83, 80, 67], 0, Level.TOT, None),
    ],
)
def test_learning_level_says_which_subject_was_forgiven(
    scores: list[int], failed: int, final: Level, adjusted_by: int | None
) -> None:
    result = learning_level(scores, failed)
    assert (result.final, result.adjusted_by) == (final, adjusted_by)
    assert result.final.name_vi in {"Tốt", "Khá", "Đạt", "Chưa đạt"}


@given(st.lists(marks, max_size=12), st.integers(0, 4))
def test_the_adjustment_raises_by_one_level_at_most_and_never_lowers(
    scores: list[int], failed: int
) -> None:
    for policy in ("replace", "drop"):
        result = learning_level(scores, failed, policy=policy)
        assert 0 <= result.raw - result.final <= 1
        assert (result.adjusted_by is not None) == (result.raw != result.final)


@given(regular_marks, marks, marks)
def test_semester_average_is_the_exact_fraction_rounded_half_up(
    regular: list[int], midterm: int, final: int
) -> None:
    exact = Fraction(sum(regular) + 2 * midterm + 3 * final, len(regular) + 5)
    assert semester_average(regular, midterm, final) == half_up(exact)


@given(marks, marks)
def test_year_average_is_the_exact_fraction_rounded_half_up(first: int, second: int) -> None:
    assert year_average(first, second) == half_up(Fraction(first + 2 * second, 3))


@given(regular_marks, marks, marks)
def test_an_average_lies_between_the_worst_and_the_best_mark(
    regular: list[int], midterm: int, final: int
) -> None:
    average = semester_average(regular, midterm, final)
    assert average is not None
    assert min(*regular, midterm, final) <= average <= max(*regular, midterm, final)


@given(regular_marks, marks, marks)
def test_with_all_marks_the_provisional_average_is_the_average(
    regular: list[int], midterm: int, final: int
) -> None:
    assert provisional_average(regular, midterm, final) == semester_average(regular, midterm, final)


@pytest.mark.parametrize("gap", [NOT_YET, EXCUSED_PENDING])
def test_no_average_while_a_required_mark_is_missing(gap: Mark) -> None:
    assert semester_average([80, gap], 70, 75) is None
    assert semester_average([80, 90], gap, 75) is None
    assert semester_average([80, 90], 70, gap) is None
    assert comment_semester([PASSED, gap], PASSED, PASSED) is None
    assert provisional_average([80, gap], gap, gap) == 80
    assert provisional_average([gap, gap], gap, gap) is None


def test_no_average_of_a_subject_without_regular_marks() -> None:
    assert semester_average([], 70, 75) is None
    assert comment_semester([], PASSED, PASSED) is None


def test_missing_without_reason_is_chua_dat_in_a_comment_subject() -> None:
    assert comment_semester([PASSED, ZERO_BY_RULE], PASSED, PASSED) == FAILED


def test_the_year_waits_for_its_terms() -> None:
    assert year_average(None, 80) is None
    assert year_average(80, None) is None
    assert comment_year(None) is None


def test_a_result_takes_the_form_of_its_subject() -> None:
    assert subject_semester([80, 90], 70, 75, by_comment=False) == 76
    assert subject_semester([PASSED, PASSED], PASSED, PASSED, by_comment=True) == PASSED
    assert subject_year(78, 81, by_comment=False) == 80
    assert subject_year(FAILED, PASSED, by_comment=True) == PASSED


@pytest.mark.parametrize(
    ("periods", "count"), [(1, 2), (35, 2), (36, 3), (52, 3), (70, 3), (71, 4), (420, 4)]
)
def test_bands_of_periods(periods: int, count: int) -> None:
    assert regular_count(periods) == count
    assert regular_count(periods, by_comment=True) == 2
    assert regular_count(periods, with_cluster=True) == count + 1


def test_length_of_periodic_tests() -> None:
    assert minutes_of_test(70) == (45, 45)
    assert minutes_of_test(105) == (60, 90)
    assert minutes_of_test(105, specialised=True) == (45, 120)
