"""Exemption, disability, optional subjects, one term only, study topics; signs of trouble."""

import pytest

from khue.gradebook.rules.anomalies import (
    marks_out_of_line,
    missing_column,
    same_marks_in_column,
)
from khue.gradebook.rules.circumstances import (
    Demand,
    SubjectOfYear,
    closed,
    counted_in_term,
    counted_subjects,
    gdtx_required_regular,
    required_regular,
    year_of_terms,
)
from khue.gradebook.rules.marks import (
    EXCUSED_PENDING,
    FAILED,
    NOT_YET,
    PASSED,
    ZERO_BY_RULE,
    Mark,
)

MATHS = SubjectOfYear("Toán", by_comment=False, first_term=70, second_term=80)
SECOND_LANGUAGE = SubjectOfYear("Ngoại ngữ 2", by_comment=False, optional=True)
PLANNED = SubjectOfYear("Tin học", by_comment=False, demand=Demand.PLAN)
EXEMPT = SubjectOfYear("Giáo dục thể chất", by_comment=True, demand=Demand.EXEMPT)
REDUCED = SubjectOfYear("Ngữ văn", by_comment=False, demand=Demand.REDUCED)
THEORY = SubjectOfYear("GDQP&AN", by_comment=False, demand=Demand.PRACTICE, terms=(2,))
ALL = (MATHS, SECOND_LANGUAGE, PLANNED, EXEMPT, REDUCED, THEORY)


def test_exempt_and_planned_subjects_leave_the_count() -> None:
    assert counted_subjects(ALL) == (MATHS, SECOND_LANGUAGE, REDUCED, THEORY)


def test_a_province_may_leave_optional_subjects_out() -> None:
    assert counted_subjects(ALL, counts_optional=False) == (MATHS, REDUCED, THEORY)


def test_a_term_counts_what_is_taught_in_it() -> None:
    assert THEORY not in counted_in_term(ALL, 1)
    assert THEORY in counted_in_term(ALL, 2)
    assert SECOND_LANGUAGE not in counted_in_term(ALL, 2, counts_optional=False)


def test_an_exempt_subject_is_not_assessed_and_theory_is() -> None:
    assert not Demand.EXEMPT.is_assessed
    assert not Demand.NOT_TAKEN.is_assessed
    assert Demand.PRACTICE.is_assessed


def test_a_subject_of_one_term_has_that_term_as_its_year() -> None:
    assert year_of_terms(70, None, by_comment=False, terms=(1,)) == 70
    assert year_of_terms(None, 80, by_comment=False, terms=(2,)) == 80
    assert year_of_terms(FAILED, None, by_comment=True, terms=(1,)) == FAILED
    assert MATHS.year == 77
    assert (MATHS.term(1), MATHS.term(2)) == (70, 80)


@pytest.mark.parametrize(
    ("cluster", "counts"), [(None, (4, 4)), ("1", (5, 4)), ("2", (4, 5)), ("both", (5, 5))]
)
def test_a_cluster_of_study_topics_adds_a_mark_where_it_is_entered(
    cluster: str | None, counts: tuple[int, int]
) -> None:
    made = tuple(required_regular(105, term, cluster=cluster) for term in (1, 2))  # type: ignore[arg-type]
    assert made == counts


def test_theory_in_place_of_practice_keeps_the_number_of_assessments() -> None:
    assert required_regular(35, 1) == 2
    assert required_regular(70, 1, by_comment=True) == 2


def test_every_topic_is_a_mark_in_continuing_education() -> None:
    assert gdtx_required_regular(105, topics=3) == 7


@pytest.mark.parametrize(
    ("mark", "attended", "counted"),
    [
        (NOT_YET, False, ZERO_BY_RULE),
        (EXCUSED_PENDING, False, ZERO_BY_RULE),
        (EXCUSED_PENDING, True, EXCUSED_PENDING),
        (75, False, 75),
        (PASSED, False, PASSED),
    ],
)
def test_what_was_never_done_counts_as_the_worst(
    mark: Mark, *, attended: bool, counted: Mark
) -> None:
    assert closed(mark, attended_make_up=attended) == counted


def test_a_mark_far_from_the_others_of_the_student_is_named() -> None:
    cells: dict[str, Mark] = {
        "Thường xuyên 1": 80, "Thường xuyên 2": 85, "Giữa kì": 20, "Cuối kì": 78,
    }  # fmt: skip
    (found,) = marks_out_of_line(cells)
    assert (found.kind, found.where) == ("OUT_OF_LINE", "Giữa kì")
    assert found.sentence == "Giữa kì: 2,0, trong khi các điểm khác từ 7,8 đến 8,5."


def test_an_ordinary_row_and_a_short_row_raise_nothing() -> None:
    assert marks_out_of_line({"A": 80, "B": 60, "C": 70, "D": 50}) == ()
    assert marks_out_of_line({"A": 100, "B": 0, "C": None, "D": 50}) == ()


def test_the_threshold_is_four_points_from_the_median() -> None:
    assert marks_out_of_line({"A": 80, "B": 80, "C": 80, "D": 41}) == ()
    assert [one.where for one in marks_out_of_line({"A": 80, "B": 80, "C": 80, "D": 40})] == ["D"]
    even = marks_out_of_line({"A": 80, "B": 80, "C": 70, "D": 70, "E": 30})
    assert [one.where for one in even] == ["E"]


def test_a_column_with_one_mark_for_all_is_named() -> None:
    found = same_marks_in_column("Giữa kì", [80] * 12)
    assert found is not None
    assert found.sentence == "Giữa kì: cả 12 học sinh cùng một điểm 8,0."
    assert same_marks_in_column("Giữa kì", [80] * 9) is None
    assert same_marks_in_column("Giữa kì", [*[80] * 12, 85]) is None


def test_a_column_that_is_missing_is_named() -> None:
    nothing = missing_column("Cuối kì", [NOT_YET] * 40)
    assert nothing is not None
    assert nothing.sentence == "Cuối kì: chưa có học sinh nào được nhập."
    half = missing_column("Cuối kì", [NOT_YET] * 20 + [80] * 20)
    assert half is not None
    assert half.sentence == "Cuối kì: còn 20 trên 40 học sinh chưa có."
    assert missing_column("Cuối kì", [NOT_YET] * 19 + [80] * 21) is None
    assert missing_column("Cuối kì", []) is None
