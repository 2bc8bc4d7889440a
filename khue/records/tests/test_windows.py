"""Windows on many rows: by the keys of the last row, by an offset, and only what is asked."""

from __future__ import annotations

from django.db.models import Q

from khue.organisations.api import classes_window, count_classes, schools_at_or_below
from khue.records.api import (
    count_lessons,
    count_pupils,
    enrolments_window,
    guardianships_window,
    lessons_window,
    pupils_window,
)
from kit.fences import EVERYTHING, Scope, scoped
from kit.windows import Clause, Window
from tests.cast import YEAR, Cast, table


def test_a_window_goes_on_after_the_last_row(cast: Cast) -> None:
    schools = [cast.school.pk]
    with scoped(EVERYTHING):
        first = pupils_window(schools, Window(limit=3))
        rest = pupils_window(schools, Window(limit=3, after=(first[-1].id,)))
        assert len(first + rest) == count_pupils(schools, Window()) == 4
        assert len({one.id for one in first + rest}) == 4
        offset = pupils_window(schools, Window(limit=3, offset=3))
    assert offset == rest


def test_a_window_opens_on_its_schools_alone_and_never_past_the_fence(cast: Cast) -> None:
    both = [cast.school.pk, cast.other_school.pk]
    with scoped(EVERYTHING):
        assert {one.school_id for one in enrolments_window(both, Window())} == set(both)
    with scoped(Scope(schools=(cast.school.pk,))):
        assert {one.school_id for one in enrolments_window(both, Window())} == {cast.school.pk}


def test_conditions_narrow_what_is_counted_and_what_is_read(cast: Cast) -> None:
    window = Window(where=Q(name="8A"))
    schools = [cast.school.pk]
    assert [one.name for one in classes_window(schools, window)] == ["8A"]
    assert count_classes(schools, window) == 1
    assert cast.school.pk in schools_at_or_below([cast.commune.path])
    assert cast.other_school.pk not in schools_at_or_below([cast.commune.path])
    assert schools_at_or_below([]) == []


def test_who_is_kept_away_stands_in_no_window(cast: Cast) -> None:
    with scoped(EVERYTHING):
        assert len(guardianships_window([cast.school.pk], Window())) == 1
        table("records.Guardianship").objects.update(blocked_reason="Quyết định của tòa")
        assert guardianships_window([cast.school.pk], Window()) == []


def test_every_pupil_learns_every_subject_of_the_class(cast: Cast) -> None:
    schools = [cast.school.pk]
    with scoped(EVERYTHING):
        rows = lessons_window(schools, YEAR, Window(limit=1000))
        assert len(rows) == count_lessons(schools, YEAR, Window()) == 4 * 3
        asked = (cast.maths.pk, cast.minh.student.public_id)
        only = Clause("{book} = {} and {person} = {}", asked)
        (row,) = lessons_window(schools, YEAR, Window(clause=only))
    assert (row.student_id, row.class_subject_id) == (cast.minh.student.pk, cast.maths.pk)
