"""Old years by TT 58/2011, alone and as amended by TT 26/2020."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.gradebook.rules.marks import FAILED, PASSED, Mark
from khue.gradebook.rules.promotion import Outcome
from khue.gradebook.rules.tt58 import (
    KEY_SUBJECTS_TT58,
    Conduct,
    Grade,
    OldResults,
    OldTitle,
    mean_of_subjects,
    old_comment_semester,
    old_level,
    old_promotion,
    old_semester_average,
    old_title,
)

G, K, TB, Y, KEM = Grade
near = st.sampled_from([0, 19, 20, 34, 35, 49, 50, 64, 65, 79, 80, 100])
CODES = ["Toan", "NguVan", "NgoaiNgu", "VatLi", "HoaHoc", "SinhHoc"]


def student(*others: int, maths: int = 80, literature: int = 80, language: int = 80) -> OldResults:
    """A student with three key subjects and some others."""
    scores = {"Toan": maths, "NguVan": literature, "NgoaiNgu": language}
    return OldResults(scores | {f"M{place}": score for place, score in enumerate(others)})


def test_before_2020_tests_of_one_period_count_twice() -> None:
    assert old_semester_average([80, 70, 90], [75, 85], 80) == 80
    assert old_semester_average([65], [65], 66) == 66
    assert mean_of_subjects([65, 66]) == 66
    assert mean_of_subjects([]) is None


@pytest.mark.parametrize(
    ("tests", "exam", "result"),
    [
        ([PASSED, PASSED, FAILED], PASSED, PASSED),
        ([PASSED, FAILED], PASSED, PASSED),
        ([PASSED, FAILED, FAILED], PASSED, FAILED),
        ([PASSED, PASSED, PASSED], FAILED, FAILED),
        ([PASSED, None], PASSED, None),
    ],
)
def test_two_thirds_with_the_exam_pass_a_comment_subject(
    tests: list[Mark], exam: Mark, result: Mark
) -> None:
    assert old_comment_semester(tests, exam) == result


@pytest.mark.parametrize(
    ("results", "raw", "final"),
    [
        (student(80, 80), G, G),
        (student(100, 100, maths=79, literature=79, language=79), K, K),
        (student(100, 100, maths=79, literature=79), G, G),
        (student(100, 100, 64), K, K),
        (student(100, 100, 49), TB, K),
        (student(100, 100, 34), Y, TB),
        (student(100, 100, 100, 19), KEM, Y),
        (student(80, 80, 34, maths=70, literature=70, language=70), Y, TB),
        (student(90, 90, 19, maths=70, literature=70, language=70), KEM, Y),
        (student(70, 70, 49, maths=70, literature=70, language=70), TB, TB),
        (student(70, 34, 34, maths=80, literature=80, language=80), Y, Y),
        (student(50, maths=50, literature=50, language=50), TB, TB),
        (student(35, maths=35, literature=35, language=35), Y, Y),
        (student(0, maths=20, literature=20, language=20), KEM, KEM),
    ],
)
def test_grades(results: OldResults, raw: Grade, final: Grade) -> None:
    made = old_level(results)
    assert made is not None
    assert (made.raw, made.final) == (raw, final)


def test_before_2020_the_language_is_no_key_subject() -> None:
    results = student(100, 100, maths=79, literature=79)
    made = old_level(results, keys=KEY_SUBJECTS_TT58)
    assert made is not None
    assert made.final is K


def test_the_specialised_subject_must_reach_the_grade_too() -> None:
    scores = student(100, 79).scores
    made = old_level(OldResults(scores, specialised="M1"))
    assert made is not None
    assert made.final is K


def test_a_comment_subject_may_be_the_one_cause() -> None:
    scores = student(80, 80).scores
    one, two = (old_level(OldResults(scores, failed)) for failed in (1, 2))
    assert one is not None
    assert two is not None
    assert (one.raw, one.final, one.adjusted_by) == (Y, TB, "comments")
    assert (two.raw, two.final) == (Y, Y)


def test_no_grade_without_subjects() -> None:
    assert old_level(OldResults({})) is None


@given(st.lists(near, min_size=6, max_size=6), st.integers(0, 2), st.data())
def test_a_better_mark_never_lowers_the_grade(
    scores: list[int], failed: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, 5))
    better = [*scores]
    better[place] = data.draw(st.integers(scores[place], 100))
    before, after = (
        old_level(OldResults(dict(zip(CODES, one, strict=True)), failed))
        for one in (scores, better)
    )
    assert before is not None
    assert after is not None
    assert after.final <= before.final
    assert before.final <= before.raw


@pytest.mark.parametrize(
    ("conduct", "grade", "title"),
    [
        (Conduct.TOT, G, OldTitle.GIOI),
        (Conduct.KHA, G, OldTitle.TIENTIEN),
        (Conduct.TOT, K, OldTitle.TIENTIEN),
        (Conduct.KHA, K, OldTitle.TIENTIEN),
        (Conduct.TB, G, OldTitle.NONE),
        (Conduct.TOT, TB, OldTitle.NONE),
    ],
)
def test_titles(conduct: Conduct, grade: Grade, title: OldTitle) -> None:
    assert old_title(conduct, grade) is title


@pytest.mark.parametrize(
    ("conduct", "grade", "absent", "outcome"),
    [
        (Conduct.TB, TB, 45, Outcome.PROMOTED),
        (Conduct.TB, TB, 46, Outcome.RETAINED),
        (Conduct.YEU, TB, 0, Outcome.SUMMER_TRAINING),
        (Conduct.TB, Y, 0, Outcome.REASSESS),
        (Conduct.TB, KEM, 0, Outcome.RETAINED),
        (Conduct.YEU, Y, 0, Outcome.RETAINED),
    ],
)
def test_promotion(conduct: Conduct, grade: Grade, absent: int, outcome: Outcome) -> None:
    assert old_promotion(conduct, grade, absent) is outcome


def test_old_levels_have_their_names() -> None:
    assert [grade.name_vi for grade in Grade] == ["Giỏi", "Khá", "Trung bình", "Yếu", "Kém"]
    assert Conduct.YEU.name_vi == "Yếu"
