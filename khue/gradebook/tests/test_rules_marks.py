"""A cell of the mark book says which of four things it is, and never a doubtful blank."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.gradebook.rules.explanations import (
    explain_comment_semester,
    explain_semester_average,
    explain_year_average,
)
from khue.gradebook.rules.marks import (
    EXCUSED_PENDING,
    FAILED,
    NOT_YET,
    PASSED,
    ZERO_BY_RULE,
    Assessments,
    Mark,
    count_settled,
    counted_comment,
    counted_score,
    describe_mark,
    is_comment,
    is_score,
    parse_cell,
    parse_comment_cell,
    parse_score_cell,
    print_mark_cell,
)
from khue.gradebook.rules.tt22 import semester_average
from kit.refusal import Refusal

marks = st.integers(0, 100)
score_cells = st.one_of(marks, st.sampled_from([NOT_YET, EXCUSED_PENDING, ZERO_BY_RULE]))
comment_cells = st.sampled_from([NOT_YET, EXCUSED_PENDING, ZERO_BY_RULE, PASSED, FAILED])


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("8,5", 85), ("85", 85), ("0", 0), ("", NOT_YET), (None, NOT_YET), ("  ", NOT_YET),
     ("P", EXCUSED_PENDING), ("p", EXCUSED_PENDING), ("KP", ZERO_BY_RULE), (8.5, 85), (0, 0)],
)  # fmt: skip
def test_a_score_is_read(typed: str | float | None, stored: Mark) -> None:
    assert parse_score_cell(typed) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("Đ", PASSED), ("đ", PASSED), ("d", PASSED), ("Đạt", PASSED), ("dat", PASSED),
     ("CĐ", FAILED), ("cd", FAILED), ("Chưa đạt", FAILED), ("", NOT_YET), ("P", EXCUSED_PENDING)],
)  # fmt: skip
def test_a_comment_is_read(typed: str, stored: Mark) -> None:
    assert parse_comment_cell(typed) == stored


@pytest.mark.parametrize("typed", ["8,5", "Tốt", "X", "=1"])
def test_a_comment_subject_takes_no_number(typed: str) -> None:
    refusal = parse_cell(typed, by_comment=True)
    assert isinstance(refusal, Refusal)
    assert "chỉ nhận Đ (Đạt) hoặc CĐ (Chưa đạt)" in refusal.sentence


def test_a_scored_subject_takes_no_comment() -> None:
    assert isinstance(parse_cell("Đ", by_comment=False), Refusal)


@given(score_cells)
def test_a_printed_score_cell_reads_back(stored: Mark) -> None:
    assert is_score(stored)
    assert parse_score_cell(print_mark_cell(stored)) == stored


@given(comment_cells)
def test_a_printed_comment_cell_reads_back(stored: Mark) -> None:
    assert is_comment(stored)
    assert parse_comment_cell(print_mark_cell(stored)) == stored


def test_scores_and_comments_do_not_mix() -> None:
    assert not is_score(PASSED)
    assert not is_comment(85)
    assert not is_score(-3)
    assert counted_score(PASSED) is None
    assert counted_comment(85) is None


def test_missing_without_reason_counts_as_the_worst() -> None:
    assert counted_score(ZERO_BY_RULE) == 0
    assert counted_comment(ZERO_BY_RULE) == FAILED


def test_a_cell_can_be_said_in_words() -> None:
    spoken = [
        describe_mark(stored) for stored in (NOT_YET, EXCUSED_PENDING, ZERO_BY_RULE, 75, PASSED)
    ]
    assert spoken == [
        "để trống", "vắng có lý do, chờ kiểm tra bù", "vắng không có lý do", "7,5", "Đạt",
    ]  # fmt: skip


def test_progress_counts_what_no_longer_waits() -> None:
    cells = Assessments((80, NOT_YET), EXCUSED_PENDING, ZERO_BY_RULE).all
    assert count_settled(cells) == 2


def test_an_average_is_explained_with_its_numbers() -> None:
    explanation = explain_semester_average([60, 70, 70], 60, 68)
    assert explanation.substitution == "(6,0 + 7,0 + 7,0 + 2 × 6,0 + 3 × 6,8) / 8 = 52,4 / 8"
    assert (explanation.exact, explanation.printed) == ("6,55", "6,6")
    assert explanation.notes == ("Chữ số thập phân thứ hai đúng bằng 5 nên được làm tròn lên.",)
    assert explanation.article == "Thông tư 22/2021/TT-BGDĐT, Điều 9"


def test_an_average_that_does_not_end_is_shown_cut() -> None:
    assert explain_semester_average([80, 90], 70, 75).exact == "7,6428…"


def test_a_missing_mark_is_named() -> None:
    explanation = explain_semester_average([80, NOT_YET], 70, EXCUSED_PENDING)
    assert explanation.printed == ""
    assert explanation.notes == ("Chưa tính được vì còn thiếu: thường xuyên 2, cuối kì.",)


def test_a_zero_by_rule_is_explained() -> None:
    explanation = explain_semester_average([70, 80, 60, 70], 65, ZERO_BY_RULE)
    assert explanation.printed == "4,6"
    assert "0 điểm" in explanation.notes[0]


def test_the_year_is_explained() -> None:
    explanation = explain_year_average(77, 81)
    assert explanation.substitution == "(7,7 + 2 × 8,1) / 3 = 23,9 / 3"
    assert (explanation.exact, explanation.printed) == ("7,9666…", "8,0")
    assert explain_year_average(None, 81).notes == ("Chưa tính được vì còn thiếu: học kì I.",)


def test_a_comment_result_names_what_failed() -> None:
    explanation = explain_comment_semester([PASSED, PASSED], FAILED, PASSED)
    assert (explanation.printed, explanation.notes) == ("Chưa đạt", ("Chưa đạt ở: giữa kì.",))
    waiting = explain_comment_semester([PASSED, NOT_YET], PASSED, PASSED)
    assert waiting.notes == ("Chưa tính được vì còn thiếu: thường xuyên 2.",)


@given(st.lists(score_cells, min_size=2, max_size=5), score_cells, score_cells)
def test_the_explanation_never_disagrees_with_the_rule(
    regular: list[Mark], midterm: Mark, final: Mark
) -> None:
    explanation = explain_semester_average(regular, midterm, final)
    assert explanation.result == semester_average(regular, midterm, final)
    assert explanation.printed == print_mark_cell(explanation.result)
