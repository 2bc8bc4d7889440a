"""“Cách tính”: every explanation agrees with its rule and says what a reader needs."""

from hypothesis import given
from hypothesis import strategies as st

from khue.gradebook.rules.awards import year_award
from khue.gradebook.rules.conduct import conduct_year
from khue.gradebook.rules.explanations import (
    Explanation,
    explain_award,
    explain_comment_year,
    explain_conduct_year,
    explain_gdtx_award,
    explain_gdtx_learning,
    explain_learning,
    explain_mean_of_subjects,
    explain_old_level,
    explain_old_semester_average,
    explain_primary_award,
    explain_primary_year,
    explain_promotion,
    explain_reassessment,
    explain_semester_average,
)
from khue.gradebook.rules.gdtx import gdtx_learning_level
from khue.gradebook.rules.learning import Policy, learning_level
from khue.gradebook.rules.levels import Level
from khue.gradebook.rules.marks import FAILED, PASSED, Mark
from khue.gradebook.rules.promotion import Standing, promotion_outcome
from khue.gradebook.rules.reassessment import YearResults, reassess
from khue.gradebook.rules.tt27 import QualityLevel, SubjectLevel, YearEnd, primary_year_level
from khue.gradebook.rules.tt58 import OldResults, old_level

TOT, KHA, DAT, CHUADAT = Level
NAMES = ["Ngữ văn", "Toán", "Ngoại ngữ 1", "GDCD", "LS&ĐL", "KHTN", "Công nghệ", "Tin học"]
GOOD = dict(zip(NAMES, [82, 85, 80, 90, 79, 81, 86, 65], strict=True))
ALL_PASSED: dict[str, Mark] = {"GDTC": PASSED, "Nghệ thuật": PASSED}

levels = st.sampled_from(list(Level))
scores = st.lists(
    st.sampled_from([0, 34, 35, 49, 50, 64, 65, 79, 80, 90, 100]), min_size=1, max_size=8
).map(lambda marks: dict(zip(NAMES, marks, strict=False)))
comments = st.lists(st.sampled_from([PASSED, FAILED]), max_size=3).map(
    lambda marks: {f"Nhận xét {place}": mark for place, mark in enumerate(marks)}
)


def unmet(made: Explanation) -> list[str]:
    """The conditions that fail, with what makes them fail."""
    return [f"{one.text}: {one.detail}" for one in made.conditions if not one.met]


@given(scores, comments, st.sampled_from(["replace", "drop"]))
def test_learning_is_explained_as_it_is_computed(
    marks: dict[str, int], given: dict[str, int], policy: Policy
) -> None:
    failed = sum(mark == FAILED for mark in given.values())
    result = learning_level(tuple(marks.values()), failed, policy=policy)
    made = explain_learning(marks, given, policy=policy)
    assert (made.result, made.printed) == (result.final, result.final.name_vi)
    assert made.exact == result.raw.name_vi
    met_levels = {one.text.split(":")[0] for one in made.conditions if one.met}
    assert result.raw is CHUADAT or result.raw.name_vi in met_levels


@given(scores, comments)
def test_continuing_education_is_explained_as_it_is_computed(
    marks: dict[str, int], given: dict[str, int]
) -> None:
    made = explain_gdtx_learning(marks, given)
    assert made.result == gdtx_learning_level(tuple(marks.values())).final
    assert made.article == "Thông tư 43/2021/TT-BGDĐT, Điều 9"


def test_the_adjustment_names_its_subject_and_clause() -> None:
    made = explain_learning({**GOOD, "Tin học": 49}, ALL_PASSED)
    assert made.printed == "Khá"
    assert made.notes == (
        "Mức theo ngưỡng là Đạt, thấp xuống từ 2 mức trở lên chỉ do kết quả của một môn: "
        "Tin học (4,9); nếu môn này đáp ứng yêu cầu thì mức là Tốt.",
        "Được điều chỉnh lên mức liền kề: Khá (khoản 3).",
    )
    assert "Khá: mọi môn từ 5,0: Tin học 4,9" in unmet(made)


def test_the_one_subject_may_be_a_comment_subject() -> None:
    made = explain_learning(GOOD, {**ALL_PASSED, "GDTC": FAILED}, period="học kì I")
    assert made.name == "Kết quả học tập học kì I"
    assert "một môn: GDTC (Chưa đạt)" in made.notes[0]
    assert "Tốt: các môn đánh giá bằng nhận xét đều Đạt: GDTC" in unmet(made)


