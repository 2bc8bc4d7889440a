"""From marks in cells to the decision: worked examples of the law, through the database."""

from __future__ import annotations

from typing import Any

import pytest

from khue.gradebook.models import MarkRow, StudentResult, SubjectResult
from khue.gradebook.queries.class_results import read_class_results, results_of_class
from khue.gradebook.services import CellChange, enter_marks
from khue.gradebook.services.results import refresh_results
from khue.gradebook.tests.year_of_marks import (
    COMMENTED,
    SCORED,
    all_books,
    decide,
    put,
    put_year,
)
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, Cast

W12 = [82, 85, 80, 90, 79, 81, 86, 49]


@pytest.fixture
def books(cast: Cast) -> dict[str, Any]:
    return all_books(cast)


def refreshed(cast: Cast, student: Any = None) -> StudentResult:
    with scoped(EVERYTHING):
        refresh_results(class_id=cast.school_class.pk, now=NOW)
        return StudentResult.objects.get(student=student or cast.minh.student, year=2026)


def test_marks_typed_into_cells_end_as_the_level_the_outcome_and_the_title(
    cast: Cast, books: dict[str, Any]
) -> None:
    """W10: min 6,5 and six of 8,0 or more, all Đạt: Tốt."""
    minh = cast.minh.student
    with scoped(EVERYTHING):
        decide(cast, minh, conduct1=0, conduct2=0, absent_with=4)
    typed = ["8,2", "8,5", "8,0", "9,0", "7,9", "8,1", "8,6", "6,5", "Đ", "Đ"]
    for term in (1, 2):
        for name, text in zip([*SCORED, *COMMENTED], typed, strict=True):
            book = books[name]
            slots = [*["tx1", "tx2", "tx3", "tx4"][: book.regular_marks], "gk", "ck"]
            with scoped(Scope(schools=(cast.school.pk,))):
                enter_marks(
                    actor=cast.hoa.actor,
                    now=NOW,
                    class_subject_id=book.pk,
                    term=term,
                    changes=[CellChange(minh.pk, slot, None, text) for slot in slots],
                )
    with scoped(EVERYTHING):
        kept = StudentResult.objects.get(student=minh, year=2026)
        subjects = SubjectResult.objects.filter(student=minh).order_by("class_subject")
        found = {one.class_subject_id: one.result for one in subjects}
    assert (kept.learning1, kept.learning2, kept.learning_year) == (0, 0, 0)
    assert (kept.conduct_year, kept.outcome, kept.award) == (0, "PROMOTED", "GIOI")
    assert found[books["Tin học"].pk] == 65
    assert found[books["Nghệ thuật"].pk] == 101


def test_one_weak_subject_costs_one_level_and_the_book_says_which(
    cast: Cast, books: dict[str, Any]
) -> None:
    """W12: Đạt by the thresholds, Khá after Điều 9 khoản 3."""
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, W12)
    kept = refreshed(cast)
    assert (kept.learning_year_raw, kept.learning_year) == (2, 1)
    assert kept.adjusted_by == books["Tin học"].pk
    assert (kept.outcome, kept.award) == ("", "")


def test_one_comment_subject_may_be_the_one(cast: Cast, books: dict[str, Any]) -> None:
    """W15."""
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, [82, 85, 80, 90, 79, 81, 86, 65], (101, 102))
    kept = refreshed(cast)
    assert (kept.learning_year_raw, kept.learning_year, kept.adjusted_by) == (2, 1, 0)


def test_no_level_before_every_subject_has_its_result(cast: Cast, books: dict[str, Any]) -> None:
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, W12, terms=[1])
        put(books["GDCD"], cast.minh.student, 1, None)
    kept = refreshed(cast)
    assert (kept.learning1, kept.learning2, kept.learning_year) == (None, None, None)
    with scoped(EVERYTHING):
        put(books["GDCD"], cast.minh.student, 1, 90)
    assert refreshed(cast).learning1 == 1


