"""Learners of continuing education: adults without conduct, and how their results are explained."""

from __future__ import annotations

from typing import Any

import pytest

from khue.gradebook.models import MarkRow, Policy
from khue.gradebook.queries.class_results import results_of_class
from khue.gradebook.queries.homeroom_made import how_decided
from khue.gradebook.queries.lists import year_lists
from khue.gradebook.queries.missing import pupils_without_conduct
from khue.gradebook.queries.paper_heads import class_head, place_of
from khue.gradebook.queries.paper_summaries import year_list
from khue.gradebook.queries.past_years import years_of
from khue.gradebook.rules.explanations import Explanation
from khue.gradebook.services.results import refresh_results
from khue.gradebook.tests.yearwork import JUNE, fill_programme, give_marks, result_of, write
from kit.fences import EVERYTHING, scoped
from tests.cast import TODAY, YEAR, Cast


@pytest.fixture
def learner(cast: Cast) -> Any:
    """Minh in a class of continuing education, with every result of the year and no conduct."""
    with scoped(EVERYTHING):
        fill_programme(cast)
        cast.school_class.level = "05"
        cast.school_class.save(update_fields=["level"])
        give_marks(cast, cast.minh.student, {})
        refresh_results(class_id=cast.school_class.pk, now=JUNE)
    return cast.minh.student


def leave_adults_out(cast: Cast, from_year: int = YEAR) -> None:
    with scoped(EVERYTHING):
        Policy.objects.create(
            organisation_id=cast.school.pk, key="gdtx_conduct", from_year=from_year, value="some"
        )
        refresh_results(class_id=cast.school_class.pk, now=JUNE)


def steps_of(cast: Cast, student: Any) -> dict[str, Explanation]:
    with scoped(EVERYTHING):
        made = how_decided(cast.mai.actor, cast.school_class.pk, student.pk, 3)
    return {step.name: step for step in made.steps}


def test_a_learner_without_conduct_waits_as_long_as_the_center_assesses_everybody(
    cast: Cast, learner: Any
) -> None:
    row = result_of(cast, learner)
    assert (row.regime, row.learning_year, row.outcome) == ("TT43", 0, "")
    waits = steps_of(cast, learner)["Xét lên lớp"]
    assert "kết quả rèn luyện học kì I" in waits.notes[0]
    with scoped(EVERYTHING):
        names = pupils_without_conduct(cast.school_class.pk, YEAR, 1, TODAY)
    assert learner.name in names


def test_an_adult_is_promoted_by_learning_and_absence_alone(cast: Cast, learner: Any) -> None:
    leave_adults_out(cast)
    row = result_of(cast, learner)
    assert (row.conduct_year, row.outcome, row.award) == (None, "PROMOTED", "")
    with scoped(EVERYTHING):
        assert learner.name not in pupils_without_conduct(cast.school_class.pk, YEAR, 1, TODAY)
        listed = year_lists(cast.mai.actor, cast.school.pk, YEAR).of("len-lop")
        assert [one.student_id for one in listed] == [learner.pk]
    made = steps_of(cast, learner)
    promotion = made["Xét lên lớp"]
    assert promotion.article == "Thông tư 43/2021/TT-BGDĐT, Điều 11"
    assert "không đánh giá" in promotion.conditions[0].text
    assert made["Khen thưởng"].notes == (
        "Học viên không được đánh giá rèn luyện nên không xét danh hiệu.",
    )


def test_absence_still_keeps_an_adult_in_the_grade(cast: Cast, learner: Any) -> None:
    leave_adults_out(cast)
    write(cast, learner.pk, absent_with="46")
    assert result_of(cast, learner).outcome == "RETAINED"


def test_who_has_conduct_of_one_term_waits_for_the_other(cast: Cast, learner: Any) -> None:
    leave_adults_out(cast)
    write(cast, learner.pk, conduct1="T")
    assert result_of(cast, learner).outcome == ""
    with scoped(EVERYTHING):
        assert pupils_without_conduct(cast.school_class.pk, YEAR, 2, TODAY) == [learner.name]
    write(cast, learner.pk, conduct2="T")
    row = result_of(cast, learner)
    assert (row.outcome, row.award) == ("PROMOTED", "GIOI")


def test_the_choice_holds_only_from_its_year_on(cast: Cast, learner: Any) -> None:
    leave_adults_out(cast, YEAR + 1)
    assert result_of(cast, learner).outcome == ""


def test_pupils_of_general_schools_are_always_assessed(cast: Cast, learner: Any) -> None:
    with scoped(EVERYTHING):
        cast.school_class.level = "03"
        cast.school_class.save(update_fields=["level"])
    leave_adults_out(cast)
    assert result_of(cast, learner).outcome == ""


def test_lists_on_paper_rest_on_the_circular_of_learners(cast: Cast, learner: Any) -> None:
    with scoped(EVERYTHING):
        results = results_of_class(cast.mai.actor, cast.school_class.pk)
        head = class_head(
            place_of(results.school_id, results.year, results.province_id, TODAY), results, TODAY
        )
        printed = year_list(results, head, "len-lop")
    assert printed.title == "DANH SÁCH HỌC VIÊN ĐƯỢC LÊN LỚP"
    assert printed.basis == "Theo Điều 11 Thông tư số 43/2021/TT-BGDĐT"


def test_the_years_of_a_learner_show_terms_before_the_year_is_over(
    cast: Cast, learner: Any
) -> None:
    with scoped(EVERYTHING):
        MarkRow.objects.filter(term=2).delete()
        refresh_results(class_id=cast.school_class.pk, now=JUNE)
        (line,) = years_of(cast.mai.actor, learner.pk)
    maths = next(one for one in line.subjects if one.name == "Toán")
    assert (maths.hk1, maths.hk2, maths.year) == ("8,0", "", "")


def test_the_years_of_a_learner_name_her_title(cast: Cast, learner: Any) -> None:
    write(cast, learner.pk, conduct1="T", conduct2="T")
    with scoped(EVERYTHING):
        (line,) = years_of(cast.mai.actor, learner.pk)
    assert (line.title, line.outcome) == ("Học viên Giỏi", "Được lên lớp")
