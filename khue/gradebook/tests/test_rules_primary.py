"""Grades 1 to 5 and preschool: tests, levels, titles, fields of development, strands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.gradebook.rules import tt27
from khue.gradebook.rules.awards import Award
from khue.gradebook.rules.marks import EXCUSED_PENDING, FAILED, NOT_YET, PASSED, ZERO_BY_RULE, Mark
from khue.gradebook.rules.preschool import (
    Attainment,
    age_groups,
    field_result,
    fields_of_group,
    group_of_age,
    growth_measures_due,
)
from khue.gradebook.rules.strands import arts_assessment, lower_level, mixed_mark, year_end_tests
from khue.gradebook.rules.tt27 import (
    Point,
    PrimaryOutcome,
    QualityLevel,
    SubjectLevel,
    YearEnd,
    YearLevel,
    assessed_competences,
    has_test,
    is_abnormal_test,
    level_when_complete,
    missing_tests,
    parse_test_mark,
    primary_award,
    primary_outcome,
    primary_year_level,
)
from kit.refusal import Refusal

subject_levels = st.sampled_from(list(SubjectLevel))
quality_levels = st.sampled_from(list(QualityLevel))
whole_marks = st.integers(0, 10).map(lambda mark: mark * 10)
years = st.builds(
    YearEnd,
    st.dictionaries(st.sampled_from("ABCDEF"), subject_levels, min_size=1),
    st.lists(quality_levels, max_size=6),
    st.dictionaries(st.sampled_from("ABC"), whole_marks),
)


@pytest.mark.parametrize(("grade", "tests"), [(1, 4), (2, 4), (3, 8), (4, 16), (5, 16)])
def test_tests_of_a_year(grade: int, tests: int) -> None:
    assert tt27.tests_in_year(grade) == tests


@pytest.mark.parametrize(
    ("grade", "point", "subjects"),
    [
        (1, Point.MID_TERM_1, ()),
        (2, Point.YEAR_END, ("TiengViet", "Toan")),
        (3, Point.TERM_1, ("TiengViet", "Toan", "NN1", "TinCN")),
        (3, Point.MID_TERM_2, ()),
        (4, Point.MID_TERM_1, ("TiengViet", "Toan")),
        (5, Point.YEAR_END, ("TiengViet", "Toan", "NN1", "TinCN", "LSDL", "KhoaHoc")),
    ],
)
def test_which_subjects_are_tested(grade: int, point: Point, subjects: tuple[str, ...]) -> None:
    assert tt27.tested_subjects(grade, point) == subjects


def test_tested_subjects_answer_to_their_official_names() -> None:
    assert tt27.tested_names(1, Point.YEAR_END) == ("Tiếng Việt", "Toán")
    assert has_test("Khoa học", 4, Point.TERM_1)
    assert not has_test("Khoa học", 4, Point.MID_TERM_1)
    assert not has_test("Đạo đức", 4, Point.YEAR_END)
    assert missing_tests(2, {"Toan": 90}) == ("TiengViet",)
    assert Point.MID_TERM_1.name_vi == "Giữa học kì I"


@pytest.mark.parametrize(("typed", "tenths"), [("9", 90), ("10", 100), ("9,0", 90), (0, 0)])
def test_a_test_mark_is_whole(typed: str | int, tenths: int) -> None:
    assert parse_test_mark(typed) == tenths


@pytest.mark.parametrize(
    ("typed", "key"),
    [("9,5", "NOT_WHOLE"), ("95", "NOT_WHOLE"), ("11", "OUT_OF_RANGE"), ("chín", "NOT_A_NUMBER")],
)
def test_any_other_test_mark_is_refused(typed: str, key: str) -> None:
    refusal = parse_test_mark(typed)
    assert isinstance(refusal, Refusal)
    assert refusal.key == key


def test_competences_follow_the_subjects_of_the_grade() -> None:
    assert len(assessed_competences(3)) == 15
    assert {"tin-hoc", "cong-nghe"} & set(assessed_competences(2)) == set()
    assert len(assessed_competences(1)) == 13


T, H, C = SubjectLevel


@pytest.mark.parametrize(
    ("subject", "quality", "test", "level"),
    [
        (T, QualityLevel.T, 90, YearLevel.HTXS),
        (T, QualityLevel.T, 80, YearLevel.HTT),
        (T, QualityLevel.T, 70, YearLevel.HTT),
        (T, QualityLevel.T, 60, YearLevel.HT),
        (T, QualityLevel.T, 50, YearLevel.HT),
        (T, QualityLevel.T, 40, YearLevel.CHT),
        (H, QualityLevel.T, 100, YearLevel.HT),
        (T, QualityLevel.D, 100, YearLevel.HT),
        (T, QualityLevel.C, 100, YearLevel.CHT),
        (C, QualityLevel.T, 100, YearLevel.CHT),
    ],
)
def test_the_year_of_a_pupil(
    subject: SubjectLevel, quality: QualityLevel, test: int, level: YearLevel
) -> None:
    year = YearEnd({"Toán": T, "Âm nhạc": subject}, [QualityLevel.T, quality], {"Toán": test})
    assert primary_year_level(year) is level


@given(years, st.data())
def test_a_better_value_never_lowers_the_year(year: YearEnd, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(year.subjects)))
    subjects = {**year.subjects, name: min(year.subjects[name], data.draw(subject_levels))}
    tests = {name: min(100, mark + 10) for name, mark in year.tests.items()}
    better = YearEnd(subjects, year.qualities, tests)
    assert primary_year_level(better) <= primary_year_level(year)


def test_the_year_waits_for_every_cell() -> None:
    assert level_when_complete({"Toán": T}, [QualityLevel.T], {"Toán": None}) is None
    assert level_when_complete({"Toán": None}, [QualityLevel.T], {"Toán": 90}) is None
    assert level_when_complete({"Toán": T}, [None], {"Toán": 90}) is None
    assert level_when_complete({}, [], {}) is None
    assert level_when_complete({"Toán": T}, [QualityLevel.T], {"Toán": 90}) is YearLevel.HTXS


def test_tieu_bieu_needs_its_further_conditions() -> None:
    assert primary_award(YearLevel.HTXS) is Award.XUATSAC
    assert primary_award(YearLevel.HTT) is Award.NONE
    notable = primary_award(YearLevel.HTT, outstanding_subject=True, recognised_by_class=True)
    assert notable is Award.TIEUBIEU
    progress = primary_award(YearLevel.HTT, clear_progress=True, recognised_by_class=True)
    assert progress is Award.TIEUBIEU
    assert primary_award(YearLevel.HTT, outstanding_subject=True) is Award.NONE
    unmet = primary_award(YearLevel.HT, clear_progress=True, recognised_by_class=True)
    assert unmet is Award.NONE


def test_completion_of_a_grade() -> None:
    assert primary_outcome(YearLevel.HT) is PrimaryOutcome.COMPLETED
    assert primary_outcome(YearLevel.CHT) is PrimaryOutcome.HELP
    helped = primary_outcome(YearLevel.CHT, after_help=YearLevel.HT)
    assert helped is PrimaryOutcome.COMPLETED
    still = primary_outcome(YearLevel.CHT, after_help=YearLevel.CHT)
    assert still is PrimaryOutcome.PRINCIPAL_DECIDES


@pytest.mark.parametrize(
    ("level", "test", "abnormal"),
    [(T, 60, True), (T, 70, False), (H, 40, True), (H, 80, False), (H, 90, True), (C, 60, True),
     (C, 40, False)],
)  # fmt: skip
def test_a_test_far_from_the_regular_assessment(
    level: SubjectLevel, test: int, *, abnormal: bool
) -> None:
    assert is_abnormal_test(level, test) is abnormal


@pytest.mark.parametrize(
    ("strands", "result"),
    [
        ([PASSED, PASSED], PASSED),
        ([PASSED, FAILED], FAILED),
        ([PASSED, NOT_YET], None),
        ([NOT_YET, FAILED], FAILED),
        ([PASSED, ZERO_BY_RULE], FAILED),
        ([PASSED, EXCUSED_PENDING], None),
        ([], None),
    ],
)
def test_arts_pass_only_with_both_strands(strands: list[Mark], result: Mark) -> None:
    assert arts_assessment(strands) == result


def test_strands_mix_by_the_periods_taught() -> None:
    assert mixed_mark({"Lí": 80, "Hóa": 65}, {"Lí": 1, "Hóa": 1}) == 73
    assert mixed_mark({"Lí": 80, "Hóa": 60, "Sinh": 70}, {"Lí": 40, "Hóa": 20, "Sinh": 0}) == 73
    assert mixed_mark({"Lí": 80}, {}) is None


def test_the_lower_strand_decides_in_primary_unless_merged() -> None:
    assert lower_level([T, H]) is H
    assert lower_level([]) is None
    marks = {"Tin học": 90, "Công nghệ": 80}
    apart = year_end_tests(marks, name="Tin học và Công nghệ")
    assert min(apart.values()) == 80
    merged = year_end_tests(marks, name="Tin học và Công nghệ", merged=True)
    assert merged == {"Tin học và Công nghệ": 90}


def test_fields_of_development_follow_the_age() -> None:
    nursery = [field.name for field in fields_of_group("25-36")]
    kindergarten = [field.name for field in fields_of_group("5-6")]
    assert len(nursery) == 4
    assert len(kindergarten) == 5
    assert "Phát triển thẩm mĩ" in kindergarten
    assert [group.most_children for group in age_groups()] == [15, 20, 25, 25, 30, 35]


def test_a_field_is_dat_when_every_goal_is_reached() -> None:
    assert field_result(5, 5) is Attainment.DAT
    assert field_result(4, 5) is Attainment.CHUADAT
    assert field_result(0, 0) is None
    assert Attainment.CHUADAT.name_vi == "Chưa đạt"


def test_growth_is_measured_monthly_then_quarterly() -> None:
    assert growth_measures_due(12, 11)
    assert not growth_measures_due(40, 38)
    assert growth_measures_due(40, 37)
    assert growth_measures_due(40, None)
    assert not growth_measures_due(90, None)
    assert group_of_age(2) is None