def test_the_policy_is_said_in_the_note() -> None:
    spoiled = {**GOOD, "Tin học": 20}
    made = explain_learning(spoiled, ALL_PASSED, policy="drop")
    assert "nếu để môn này ra ngoài thì mức là Tốt" in made.notes[0]


def test_what_is_missing_is_named() -> None:
    made = explain_learning({**GOOD, "Toán": None}, {"GDTC": None})
    assert made.notes == ("Chưa xếp được vì còn thiếu: Toán, GDTC.",)
    assert (made.result, made.printed) == (None, "")
    nothing = explain_learning({}, {})
    assert nothing.notes == ("Chưa xếp được vì chưa có môn học nào.",)
    assert explain_gdtx_learning({"Toán": None}, {}).printed == ""


def test_an_adjustment_in_continuing_education_is_a_setting() -> None:
    spoiled: dict[str, Mark] = {**GOOD, "Tin học": 49}
    assert explain_gdtx_learning(spoiled, {}).printed == "Đạt"
    made = explain_gdtx_learning(spoiled, {}, overrides={"gdtx_adjusts": "yes"})
    assert made.printed == "Khá"


@given(levels, levels)
def test_conduct_shows_its_row_of_the_table(first: Level, second: Level) -> None:
    made = explain_conduct_year(first, second)
    assert made.result == conduct_year(first, second)
    (cell,) = [one for one in made.conditions if one.met]
    assert cell.detail == made.printed


def test_conduct_waits_for_a_term() -> None:
    assert explain_conduct_year(TOT, None).notes == ("Chưa xếp được vì còn thiếu: Học kì II.",)
    assert explain_conduct_year(None, TOT).conditions == ()


@given(levels, levels, st.integers(40, 50), st.booleans(), st.none() | levels, st.none() | levels)
def test_promotion_is_explained_as_it_is_decided(
    conduct: Level,
    learning: Level,
    absent: int,
    disability: bool,  # noqa: FBT001
    after: Level | None,
    again: Level | None,
) -> None:
    standing = Standing(conduct, learning, absent, disability, after, again)
    made = explain_promotion(standing)
    assert made.result == promotion_outcome(standing).value
    assert len(made.notes) == 1


def test_promotion_says_what_is_missing_and_what_follows() -> None:
    late = explain_promotion(Standing(TOT, TOT, 46))
    assert unmet(late)[0].endswith("nghỉ 46 buổi")
    assert late.notes[0].startswith("Nghỉ quá 45 buổi")
    both = explain_promotion(Standing(CHUADAT, CHUADAT))
    assert "không thuộc diện đánh giá lại (Điều 14)" in both.notes[0]
    summer = explain_promotion(Standing(CHUADAT, KHA, conduct_after=DAT), grade=9)
    assert summer.printed == "Hoàn thành chương trình trung học cơ sở"
    assert summer.conditions[0].detail == "Chưa đạt; sau kì nghỉ hè: Đạt"


def test_re_assessment_shows_old_and_new() -> None:
    results = YearResults({**GOOD, "Toán": 30, "Tin học": 40}, {"GDTC": PASSED})
    again: dict[str, Mark] = {"Toán": 55}
    made = reassess(results, again, conduct=TOT)
    assert made is not None
    explained = explain_reassessment(results, again, made)
    assert [(part.label, part.shown, part.counted) for part in explained.parts] == [
        ("Toán", "3,0", "5,5"),
        ("Tin học", "4,0", "4,0"),
    ]
    assert explained.notes[-1] == "Không đánh giá lại, giữ kết quả cũ: Tin học."


@given(levels, levels, scores)
def test_awards_are_explained_as_they_are_given(
    conduct: Level, learning: Level, marks: dict[str, int]
) -> None:
    made = explain_award(conduct, learning, marks)
    assert made.result == year_award(conduct, learning, tuple(marks.values())).value


def test_an_award_counts_the_nines() -> None:
    made = explain_award(TOT, TOT, {**GOOD, "Toán": 95})
    assert made.printed == "Học sinh Giỏi"
    assert unmet(made) == ["Xuất sắc: ít nhất 6 môn có ĐTBmcn từ 9,0: Toán 9,5; GDCD 9,0"]
    assert explain_award(KHA, TOT, GOOD).printed == "Không có danh hiệu"
    gdtx = explain_gdtx_award(TOT, TOT, GOOD)
    assert (gdtx.printed, gdtx.article) == ("Học viên Giỏi", "Thông tư 43/2021/TT-BGDĐT, Điều 14")


