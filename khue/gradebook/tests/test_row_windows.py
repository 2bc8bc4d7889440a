"""Windows on mark rows, columns and cells."""

from __future__ import annotations

from khue.gradebook.api import (
    cells_window,
    columns_window,
    count_cells,
    count_columns,
    marks_window,
)
from kit.fences import EVERYTHING, scoped
from kit.windows import Clause, Window
from tests.cast import YEAR, Cast, table


def write(cast: Cast) -> None:
    where = {"school": cast.school, "province": cast.department, "year": YEAR, "term": 1}
    for number, pupil in enumerate([cast.minh.student, *cast.classmates]):
        table("gradebook.MarkRow").objects.create(
            class_subject=cast.maths, student=pupil, tx1=70 + number, gk=80, **where
        )


def test_mark_rows_go_on_after_their_keys(cast: Cast) -> None:
    with scoped(EVERYTHING):
        write(cast)
        schools = [cast.school.pk]
        first = marks_window(schools, YEAR, Window(limit=3))
        rest = marks_window(schools, YEAR, Window(limit=3, after=first[-1].keys))
    assert [one.slots[0] for one in first + rest] == [70, 71, 72, 73]


def test_columns_are_those_that_a_subject_asks_for(cast: Cast) -> None:
    schools, maths = [cast.school.pk], Clause("{book} = {}", (cast.maths.pk,))
    found = columns_window(schools, YEAR, Window(clause=maths))
    assert [(one.term, one.slot) for one in found if one.term == 1] == [
        (1, slot) for slot in (0, 1, 2, 3, 6, 7)
    ]
    assert count_columns(schools, YEAR, Window(clause=maths)) == 12
    last = maths & Clause("{term} = {} and {slot} = {}", (2, 7))
    assert count_columns(schools, YEAR, Window(clause=last)) == 1
    assert count_columns(schools, YEAR, Window(clause=maths & ~last)) == 11


def test_cells_are_those_that_hold_a_value(cast: Cast) -> None:
    with scoped(EVERYTHING):
        write(cast)
        schools = [cast.school.pk]
        assert count_cells(schools, YEAR, Window()) == 8
        only = Clause("{student} = {} and {slot} = {}", (cast.minh.student.pk, 6))
        (cell,) = cells_window(schools, YEAR, Window(clause=only))
    assert (cell.slot, cell.value) == (6, 80)
