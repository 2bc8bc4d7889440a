"""“Cách tính” of a subject's result: of the term and of the year, whatever holds for the pupil."""

from __future__ import annotations

from typing import Any

import pytest

from khue.gradebook.models import CarriedResult, SubjectCircumstance
from khue.gradebook.queries.grid import MadeOf, how_it_was_made
from khue.gradebook.tests.year_of_marks import all_books, put
from kit.fences import EVERYTHING, scoped
from tests.cast import TODAY, YEAR, Cast


@pytest.fixture
def books(cast: Cast) -> dict[str, Any]:
    return all_books(cast)


def made(cast: Cast, book: Any, term: int) -> MadeOf:
    with scoped(EVERYTHING):
        found = how_it_was_made(cast.mai.actor, book.pk, term, cast.minh.student.pk, TODAY)
    assert found is not None
    return found


def of_pupil(cast: Cast) -> dict[str, Any]:
    return {
        "student": cast.minh.student,
        "year": YEAR,
        "school": cast.school,
        "province": cast.department,
    }


def test_both_averages_are_explained_in_term_two(cast: Cast, books: dict[str, Any]) -> None:
    with scoped(EVERYTHING):
        put(cast.maths, cast.minh.student, 1, 77)
        put(cast.maths, cast.minh.student, 2, 81)
    term, year = made(cast, cast.maths, 2).steps
    assert (term.printed, year.printed) == ("8,1", "8,0")
    assert year.substitution == "(7,7 + 2 × 8,1) / 3 = 23,9 / 3"
    assert year.article == "Thông tư 22/2021/TT-BGDĐT, Điều 9"
    assert [one.symbol for one in made(cast, cast.maths, 1).steps] == ["ĐTBmhk"]


def test_the_year_of_a_comment_subject_is_explained(cast: Cast, books: dict[str, Any]) -> None:
    with scoped(EVERYTHING):
        put(cast.sports, cast.minh.student, 1, 102)
        put(cast.sports, cast.minh.student, 2, 101)
    year = made(cast, cast.sports, 2).steps[-1]
    assert (year.printed, year.formula) == ("Đạt", "Kết quả cả năm là kết quả của học kì II")


def test_a_subject_of_one_term_is_its_year(cast: Cast, books: dict[str, Any]) -> None:
    with scoped(EVERYTHING):
        cast.maths.periods_term2 = 0
        cast.maths.save(update_fields=["periods_term2"])
        put(cast.maths, cast.minh.student, 1, 64)
    _, year = made(cast, cast.maths, 1).steps
    assert (year.printed, year.formula) == ("6,4", "Kết quả cả năm là kết quả của học kì I")
    assert [one.printed for one in made(cast, cast.maths, 2).steps] == ["6,4"]


def test_a_result_that_came_along_names_its_school(cast: Cast, books: dict[str, Any]) -> None:
    with scoped(EVERYTHING):
        CarriedResult.objects.create(
            **of_pupil(cast),
            subject=cast.maths.subject,
            term=1,
            value=72,
            from_school="Trường THCS Đồi Sim",
        )
        put(cast.maths, cast.minh.student, 2, 81)
    (brought,) = made(cast, cast.maths, 1).steps
    assert (brought.printed, "Đồi Sim" in brought.parts[0].label) == ("7,2", True)
    assert made(cast, cast.maths, 2).steps[-1].printed == "7,8"


def test_an_exempt_term_leaves_the_year_to_the_other(cast: Cast, books: dict[str, Any]) -> None:
    with scoped(EVERYTHING):
        SubjectCircumstance.objects.create(
            **of_pupil(cast), class_subject=cast.maths, kind="exempt", first_term=1, last_term=1
        )
        put(cast.maths, cast.minh.student, 2, 81)
    year = made(cast, cast.maths, 2).steps[-1]
    assert (year.printed, year.formula) == ("8,1", "Kết quả cả năm là kết quả của học kì II")


def test_a_study_topic_is_called_so_and_a_learner_has_her_own_law(
    cast: Cast, books: dict[str, Any]
) -> None:
    with scoped(EVERYTHING):
        cast.maths.has_cluster = True
        cast.maths.regular_marks = 3
        cast.maths.save(update_fields=["has_cluster", "regular_marks"])
        cast.school_class.level = "05"
        cast.school_class.save(update_fields=["level"])
    term = made(cast, cast.maths, 2).steps[0]
    assert [part.label for part in term.parts[3:5]] == ["Chuyên đề 1", "Chuyên đề 2"]
    assert term.article == "Thông tư 43/2021/TT-BGDĐT, Điều 9"


def test_the_page_and_the_popover_show_the_same(cast: Cast, books: dict[str, Any]) -> None:
    path = f"/so-diem/{cast.maths.pk}/2/cach-tinh/{cast.minh.student.pk}/"
    client = cast.client("hoa")
    for headers in ({}, {"HX-Request": "true"}):
        told = client.get(path, headers=headers).content.decode()
        assert "ĐTBmhk" in told
        assert "ĐTBmcn" in told
