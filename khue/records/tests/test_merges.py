"""Gộp hồ sơ and taking it apart again."""

from datetime import date
from typing import Any

import pytest

from khue.access.api import OutsidePlace, Refused
from khue.records.api import (
    GuardianFacts,
    RecordRefused,
    add_guardian,
    merge_students,
    students_of_class,
    undo_merge,
)
from khue.records.queries.doubles import doubles_of_school
from khue.records.services import merge_movers
from khue.records.services.register import register_students
from kit.fences import Scope, scoped
from tests.cast import NOW, TODAY, Cast, enrol, make_student, table

TABLES = ["Student", "Enrolment", "Guardianship", "RegisterEntry", "Transfer"]
# A version counts saves and goes on counting; it is no fact of the file.
UNCOUNTED = {"version"}


def rows_now() -> dict[str, list[dict[str, Any]]]:
    return {
        name: [
            {key: value for key, value in row.items() if key not in UNCOUNTED}
            for row in table(f"records.{name}").objects.order_by("id").values()
        ]
        for name in TABLES
    }


@pytest.fixture
def double(cast: Cast) -> Any:
    """A second file of em Minh, with another year of his, and a sector code."""
    with scoped(Scope(schools=(cast.school.pk,))):
        student = make_student(
            cast.school, "Triệu Quang Minh", code="2000000009", address="Thôn Đầu"
        )
        enrol(student, cast.school_class, starts_on=TODAY)
        enrol(
            student,
            cast.sister_class,
            starts_on=date(2025, 9, 5),
            ends_on=date(2026, 5, 31),
            status="completed",
        )
        facts = GuardianFacts(name="Triệu Văn Tâm", relation="father", phone="0912000044")
        add_guardian(actor=cast.thu.actor, now=NOW, student_id=student.pk, facts=facts)
        register_students(
            actor=cast.thu.actor, now=NOW, school_id=cast.school.pk, day=date(2026, 9, 5)
        )
    return student


def test_the_pair_stands_in_the_list_of_doubles(cast: Cast, double: Any) -> None:
    with scoped(Scope(schools=(cast.school.pk,))):
        found = doubles_of_school(actor=cast.thu.actor, school_id=cast.school.pk)
    assert [{one.one.student_id, one.other.student_id} for one in found] == [
        {cast.minh.student.pk, double.pk}
    ]


def test_a_merge_moves_the_rows_and_keeps_what_was_chosen(cast: Cast, double: Any) -> None:
    kept = cast.minh.student
    with scoped(Scope(schools=(cast.school.pk,))):
        merge_students(
            actor=cast.thu.actor, now=NOW, kept_id=kept.pk, gone_id=double.pk, take=["address"]
        )
        kept.refresh_from_db()
        assert (kept.address, kept.code) == ("Thôn Đầu", "2000000001")
        years = table("records.Enrolment").objects.filter(student=kept).values_list("year")
        assert years.count() == 2
        sitting = [one.id for one in students_of_class(cast.school_class.pk, TODAY)]
        assert sitting.count(kept.pk) == 1
        assert double.pk not in sitting
        names = table("records.Guardianship").objects.filter(student=kept)
        assert names.count() == 2
        assert doubles_of_school(actor=cast.thu.actor, school_id=cast.school.pk) == []


@pytest.mark.parametrize(
    "take", [[], ["name", "code", "address"], ["account", "personal_number", "born", "code"]]
)
def test_undo_restores_every_row_exactly(cast: Cast, double: Any, take: list[str]) -> None:
    with scoped(Scope(schools=(cast.school.pk,))):
        before = rows_now()
        merge = merge_students(
            actor=cast.thu.actor,
            now=NOW,
            kept_id=cast.minh.student.pk,
            gone_id=double.pk,
            take=take,
        )
        assert rows_now() != before
        undo_merge(actor=cast.thu.actor, now=NOW, merge_id=merge)
        assert rows_now() == before
        with pytest.raises(RecordRefused, match="đã được tách"):
            undo_merge(actor=cast.thu.actor, now=NOW, merge_id=merge)
        again = merge_students(
            actor=cast.thu.actor, now=NOW, kept_id=double.pk, gone_id=cast.minh.student.pk
        )
        undo_merge(actor=cast.thu.actor, now=NOW, merge_id=again)
        assert rows_now() == before


def test_the_mother_sees_the_kept_file_and_after_undo_the_old_one(cast: Cast, double: Any) -> None:
    minh = cast.minh.student
    with scoped(Scope(schools=(cast.school.pk,))):
        merge = merge_students(actor=cast.thu.actor, now=NOW, kept_id=double.pk, gone_id=minh.pk)
    assert {grant.place for grant in cast.lan.actor.grants} >= {f"child:{double.pk}"}
    with scoped(Scope(schools=(cast.school.pk,))):
        undo_merge(actor=cast.thu.actor, now=NOW, merge_id=merge)
    places = {grant.place for grant in cast.lan.actor.grants}
    assert f"child:{minh.pk}" in places
    assert f"child:{double.pk}" not in places


def test_upper_contexts_move_their_rows_too(
    cast: Cast, double: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []

    def move(gone: int, kept: int) -> dict[str, Any]:
        return {"pair": [gone, kept]}

    def undo(moved: dict[str, Any], gone: int, kept: int) -> None:
        told.append((moved, gone, kept))

    monkeypatch.setattr(merge_movers, "_movers", {})
    merge_movers.register_merge_mover("sổ thử", move, undo)
    minh = cast.minh.student.pk
    with scoped(Scope(schools=(cast.school.pk,))):
        merge = merge_students(actor=cast.thu.actor, now=NOW, kept_id=minh, gone_id=double.pk)
        undo_merge(actor=cast.thu.actor, now=NOW, merge_id=merge)
    assert told == [({"pair": [double.pk, minh]}, double.pk, minh)]


def test_who_may_merge(cast: Cast, double: Any) -> None:
    common = {"now": NOW, "kept_id": cast.minh.student.pk, "gone_id": double.pk}
    with scoped(Scope(schools=(cast.school.pk,))):
        with pytest.raises(Refused):
            merge_students(actor=cast.hoa.actor, **common)
        with pytest.raises(OutsidePlace):
            merge_students(actor=cast.nam.actor, **common)
        with pytest.raises(RecordRefused, match="khác nhau"):
            merge_students(actor=cast.thu.actor, now=NOW, kept_id=double.pk, gone_id=double.pk)
