"""Worked examples W1 to W31, as a head teacher would check them by hand.

TX: điểm thường xuyên; GK: giữa kì; CK: cuối kì.
"""

from khue.gradebook.rules.awards import Award, year_award
from khue.gradebook.rules.conduct import conduct_year
from khue.gradebook.rules.gdtx import gdtx_learning_level
from khue.gradebook.rules.learning import LearningResult, Policy, learning_level
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import FAILED, PASSED, ZERO_BY_RULE, Mark, print_mark_cell
from khue.gradebook.rules.promotion import Outcome, Standing, promotion_outcome
from khue.gradebook.rules.reassessment import YearResults, reassess
from khue.gradebook.rules.tt22 import (
    comment_semester,
    comment_year,
    regular_count,
    semester_average,
    year_average,
)
from khue.gradebook.rules.tt27 import (
    PrimaryOutcome,
    QualityLevel,
    SubjectLevel,
    YearEnd,
    YearLevel,
    primary_award,
    primary_outcome,
    primary_year_level,
)
from khue.gradebook.rules.tt58 import Grade, OldLevel, OldResults, old_level
from kit.numbers import parse_mark

D, CD = PASSED, FAILED
TOT, KHA, DAT, CHUADAT = Level


def mark(text: str) -> int:
    """One mark as a teacher writes it."""
    tenths = parse_mark(text)
    assert isinstance(tenths, int)
    return tenths


def marks(text: str) -> list[int]:
    """Several marks as a line of the book writes them."""
    return [mark(one) for one in text.split()]


def term(tx: str, gk: str, ck: str) -> Mark:
    """The average of a term from marks written as in a mark book."""
    return semester_average(marks(tx), mark(gk), mark(ck))


def printed(stored: Mark) -> str:
    """A result as the book shows it."""
    return print_mark_cell(stored)


def test_w1_civics_with_35_periods_has_two_regular_marks() -> None:
    assert regular_count(35) == 2
    assert printed(term(tx="8 9", gk="7", ck="7,5")) == "7,6"


def test_w2_exactly_6_55_rounds_up_to_6_6() -> None:
    assert regular_count(70) == 3
    assert printed(term(tx="6 7 7", gk="6", ck="6,8")) == "6,6"


def test_w3_exactly_6_45_reaches_the_floor_of_tot() -> None:
    assert printed(term(tx="6 7 7", gk="6,5", ck="6,2")) == "6,5"


def test_w4_exactly_8_95_is_9() -> None:
    assert printed(term(tx="9 9 9", gk="9,1", ck="8,8")) == "9,0"


def test_w5_literature_of_a_term_and_of_the_year() -> None:
    assert regular_count(140) == 4
    assert printed(term(tx="6,5 7 8 9", gk="6,5", ck="7,3")) == "7,3"
    assert printed(year_average(mark("7,8"), mark("8,1"))) == "8,0"


def test_w6_each_term_is_rounded_before_the_year() -> None:
    first = term(tx="8 8 8 8", gk="7,5", ck="7,5")
    second = term(tx="7,5 8 8 8", gk="8,2", ck="8,2")
    assert (printed(first), printed(second)) == ("7,7", "8,1")
    assert printed(year_average(first, second)) == "8,0"


def test_w7_the_topic_cluster_is_one_more_regular_mark() -> None:
    assert regular_count(105, with_cluster=True) == 5
    assert printed(term(tx="7 8 8 9 9", gk="7,5", ck="8")) == "8,0"
    assert printed(term(tx="7 8 8 9", gk="7,5", ck="8")) == "7,9"


def test_w8_a_final_test_missed_without_reason_counts_zero() -> None:
    tx = marks("7 8 6 7")
    assert printed(semester_average(tx, mark("6,5"), ZERO_BY_RULE)) == "4,6"


