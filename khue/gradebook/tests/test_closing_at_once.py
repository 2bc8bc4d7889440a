"""Two people at once: on one conduct cell, on one row, and on the closing of a year."""

from __future__ import annotations

from typing import Any

import pytest

from khue.gradebook.models import StudentResult, YearClosing
from khue.gradebook.services.closing_year import close_year
from khue.gradebook.services.summaries import SummaryChange, write_summary
from khue.gradebook.tests.test_trouble import at_once
from khue.gradebook.tests.yearwork import (
    AUGUST,
    FIRST_DAY,
    fill_programme,
    finish_year,
    make_next_class,
)
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, YEAR, Cast, make_cast, table


@pytest.fixture
def living(committed_database: str) -> Cast:
    assert committed_database
    with scoped(EVERYTHING):
        return make_cast()


def save(cast: Cast, actor: Any, field: str, text: str) -> Any:
    change = SummaryChange(cast.minh.student.pk, field, "", text)
    with scoped(EVERYTHING):
        return write_summary(actor=actor, now=NOW, class_id=cast.school_class.pk, changes=[change])[
            0
        ]


def test_on_one_conduct_cell_one_is_saved_and_the_others_choose(living: Cast) -> None:
    actor = living.binh.actor
    acts = [lambda text=text: save(living, actor, "conduct1", text) for text in "TKĐ"]
    outcomes = at_once(*acts)
    assert sorted(one.status for one in outcomes) == ["conflict", "conflict", "saved"]
    with scoped(EVERYTHING):
        stored = StudentResult.objects.get(student=living.minh.student).conduct1
    assert {one.text for one in outcomes} == {"TKĐ"[stored or 0]}


def test_on_cells_of_one_row_nothing_is_lost(living: Cast) -> None:
    actor = living.binh.actor
    given = {"conduct1": "T", "conduct2": "K", "absent_with": "3", "remark1": "Chăm"}
    acts = [lambda one=one: save(living, actor, *one) for one in given.items()]
    assert {one.status for one in at_once(*acts)} == {"saved"}
    with scoped(EVERYTHING):
        row = StudentResult.objects.get(student=living.minh.student)
    assert (row.conduct1, row.conduct2, row.conduct_year) == (0, 1, 1)
    assert (row.absent_with, row.remark1) == (3, "Chăm")


def close(cast: Cast, actor: Any) -> Any:
    with scoped(EVERYTHING):
        return close_year(
            actor=actor, now=AUGUST, school_id=cast.school.pk, year=YEAR, first_day=FIRST_DAY
        )


def test_two_closings_at_once_move_everyone_once(living: Cast) -> None:
    with scoped(EVERYTHING):
        fill_programme(living)
        make_next_class(living.school, "9A", "09")
    finish_year(living, {living.minh.student: ({}, "T", "T")})
    mai, thu = living.mai.actor, living.thu.actor
    done = at_once(lambda: close(living, mai), lambda: close(living, thu))
    assert sorted(one.moved for one in done) == [0, 1]
    with scoped(EVERYTHING):
        seats = table("records.Enrolment").objects.filter(student=living.minh.student)
        assert seats.count() == 2
        assert YearClosing.objects.count() == 1