def test_reassessment_promotes_and_leaves_the_year_as_it_was(
    cast: Cast, books: dict[str, Any]
) -> None:
    """W21: five subjects from 5,0; after 5,5, 4,0 and 6,0 seven of them, the lowest 4,0."""
    minh = cast.minh.student
    with scoped(EVERYTHING):
        put_year(books, minh, [45, 42, 51, 60, 55, 48, 61, 59])
        decide(cast, minh, conduct1=1, conduct2=1, absent_with=12)
    before = refreshed(cast)
    assert (before.learning_year, before.learning_after, before.outcome) == (3, None, "REASSESS")
    with scoped(EVERYTHING):
        for name, again in [("Ngữ văn", 55), ("Toán", 40), ("KHTN", 60)]:
            SubjectResult.objects.filter(class_subject=books[name], student=minh).update(
                reassessed=again
            )
    after = refreshed(cast)
    assert (after.learning_year, after.learning_after, after.outcome) == (3, 2, "PROMOTED")
    with scoped(EVERYTHING):
        kept = SubjectResult.objects.get(class_subject=books["Toán"], student=minh)
    assert (kept.result, kept.reassessed) == (45, 40)


@pytest.mark.parametrize(("sessions", "outcome"), [(45, "PROMOTED"), (46, "RETAINED")])
def test_more_than_45_sessions_absent_mean_the_class_again(
    cast: Cast, books: dict[str, Any], sessions: int, outcome: str
) -> None:
    """W22."""
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, [90] * 8)
        decide(
            cast,
            cast.minh.student,
            conduct1=0,
            conduct2=0,
            absent_with=sessions - 5,
            absent_without=5,
        )
    assert refreshed(cast).outcome == outcome


def test_both_below_dat_mean_the_class_again_and_conduct_alone_the_summer(
    cast: Cast, books: dict[str, Any]
) -> None:
    """W23, and Điều 13."""
    minh = cast.minh.student
    with scoped(EVERYTHING):
        put_year(books, minh, [30] * 8)
        decide(cast, minh, conduct1=0, conduct2=3)
    assert refreshed(cast).outcome == "RETAINED"
    with scoped(EVERYTHING):
        put_year(books, minh, [70] * 8)
    assert refreshed(cast).outcome == "SUMMER_TRAINING"
    with scoped(EVERYTHING):
        decide(cast, minh, conduct_after=2)
    assert refreshed(cast).outcome == "PROMOTED"


def test_six_subjects_of_nine_make_the_higher_title(cast: Cast, books: dict[str, Any]) -> None:
    """W24."""
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, [90, 92, 95, 91, 90, 93, 80, 65])
        decide(cast, cast.minh.student, conduct1=0, conduct2=0)
    assert refreshed(cast).award == "XUATSAC"
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, [89, 92, 95, 91, 90, 93, 80, 65])
    assert refreshed(cast).award == "GIOI"


def test_a_subject_of_one_term_gives_its_result_to_the_year(
    cast: Cast, books: dict[str, Any]
) -> None:
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, W12)
        book = books["Tin học"]
        book.periods_term2 = 0
        book.save()
        MarkRow.objects.filter(class_subject=book, term=2).delete()
        put(book, cast.minh.student, 1, 88)
    kept = refreshed(cast)
    assert (kept.learning1, kept.learning2, kept.learning_year) == (0, 0, 0)
    with scoped(EVERYTHING):
        result = SubjectResult.objects.get(class_subject=book, student=cast.minh.student)
    assert result.result == 88


def test_who_left_gets_no_decision(cast: Cast, books: dict[str, Any]) -> None:
    from khue.records.models import Enrolment

    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, W12)
        decide(cast, cast.minh.student, conduct1=0, conduct2=0)
        Enrolment.objects.filter(student=cast.minh.student).update(
            ends_on="2027-02-01", status="transferred_out"
        )
    kept = refreshed(cast)
    assert (kept.learning1, kept.learning_year, kept.outcome, kept.award) == (1, None, "", "")


def test_results_of_the_class_are_read_in_three_statements_and_a_look(
    cast: Cast, books: dict[str, Any], django_assert_num_queries: Any
) -> None:
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, W12)
    refreshed(cast)
    with scoped(Scope(schools=(cast.school.pk,))):
        actor = cast.mai.actor
        with django_assert_num_queries(4):
            found = results_of_class(actor, cast.school_class.pk)
        assert read_class_results(cast.school_class.pk, [cast.minh.student.pk]).pupils == [
            found.pupil(cast.minh.student.pk)
        ]
    assert [one.name for one in found.pupils][:1] == ["Hoàng Thị Ánh"]
    minh = found.pupil(cast.minh.student.pk)
    assert minh is not None
    assert minh.subjects[books["Tin học"].pk].year == 49
    assert minh.decisions.level("learning_year") == 1