def test_w9_one_chua_dat_fails_the_term_and_term_two_decides_the_year() -> None:
    first = comment_semester([D, D], CD, D)
    second = comment_semester([D, D], D, D)
    assert (printed(first), printed(second)) == ("CĐ", "Đ")
    assert printed(comment_year(second)) == "Đ"


def learnt(scores: str, failed: int = 0, policy: Policy = "replace") -> LearningResult:
    """The learning level of a student from averages written as in a book."""
    return learning_level(marks(scores), failed, policy=policy)


def test_w10_six_subjects_from_8_and_none_under_6_5_is_tot() -> None:
    assert learnt("8,2 8,5 8,0 9,0 7,9 8,1 8,6 6,5").final is TOT


def test_w11_one_level_lost_is_not_adjusted() -> None:
    assert learnt("8,2 8,5 8,0 9,0 7,9 8,1 8,6 6,4") == LearningResult(KHA, KHA)


def test_w12_two_levels_lost_by_one_subject_are_raised_by_one() -> None:
    assert learnt("8,2 8,5 8,0 9,0 7,9 8,1 8,6 4,9") == LearningResult(DAT, KHA, adjusted_by=7)


def test_w13_three_levels_lost_are_raised_by_one_only() -> None:
    assert learnt("8,2 8,5 8,0 9,0 7,9 8,1 8,6 3,4") == LearningResult(CHUADAT, DAT, adjusted_by=7)


def test_w14_the_policy_decides_when_only_five_others_reach_8() -> None:
    scores = "8,2 8,5 8,0 9,0 7,9 8,1 7,0 4,9"
    assert learnt(scores).final is KHA
    assert learnt(scores, policy="drop").final is DAT


def test_w15_the_one_subject_may_be_a_comment_subject() -> None:
    made = learnt("8,2 8,5 8,0 9,0 7,9 8,1 8,6 6,5", failed=1)
    assert made == LearningResult(DAT, KHA, adjusted_by=-1)


def test_w16_two_weak_subjects_are_two_causes() -> None:
    assert learnt("8,2 8,5 8,0 4,8 8,3 8,1 8,6 4,9") == LearningResult(DAT, DAT)


def test_w17_kha_spoiled_by_one_subject_is_promotable() -> None:
    made = learnt("7,0 6,8 6,5 7,2 7,5 6,9 6,0 3,0")
    assert (made.raw, made.final) == (CHUADAT, DAT)
    assert promotion_outcome(Standing(KHA, made.final)) is Outcome.PROMOTED


def test_w18_dat_spoiled_by_one_subject_is_not_adjusted() -> None:
    made = learnt("5,5 5,0 5,2 6,0 5,8 5,1 5,4 3,4")
    assert made == LearningResult(CHUADAT, CHUADAT)
    assert promotion_outcome(Standing(KHA, made.final)) is Outcome.REASSESS


def test_w19_a_comment_subject_and_a_weak_mark_are_two_causes() -> None:
    assert learnt("8,2 8,5 8,0 9,0 8,1 8,1 8,6 4,9", failed=1) == LearningResult(DAT, DAT)


def test_w20_conduct_of_the_year() -> None:
    assert conduct_year(CHUADAT, TOT) is KHA
    assert conduct_year(TOT, DAT) is KHA
    assert conduct_year(TOT, CHUADAT) is CHUADAT


def test_w21_three_subjects_assessed_again_bring_the_student_up() -> None:
    names = ["Văn", "Toán", "NN", "GDCD", "LSĐL", "KHTN", "CN", "Tin"]
    averages = [mark(text) for text in ["4,2", "4,5", "5,1", "6,0", "5,5", "4,8", "6,1", "5,9"]]
    year = YearResults(dict(zip(names, averages, strict=True)), {"GDTC": D, "Nghệ thuật": D})
    again = {"Văn": mark("5,5"), "Toán": mark("4,0"), "KHTN": mark("6,0")}
    made = reassess(year, again, conduct=KHA, absent_sessions=12)
    assert made is not None
    assert made.before.final is CHUADAT
    assert made.eligible == ("Văn", "Toán", "KHTN")
    assert (made.after.final, made.outcome) == (DAT, Outcome.PROMOTED)
    assert year.scores["Toán"] == mark("4,5"), "the year average stays in the book"


