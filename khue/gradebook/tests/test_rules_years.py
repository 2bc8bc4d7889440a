"""The end of a year: conduct, promotion, re-assessment, awards, and which regulation holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.gradebook.rules.awards import Award, gdtx_award, year_award
from khue.gradebook.rules.conduct import conduct_for_promotion, conduct_year
from khue.gradebook.rules.dated import UnknownProvision, number, provision
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import FAILED, PASSED
from khue.gradebook.rules.promotion import (
    Outcome,
    Standing,
    absence_limit,
    outcome_name,
    promotion_outcome,
    sessions_absent,
)
from khue.gradebook.rules.reassessment import (
    YearResults,
    failing_subjects,
    reassess,
    results_for_promotion,
)
from khue.gradebook.rules.regimes import Regime, is_named, regime_of

TOT, KHA, DAT, CHUADAT = Level

levels = st.sampled_from(list(Level))
after = st.one_of(st.none(), levels)
standings = st.builds(
    Standing,
    conduct=levels,
    learning=levels,
    absent_sessions=st.integers(0, 60),
    conduct_after=after,
    learning_after=after,
)
TABLE = {
    TOT: "Tốt Khá Khá Chưa-đạt",
    KHA: "Tốt Khá Đạt Chưa-đạt",
    DAT: "Khá Khá Đạt Chưa-đạt",
    CHUADAT: "Khá Đạt Đạt Chưa-đạt",
}


@pytest.mark.parametrize("first", list(Level))
def test_all_sixteen_cases_of_conduct(first: Level) -> None:
    year = [conduct_year(first, second) for second in Level]
    names = [level.name_vi.replace(" ", "-") for level in year if level is not None]
    assert " ".join(names) == TABLE[first]


@given(levels, levels, levels)
def test_better_conduct_in_a_term_never_lowers_the_year(
    first: Level, second: Level, other: Level
) -> None:
    before = conduct_year(first, second)
    assert before is not None
    for better in (
        conduct_year(min(first, other), second),
        conduct_year(first, min(second, other)),
    ):
        assert better is not None
        assert better <= before


def test_conduct_waits_for_both_terms() -> None:
    assert conduct_year(None, TOT) is None
    assert conduct_year(TOT, None) is None


def test_summer_training_counts_only_where_conduct_failed() -> None:
    assert conduct_for_promotion(CHUADAT, DAT) is DAT
    assert conduct_for_promotion(KHA, CHUADAT) is KHA


@pytest.mark.parametrize(
    ("standing", "outcome"),
    [
        (Standing(DAT, DAT), Outcome.PROMOTED),
        (Standing(CHUADAT, DAT), Outcome.SUMMER_TRAINING),
        (Standing(DAT, CHUADAT), Outcome.REASSESS),
        (Standing(CHUADAT, CHUADAT), Outcome.RETAINED),
        (Standing(CHUADAT, KHA, conduct_after=DAT), Outcome.PROMOTED),
        (Standing(CHUADAT, KHA, conduct_after=CHUADAT), Outcome.RETAINED),
        (Standing(KHA, CHUADAT, learning_after=DAT), Outcome.PROMOTED),
        (Standing(KHA, CHUADAT, learning_after=CHUADAT), Outcome.RETAINED),
        (Standing(CHUADAT, CHUADAT, 0, conduct_after=TOT, learning_after=TOT), Outcome.RETAINED),
        (Standing(CHUADAT, TOT, 46, conduct_after=TOT), Outcome.RETAINED),
        (Standing(TOT, CHUADAT, 46, learning_after=TOT), Outcome.RETAINED),
        (Standing(TOT, CHUADAT, 45), Outcome.REASSESS),
        (Standing(TOT, TOT, 200, disability=True), Outcome.PRINCIPAL_DECIDES),
        (Standing(TOT, TOT, disability=True), Outcome.PRINCIPAL_DECIDES),
    ],
)
def test_promotion(standing: Standing, outcome: Outcome) -> None:
    assert promotion_outcome(standing) is outcome


@given(standings, levels, levels, st.integers(0, 60))
def test_a_better_year_never_loses_a_promotion(
    standing: Standing, conduct: Level, learning: Level, absent: int
) -> None:
    assert standing.conduct is not None
    better = Standing(
        min(standing.conduct, conduct),
        min(standing.learning, learning),
        min(standing.absent_sessions, absent),
        conduct_after=standing.conduct_after,
        learning_after=standing.learning_after,
    )
    if promotion_outcome(standing) is Outcome.PROMOTED:
        assert promotion_outcome(better) is Outcome.PROMOTED


@given(standings)
def test_who_is_retained_stays_retained_with_more_absence(standing: Standing) -> None:
    if promotion_outcome(standing) is Outcome.RETAINED:
        more = Standing(
            standing.conduct,
            standing.learning,
            standing.absent_sessions + 10,
            conduct_after=standing.conduct_after,
            learning_after=standing.learning_after,
        )
        assert promotion_outcome(more) is Outcome.RETAINED


def test_a_province_may_set_another_limit() -> None:
    assert absence_limit() == 45
    assert promotion_outcome(Standing(TOT, TOT, 50), limit=50) is Outcome.PROMOTED


def test_a_day_off_in_a_two_session_school_is_one_session() -> None:
    assert sessions_absent(program=10, second=9) == 10
    assert sessions_absent(program=10, second=9, two_sessions=False) == 19


def test_the_last_grade_completes_its_level() -> None:
    assert outcome_name(Outcome.PROMOTED, 8) == "Được lên lớp"
    assert outcome_name(Outcome.PROMOTED, 9) == "Hoàn thành chương trình trung học cơ sở"
    assert outcome_name(Outcome.RETAINED, 12) == "Chưa hoàn thành chương trình trung học phổ thông"
    assert outcome_name(Outcome.REASSESS, 12) == "Đánh giá lại trong kì nghỉ hè"
    assert [outcome for outcome in Outcome if outcome.is_final] == [
        Outcome.PROMOTED,
        Outcome.RETAINED,
    ]


def year(*scores: int, failed: tuple[str, ...] = ()) -> YearResults:
    """Results by subject: scored ones are named A, B, C …, comment ones GDTC and NT."""
    comments = {name: FAILED if name in failed else PASSED for name in ("GDTC", "NT")}
    return YearResults(dict(zip("ABCDEFGHIJ", scores, strict=False)), comments)


def test_comment_subjects_are_assessed_again_too() -> None:
    results = year(50, 50, 50, 50, 50, 50, failed=("GDTC", "NT"))
    made = reassess(results, {"GDTC": PASSED}, conduct=TOT)
    assert made is not None
    assert made.eligible == ("GDTC", "NT")
    assert (made.after.final, made.outcome) == (DAT, Outcome.PROMOTED)


def test_exactly_5_is_not_assessed_again() -> None:
    assert failing_subjects(year(50, 49)) == ("B",)


def test_a_subject_not_sat_keeps_its_old_result() -> None:
    results = year(50, 50, 50, 50, 49, 40)
    made = reassess(results, {"E": 60, "F": None}, conduct=TOT)
    assert made is not None
    assert made.eligible == ("E", "F")
    assert made.outcome is Outcome.RETAINED


def test_before_the_summer_nothing_is_decided() -> None:
    made = reassess(year(50, 50, 50, 50, 49, 40), {}, conduct=TOT)
    assert made is not None
    assert made.outcome is Outcome.REASSESS
    assert made.before == made.after


@pytest.mark.parametrize(
    ("conduct", "absent", "outcome"),
    [(CHUADAT, 0, Outcome.RETAINED), (TOT, 46, Outcome.RETAINED)],
)
def test_who_is_retained_is_offered_nothing(conduct: Level, absent: int, outcome: Outcome) -> None:
    results = year(50, 50, 50, 50, 49, 40)
    made = reassess(results, {"E": 90, "F": 90}, conduct=conduct, absent_sessions=absent)
    assert made is not None
    assert made.eligible == ()
    assert (made.after.final, made.outcome) == (CHUADAT, outcome)


def test_who_is_promoted_anyway_is_offered_nothing() -> None:
    made = reassess(year(80, 80, 80, 80, 80, 80, 40), {}, conduct=TOT)
    assert made is not None
    assert (made.eligible, made.outcome) == ((), Outcome.PROMOTED)


def test_a_new_result_never_touches_other_subjects() -> None:
    results = year(50, 50, 30)
    replaced = results_for_promotion(results, {"A": 100, "C": 55})
    assert replaced.scores == {"A": 50, "B": 50, "C": 55}
    assert results.scores["C"] == 30


def test_re_assessment_waits_for_a_year() -> None:
    assert reassess(YearResults({}, {}), {}, conduct=TOT) is None


@pytest.mark.parametrize(
    ("conduct", "learning", "nines", "award"),
    [
        (TOT, TOT, 6, Award.XUATSAC),
        (TOT, TOT, 5, Award.GIOI),
        (TOT, TOT, 0, Award.GIOI),
        (KHA, TOT, 8, Award.NONE),
        (TOT, KHA, 8, Award.NONE),
    ],
)
def test_awards(conduct: Level, learning: Level, nines: int, award: Award) -> None:
    scores = [90] * nines + [89] * (8 - nines)
    assert year_award(conduct, learning, scores) is award


def test_continuing_education_needs_five_nines() -> None:
    assert gdtx_award(TOT, TOT, [90] * 5 + [80]) is Award.XUATSAC
    assert gdtx_award(TOT, TOT, [90] * 4 + [80]) is Award.GIOI
    assert gdtx_award(KHA, TOT, [90] * 7) is Award.NONE


FIRST_YEARS = {6: 2021, 7: 2022, 8: 2023, 9: 2024, 10: 2022, 11: 2023, 12: 2024}


@pytest.mark.parametrize(("grade", "first"), FIRST_YEARS.items())
def test_tt22_came_grade_by_grade(grade: int, first: int) -> None:
    assert regime_of("secondary", grade, first) is Regime.TT22
    assert regime_of("secondary", grade, 2030) is Regime.TT22
    assert regime_of("secondary", grade, first - 1) is Regime.TT58_TT26
    assert regime_of("secondary", grade, 2019) is Regime.TT58
    assert regime_of("secondary", grade, 2011) is Regime.TT58
    assert regime_of("secondary", grade, 2010) is Regime.QD40


@pytest.mark.parametrize(
    ("grade", "first"), [(1, 2020), (2, 2021), (3, 2022), (4, 2023), (5, 2024)]
)
def test_tt27_came_grade_by_grade(grade: int, first: int) -> None:
    assert regime_of("primary", grade, first) is Regime.TT27
    assert regime_of("primary", grade, first - 1) is Regime.TT30_TT22
    assert regime_of("primary", grade, 2015) is Regime.TT30


def test_continuing_education_and_preschool_have_their_own() -> None:
    assert regime_of("gdtx", 10, 2022) is Regime.TT43
    assert regime_of("gdtx", 10, 2020) is Regime.QD02
    assert regime_of("preschool", 0, 2026) is Regime.PRESCHOOL
    assert regime_of("secondary", 10, 1990) is None


def test_a_regulation_answers_to_its_shorter_names() -> None:
    assert is_named(Regime.QD40, "QĐ 40/2006")
    assert is_named(Regime.TT30_TT22, "TT30/2014")
    assert is_named(Regime.TT30_TT22, "TT30")
    assert not is_named(Regime.TT58, "TT58+TT26")
    assert all(regime.name_vi for regime in Regime)
    assert not Regime.QD40.is_computed


def test_numbers_of_the_law_are_rows_that_a_province_may_override() -> None:
    assert number("absence_limit") == 45
    assert provision("gdtx_adjusts", overrides={"gdtx_adjusts": "yes"}) == "yes"
    with pytest.raises(UnknownProvision, match="no provision"):
        provision("no_such_row")
