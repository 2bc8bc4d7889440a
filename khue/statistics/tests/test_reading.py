"""Who reads which figure, what is withheld, and what a department's page costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.access.api import OutsidePlace, Refused
from khue.gradebook.api import recount_progress
from khue.records.api import SensitiveFacts, set_sensitive
from khue.statistics.api import (
    NoSuchPlace,
    PlaceKind,
    Theme,
    figures_below,
    figures_of,
    figures_state,
)
from khue.statistics.services.following import follow_to_the_end
from kit.fences import EVERYTHING, Scope, scoped, set_scope
from tests.cast import NOW, YEAR, Cast, enrol, make_class, make_school, make_student, table

ENROLMENT = [Theme.ENROLMENT]


@pytest.fixture(autouse=True)
def counted(cast: Cast) -> None:
    with scoped(EVERYTHING):
        set_sensitive(
            actor=cast.mai.actor,
            now=NOW,
            student_id=cast.minh.student.pk,
            facts=SensitiveFacts(disability="03", policies=("08",)),
        )
        recount_progress(now=NOW)
        follow_to_the_end(now=NOW)


def path(organisation: Any) -> str:
    return str(getattr(organisation, "organisation", organisation).path)


def test_the_school_reads_what_the_department_may_not(cast: Cast) -> None:
    place = path(cast.school)
    mine = figures_of(cast.mai.actor, place, YEAR, ENROLMENT)[Theme.ENROLMENT]
    theirs = figures_of(cast.dung.actor, place, YEAR, ENROLMENT)[Theme.ENROLMENT]
    assert (mine.count("03.disability.03"), mine.count("pupils")) == (1, 4)
    assert (theirs.count("03.disability.03"), theirs.count("pupils")) == (None, 4)
    assert theirs.count("03.disabled") is None
    assert theirs.over_levels("disabled") is None
    assert "03.disability.03" not in theirs.counts


def test_a_pupil_alone_in_the_province_is_withheld_at_every_level(cast: Cast) -> None:
    for place in [path(cast.commune), path(cast.department)]:
        figure = figures_of(cast.dung.actor, place, YEAR, ENROLMENT)[Theme.ENROLMENT]
        assert figure.count("03.policy_kind.08") is None


@pytest.mark.parametrize(
    ("person", "answer"),
    [("mai", None), ("thu", None), ("dung", None), ("ha", None), ("binh", Refused),
     ("hoa", Refused), ("nam", OutsidePlace), ("lan", OutsidePlace), ("stranger", OutsidePlace)],
)  # fmt: skip
def test_figures_of_a_school_are_for_those_who_answer_for_it(
    cast: Cast, person: str, answer: type[Exception] | None
) -> None:
    actor = cast.people[person].actor
    if answer:
        with pytest.raises(answer):
            figures_of(actor, path(cast.school), YEAR, ENROLMENT)
    else:
        assert figures_of(actor, path(cast.school), YEAR, ENROLMENT)


def test_the_homeroom_teacher_reads_her_class_only(cast: Cast) -> None:
    set_scope(Scope(schools=(cast.school.pk,)))
    own = f"{path(cast.school)}c{cast.school_class.pk}/"
    other = f"{path(cast.school)}c{cast.sister_class.pk}/"
    figure = figures_of(cast.binh.actor, own, YEAR, ENROLMENT)[Theme.ENROLMENT]
    assert (figure.name, figure.count("03.disabled")) == ("8A", 1)
    with pytest.raises(OutsidePlace):
        figures_of(cast.binh.actor, other, YEAR, ENROLMENT)


def test_a_class_cannot_be_asked_for_under_the_path_of_another_school(cast: Cast) -> None:
    set_scope(Scope(schools=(cast.school.pk, cast.other_school.pk)))
    foreign = f"{path(cast.school)}c{cast.other_class.pk}/"
    assert figures_of(cast.mai.actor, foreign, YEAR) == {}


def test_a_school_has_its_classes_below_and_a_department_its_communes(cast: Cast) -> None:
    set_scope(Scope(schools=(cast.school.pk,)))
    classes = figures_below(cast.mai.actor, path(cast.school), YEAR, ENROLMENT)
    assert [one.name for one in classes] == ["8A", "8B"]
    assert [one.count(Theme.ENROLMENT, "pupils") for one in classes] == [4, 0]
    communes = figures_below(cast.dung.actor, path(cast.department), YEAR, ENROLMENT)
    assert {one.kind for one in communes} == {PlaceKind.COMMUNE}
    schools = figures_below(
        cast.dung.actor, path(cast.department), YEAR, ENROLMENT, kind=PlaceKind.SCHOOL
    )
    assert sorted(one.count(Theme.ENROLMENT, "pupils") or 0 for one in schools) == [1, 4]


def test_the_fence_hides_classes_of_other_schools(cast: Cast) -> None:
    set_scope(Scope(schools=(cast.other_school.pk,)))
    assert figures_below(cast.mai.actor, path(cast.school), YEAR, ENROLMENT) == []


def test_an_unknown_place_is_no_place(cast: Cast) -> None:
    with pytest.raises(NoSuchPlace):
        figures_of(cast.mai.actor, "/999999/", YEAR)


def test_last_year_is_kept_beside_this_year(cast: Cast) -> None:
    with scoped(EVERYTHING):
        old = make_class(cast.school, "7A", "07")
        old.year = YEAR - 1
        old.save()
        seat = {"starts_on": "2025-09-05", "ends_on": "2026-05-31", "status": "completed"}
        row = enrol(cast.minh.student, old, **seat)
        row.year = YEAR - 1
        row.save()
        table("statistics.Touched").objects.create(class_id=old.pk, theme="enrolment")
        follow_to_the_end(now=NOW)
    last = figures_of(cast.dung.actor, path(cast.department), YEAR - 1, ENROLMENT)
    assert last[Theme.ENROLMENT].count("pupils") == 1
    assert last[Theme.ENROLMENT].count("03.classes_grade.07") == 1


def test_a_page_of_many_schools_costs_a_handful_of_statements(cast: Cast) -> None:
    with scoped(EVERYTHING):
        for number in range(5):
            school = make_school(f"S{number}", f"Trường {number}", cast.commune, cast.department)
            enrol(make_student(school, f"Em {number}"), make_class(school, "6A", "06"))
        table("statistics.Follower").objects.update(sweeping_from=0)
        follow_to_the_end(now=NOW)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = figures_below(cast.dung.actor, path(cast.department), YEAR, kind=PlaceKind.SCHOOL)
    assert len(found) == 7
    assert len(asked) <= 3
    assert figures_state().up_to_date