def test_w22_45_sessions_are_allowed_and_46_are_not() -> None:
    assert promotion_outcome(Standing(TOT, TOT, absent_sessions=45)) is Outcome.PROMOTED
    assert promotion_outcome(Standing(TOT, TOT, absent_sessions=46)) is Outcome.RETAINED


def test_w23_both_chua_dat_means_the_class_again() -> None:
    assert promotion_outcome(Standing(CHUADAT, CHUADAT)) is Outcome.RETAINED


def test_w24_six_subjects_from_9_are_needed_for_xuat_sac() -> None:
    scores = [mark(text) for text in ["9,0", "9,2", "9,5", "9,1", "9,0", "9,3", "8,0", "6,5"]]
    assert year_award(TOT, TOT, scores) is Award.XUATSAC
    assert year_award(TOT, TOT, [mark("8,9"), *scores[1:]]) is Award.GIOI


def test_w25_an_elective_by_comment_is_no_scored_subject() -> None:
    assert learnt("8,0 7,8 9,1 8,4 9,0 8,3 8,0 6,7").final is TOT


PRIMARY = "Tiếng Việt;Toán;Ngoại ngữ 1;Đạo đức;LS&ĐL;Khoa học;Tin&CN;GDTC;Âm nhạc;Mĩ thuật;HĐTN"
TESTED = "Tiếng Việt;Toán;Ngoại ngữ 1;Tin&CN;LS&ĐL;Khoa học"


def pupil(maths: int = 10, music: SubjectLevel = SubjectLevel.T) -> YearEnd:
    """A pupil of grade 4 with the best results in everything else."""
    subjects = dict.fromkeys(PRIMARY.split(";"), SubjectLevel.T) | {"Âm nhạc": music}
    tests = dict.fromkeys(TESTED.split(";"), 90) | {"Toán": maths * 10}
    return YearEnd(subjects, [QualityLevel.T] * 15, tests)


def test_w26_everything_t_and_every_test_from_9() -> None:
    level = primary_year_level(pupil())
    assert level is YearLevel.HTXS
    assert primary_award(level) is Award.XUATSAC


def test_w27_one_test_at_8() -> None:
    assert primary_year_level(pupil(maths=8)) is YearLevel.HTT


def test_w28_one_subject_at_h_caps_the_year() -> None:
    assert primary_year_level(pupil(music=SubjectLevel.H)) is YearLevel.HT


def test_w29_one_test_under_5_leads_to_help_and_another_assessment() -> None:
    level = primary_year_level(pupil(maths=4))
    assert level is YearLevel.CHT
    assert primary_outcome(level) is PrimaryOutcome.HELP


def test_w30_continuing_education_needs_five_subjects() -> None:
    scores = [mark(text) for text in ["8,1", "8,0", "8,3", "7,0", "8,4", "8,0", "6,6"]]
    assert gdtx_learning_level(scores).final is TOT
    assert learning_level(scores).final is KHA


def old_year(informatics: str) -> OldLevel | None:
    """A student of an old year; only informatics differs."""
    key = {"Toan": mark("8,2"), "NguVan": mark("7,6"), "NgoaiNgu": mark("7,9")}
    others = dict(enumerate(marks("8,5 8,1 8,4 8,0 8,3 9,0 8,8")))
    scores = key | {f"M{place}": score for place, score in others.items()}
    return old_level(OldResults({**scores, "TinHoc": mark(informatics)}))


def test_w31_an_old_year_pulled_down_by_one_subject_is_raised() -> None:
    assert old_year("4,9") == OldLevel(80, Grade.TB, Grade.K, adjusted_by="TinHoc")
    assert old_year("6,4") == OldLevel(81, Grade.K, Grade.K)
