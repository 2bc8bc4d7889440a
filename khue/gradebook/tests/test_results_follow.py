"""After any sequence of edits the stored results are those computed from scratch."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from khue.gradebook.models import StudentResult, SubjectCircumstance, SubjectResult
from khue.gradebook.services import CellChange, enter_marks
from khue.gradebook.services.circumstances import (
    CircumstanceFacts,
    CircumstanceRefused,
    record_circumstance,
    withdraw_circumstance,
)
from khue.gradebook.services.policies import set_policy
from khue.gradebook.services.results import refresh_results
from khue.gradebook.services.results_check import check_class, repair_class
from khue.gradebook.services.results_stale import follow_classes
from khue.gradebook.tests.year_of_marks import COMMENTED, all_books, put_year
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, YEAR, Cast, table

SLOTS = ["tx1", "tx2", "gk", "ck"]
STEPS = 30


class Story:
    """Random edits of one class, each through the service that a person would use."""

    def __init__(self, cast: Cast, books: dict[str, Any], seed: int) -> None:
        self.cast, self.books, self.dice = cast, books, Random(seed)
        self.pupils = [cast.minh.student, *cast.classmates]

    def step(self) -> None:
        self.dice.choice([self.mark, self.mark, self.mark, self.apart, self.decide, self.again])()

    def mark(self) -> None:
        name = self.dice.choice(list(self.books))
        book, pupil = self.books[name], self.dice.choice(self.pupils)
        slot, term = self.dice.choice(SLOTS), self.dice.choice([1, 2])
        texts = ["Đ", "CĐ", "P", "KP", ""] if name in COMMENTED else ["P", "KP", "", "9,5", "4,9"]
        base = table("gradebook.MarkRow").objects.filter(
            class_subject=book, term=term, student=pupil
        )
        standing = base.values_list(slot, flat=True).first()
        change = CellChange(pupil.pk, slot, standing, self.dice.choice(texts))
        enter_marks(
            actor=self.cast.hoa.actor,
            now=NOW,
            class_subject_id=book.pk,
            term=term,
            changes=[change],
        )

    def apart(self) -> None:
        standing = SubjectCircumstance.objects.order_by("pk").first()
        if standing and self.dice.random() < 0.4:
            withdraw_circumstance(
                actor=self.cast.mai.actor,
                now=NOW,
                circumstance_id=standing.pk,
                reason="Hết thời hạn",
            )
            return
        kind = self.dice.choice(["reduced", "plan", "exempt"])
        terms = self.dice.choice([(1, 1), (2, 2), (1, 2)])
        try:
            record_circumstance(
                actor=self.cast.mai.actor,
                now=NOW,
                class_subject_id=self.dice.choice(list(self.books.values())).pk,
                student_id=self.dice.choice(self.pupils).pk,
                facts=CircumstanceFacts(kind, *terms, "7/QĐ", "Theo hồ sơ"),
            )
        except CircumstanceRefused:
            return

    def decide(self) -> None:
        pupil = self.dice.choice(self.pupils)
        StudentResult.objects.filter(student=pupil).update(
            conduct1=self.dice.randrange(4),
            conduct2=self.dice.choice([None, 0, 1, 2, 3]),
            absent_with=self.dice.choice([0, 45, 46]),
        )
        self.refresh(pupil)

    def again(self) -> None:
        pupil = self.dice.choice(self.pupils)
        found = SubjectResult.objects.filter(student=pupil, result__lt=50).order_by("class_subject")
        if first := found.first():
            found.filter(class_subject_id=first.class_subject_id).update(reassessed=62)
            self.refresh(pupil)

    def refresh(self, pupil: Any) -> None:
        refresh_results(class_id=self.cast.school_class.pk, now=NOW, student_ids=[pupil.pk])


def stored(cast: Cast) -> list[Any]:
    rows = StudentResult.objects.filter(school_class=cast.school_class).order_by("student")
    subjects = SubjectResult.objects.order_by("student", "class_subject")
    return [*rows.values(), *subjects.values()]


@pytest.mark.parametrize("seed", [1, 22, 2021])
def test_stored_results_are_those_of_a_computation_from_scratch(cast: Cast, seed: int) -> None:
    books = all_books(cast)
    dice = Random(seed)
    with scoped(EVERYTHING):
        for pupil in [cast.minh.student, *cast.classmates]:
            put_year(books, pupil, [dice.randrange(30, 100) for _ in range(8)])
        refresh_results(class_id=cast.school_class.pk, now=NOW)
        story = Story(cast, books, seed)
        for _ in range(STEPS):
            story.step()
        assert check_class(cast.school_class.pk).differences == ()
        kept = stored(cast)
        StudentResult.objects.update(learning_year=None, outcome="", award="", adjusted_by=None)
        SubjectResult.objects.update(result=None)
        refresh_results(class_id=cast.school_class.pk, now=NOW)
        assert stored(cast) == kept


def test_a_choice_of_the_department_reaches_the_stored_results(cast: Cast) -> None:
    """W14: Khá where the subject is thought satisfied, Đạt where it is left out."""
    books = all_books(cast)
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, [82, 85, 80, 90, 79, 81, 70, 49])
        refresh_results(class_id=cast.school_class.pk, now=NOW)
        before = StudentResult.objects.get(student=cast.minh.student).learning_year
        ordered = set_policy(
            actor=cast.dung.actor,
            now=NOW,
            organisation_id=cast.department.pk,
            key="adjustment_clause",
            from_year=YEAR,
            value="drop",
        )
        kinds = list(table("background.Task").objects.values_list("kind", "school_id"))
        repair_class(cast.school_class.pk, now=NOW)
        after = StudentResult.objects.get(student=cast.minh.student).learning_year
    assert (before, after, ordered) == (1, 2, 2)
    assert ("gradebook.refresh_results", cast.school.pk) in kinds


def test_results_follow_a_pupil_who_leaves_and_a_column_that_is_added(cast: Cast) -> None:
    books = all_books(cast)
    with scoped(EVERYTHING):
        for pupil in [cast.minh.student, cast.classmates[0]]:
            put_year(books, pupil, [70] * 8)
            StudentResult.objects.create(
                year=YEAR,
                school_class=cast.school_class,
                student=pupil,
                school=cast.school,
                province=cast.department,
                conduct1=0,
                conduct2=0,
            )
        refresh_results(class_id=cast.school_class.pk, now=NOW)
        follow_classes(now=NOW)
        table("records.Enrolment").objects.filter(student=cast.minh.student).update(
            ends_on="2026-11-10", status="transferred_out"
        )
        table("organisations.ClassSubject").objects.filter(pk=books["GDCD"].pk).update(
            regular_marks=3
        )
        assert follow_classes(now=NOW) == 1
        assert check_class(cast.school_class.pk).differences == ()
        gone = StudentResult.objects.get(student=cast.minh.student)
        mate = StudentResult.objects.get(student=cast.classmates[0])
    assert (gone.outcome, mate.learning_year, mate.outcome) == ("", None, "")


def test_nobody_needs_to_see_other_schools_for_a_refresh(cast: Cast) -> None:
    books = all_books(cast)
    with scoped(EVERYTHING):
        put_year(books, cast.minh.student, [70] * 8)
    with scoped(Scope(schools=(cast.school.pk,))):
        assert refresh_results(class_id=cast.school_class.pk, now=NOW) > 0
        assert refresh_results(class_id=cast.school_class.pk, now=NOW) == 0
