"""Two files of one pupil made one: what the school and the family see of him follows, and back."""

from __future__ import annotations

from typing import Any

import pytest

from khue.records.api import lookup_codes_for, merge_students, undo_merge
from kit.fences import EVERYTHING, scoped
from tests.attendance_places import make_attendance
from tests.cast import NOW, TODAY, Cast, enrol, make_student, table
from tests.gate_places import make_card
from tests.notice_places import make_notices
from tests.talk_places import make_talk

FOLLOWING = (
    "attendance.Absence",
    "attendance.Card",
    "attendance.ExcuseNote",
    "attendance.GateEvent",
    "contactbook.Receipt",
    "contactbook.Thread",
    "contactbook.ThreadMessage",
    "records.LookupCode",
)


@pytest.fixture
def double(cast: Cast) -> Any:
    """A second file of em Minh, in whose name a whole day stands."""
    with scoped(EVERYTHING):
        child = make_student(cast.school, "Triệu Quang Minh", code="2000000009")
        enrol(child, cast.school_class, starts_on=TODAY)
        make_attendance(cast.school_class, child)
        make_notices(cast.school_class, child)
        make_talk(cast.school, child, cast.hoa)
        lookup_codes_for([child.pk])
    return child


def held_by(student: Any) -> dict[str, int]:
    return {name: table(name).objects.filter(student=student).count() for name in FOLLOWING}


def test_everything_follows_and_goes_back(cast: Cast, double: Any) -> None:
    minh = cast.minh.student
    with scoped(EVERYTHING):
        before = (held_by(minh), held_by(double))
        assert all(before[1].values())
        merge = merge_students(actor=cast.thu.actor, now=NOW, kept_id=minh.pk, gone_id=double.pk)
        assert held_by(minh) == before[1]
        assert not any(held_by(double).values())
        undo_merge(actor=cast.thu.actor, now=NOW, merge_id=merge)
        assert (held_by(minh), held_by(double)) == before


def test_where_both_files_hold_a_row_that_of_the_kept_file_stands(cast: Cast, double: Any) -> None:
    minh = cast.minh.student
    with scoped(EVERYTHING):
        make_card(cast.school, minh, "THẺ-CỦA-MINH", "90001")
        absent = table("attendance.Absence").objects.get(student=double)
        absent.pk, absent.student, absent.kind = None, minh, "p"
        absent.save()
        code = lookup_codes_for([minh.pk])[minh.pk]
        lookup_codes_for([double.pk])
        before = (held_by(minh), held_by(double))
        merge = merge_students(actor=cast.thu.actor, now=NOW, kept_id=minh.pk, gone_id=double.pk)
        assert table("attendance.Absence").objects.get(student=minh).kind == "p"
        assert held_by(minh)["attendance.Card"] == 1
        assert held_by(double)["contactbook.Thread"] == 0
        assert lookup_codes_for([minh.pk])[minh.pk] == code
        undo_merge(actor=cast.thu.actor, now=NOW, merge_id=merge)
        assert (held_by(minh), held_by(double)) == before