def test_a_year_of_primary_school_is_explained() -> None:
    subjects: dict[str, SubjectLevel | None] = {"Toán": SubjectLevel.T, "Âm nhạc": SubjectLevel.H}
    qualities: dict[str, QualityLevel | None] = {"Yêu nước": QualityLevel.T}
    made = explain_primary_year(subjects, qualities, {"Toán": 80})
    assert made.printed == "Hoàn thành"
    assert unmet(made)[:2] == [
        "Hoàn thành xuất sắc: môn học và hoạt động giáo dục đều T: Âm nhạc H",
        "Hoàn thành xuất sắc: mọi bài kiểm tra cuối năm từ 9 điểm: Toán 8",
    ]
    waits = explain_primary_year(subjects, {"Nhân ái": None}, {"Toán": None})
    assert waits.notes == ("Chưa xếp được vì còn thiếu: Nhân ái, bài kiểm tra Toán.",)


@given(
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(list(SubjectLevel)), min_size=1),
    st.dictionaries(st.sampled_from(["Nhân ái"]), st.sampled_from(list(QualityLevel))),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from([40, 50, 70, 90])),
)
def test_primary_is_explained_as_it_is_computed(
    subjects: dict[str, SubjectLevel],
    qualities: dict[str, QualityLevel],
    tests: dict[str, int],
) -> None:
    year = YearEnd(subjects, tuple(qualities.values()), tests)
    made = explain_primary_year(subjects, qualities, tests)
    assert made.result == primary_year_level(year)
    award = explain_primary_award(
        primary_year_level(year), clear_progress=True, recognised_by_class=True
    )
    assert award.article == "Thông tư 27/2020/TT-BGDĐT, Điều 13"


def test_help_is_named_where_a_pupil_has_not_completed() -> None:
    made = explain_primary_year({"Toán": SubjectLevel.C}, {}, {})
    assert made.printed == "Chưa hoàn thành"
    assert made.notes[-1].startswith("Giáo viên lập kế hoạch giúp đỡ")


OLD = {"Toan": 82, "NguVan": 76, "NgoaiNgu": 79, "VatLi": 85, "HoaHoc": 85, "TinHoc": 49}
OLD_NAMES = {"Toan": "Toán", "NguVan": "Ngữ văn", "NgoaiNgu": "Ngoại ngữ", "TinHoc": "Tin học"}


def test_an_old_grade_is_explained() -> None:
    results = OldResults({**OLD, "SinhHoc": 100, "DiaLi": 100})
    made = explain_old_level(results, names=OLD_NAMES)
    computed = old_level(results)
    assert made is not None
    assert computed is not None
    assert made.printed == computed.final.name_vi == "Khá"
    assert "chỉ do kết quả của Tin học; được điều chỉnh thành Khá" in made.notes[0]
    assert made.article.endswith("sửa đổi bởi Thông tư 26/2020/TT-BGDĐT")
    plain = explain_old_level(OldResults({"Toan": 80}), names={}, keys=("Toan", "NguVan"))
    assert plain is not None
    assert plain.article == "Thông tư 58/2011/TT-BGDĐT, Điều 13"
    assert explain_old_level(OldResults({}), names={}) is None


def test_old_averages_are_explained() -> None:
    made = explain_old_semester_average([80, 70], [75], 80)
    assert (made.substitution, made.exact, made.printed) == ("54,0 / 7", "7,7142…", "7,7")
    assert [part.label for part in made.parts] == ["KTtx 1", "KTtx 2", "KTđk", "KThk"]
    mean = explain_mean_of_subjects(OLD)
    assert mean is not None
    assert mean.printed == "7,6"
    assert explain_mean_of_subjects({}) is None


def test_an_average_of_continuing_education_names_its_own_law() -> None:
    made = explain_semester_average([80, 90], 70, 75, article="Thông tư 43/2021/TT-BGDĐT, Điều 9")
    assert made.article == "Thông tư 43/2021/TT-BGDĐT, Điều 9"
    assert made.weighted


def test_the_year_of_a_comment_subject_is_term_two() -> None:
    made = explain_comment_year(FAILED, PASSED)
    assert (made.printed, made.result) == ("Đạt", PASSED)
    assert explain_comment_year(PASSED, None).notes == ("Chưa tính được vì còn thiếu: học kì II.",)
