"""Primary sheets, strands and periods without a line: taken along, written apart, merged."""

from __future__ import annotations

from typing import Any

import pytest

from khue.gradebook.tests.primary_cast import Primary, cell, make_primary
from khue.ledger.api import changes_of_operation
from khue.offline.queries.packs import pack as pack_of
from khue.offline.rules.operations import DeviceOperation as Wanted
from khue.offline.tests.sending import register, send, wanted
from khue.offline.tests.test_packs import pack
from kit.fences import EVERYTHING, Scope, scoped, set_scope
from tests.cast import NOW, TODAY, Cast, assign, make_class_subject, make_subject, table

END_OF_TERM = 2


@pytest.fixture
def young(cast: Cast) -> Primary:
    with scoped(EVERYTHING):
        made = make_primary(cast)
    set_scope(Scope(schools=(cast.school.pk,)))
    return made


def level(young: Primary, pupil: int, slot: str, text: str, base: int | None = None) -> Wanted:
    place = {"book": young.maths.pk, "point": END_OF_TERM, "slot": slot}
    return wanted("level", {**place, "student": young.pupils[pupil].pk}, base, text)


def test_the_sheets_of_a_subject_and_of_a_class_are_taken_along(cast: Cast, young: Primary) -> None:
    choices = cast.client("hoa").get("/ngoai-tuyen/danh-muc.json").json()
    assert young.maths.pk in {one["id"] for one in choices["books"]}
    made = pack(cast, "hoa", so=str(young.maths.pk), lop=str(young.room.pk))
    assert [one["point"] for one in made["sheets"]] == [1, 2, 3, 4]
    ended = made["sheets"][1]
    assert (ended["kind"], ended["refusal"], made["gone"]) == ("level", "", [])
    assert {"level", "test", "comment"} <= {one["slot"] for one in ended["columns"]}
    assert len(ended["pupils"]) == 3
    hers = pack(cast, "binh", lop=str(young.room.pk))["sheets"]
    assert [(one["kind"], one["point"]) for one in hers] == [
        ("quality", one) for one in range(1, 5)
    ]


def test_levels_tests_and_remarks_are_acts_of_their_own(cast: Cast, young: Primary) -> None:
    operations = [
        level(young, 0, "level", "T"),
        level(young, 0, "test", "9"),
        level(young, 1, "comment", "Em tính nhanh, cẩn thận hơn khi đặt tính"),
        level(young, 1, "test", "7,5"),
    ]
    answers = send(cast.hoa, register(cast.hoa), *operations)
    assert [one.status for one in answers] == ["applied", "applied", "applied", "refused"]
    assert [one.text for one in answers[:2]] == ["T", "9"]
    for one in operations[:3]:
        (line,) = changes_of_operation(one.id)
        assert "Ghi trên máy lúc" in line.reason
    assert changes_of_operation(operations[3].id) == []


def test_a_level_that_was_changed_at_school_waits_for_its_owner(cast: Cast, young: Primary) -> None:
    young.levels(young.maths, END_OF_TERM, [cell(young.pupils[0], "level", "C")])
    (answer,) = send(cast.hoa, register(cast.hoa), level(young, 0, "level", "T"))
    assert (answer.status, answer.text, answer.author) == ("conflict", "C", "Nông Thị Hoa")
    shown = cast.client("hoa").get("/ngoai-tuyen/cho-quyet/").content.decode()
    assert "4A, Mức đạt được, cuối học kì I" in shown


def test_qualities_are_written_by_the_homeroom_teacher_alone(cast: Cast, young: Primary) -> None:
    place = {"class": young.room.pk, "point": END_OF_TERM, "slot": "q1"}
    student = young.pupils[0].pk
    act = [wanted("quality", {**place, "student": student}, None, "T") for _ in range(2)]
    assert [one.status for one in send(cast.binh, register(cast.binh), act[0])] == ["applied"]
    assert [one.status for one in send(cast.hoa, register(cast.hoa), act[1])] == ["refused"]


def test_every_strand_of_a_subject_is_taken_along(cast: Cast) -> None:
    with scoped(EVERYTHING):
        subject = make_subject("Nghệ thuật", "N.thuật", 24)
        art = make_class_subject(cast.school_class, subject, "comment", regular_marks=2)
        assign(cast.hoa.staff, art)
    made = pack(cast, "hoa", so=str(art.pk))
    shown = [(one["strand"], one["strand_name"]) for one in made["books"] if one["term"] == 1]
    assert shown == [(0, ""), (1, "Âm nhạc"), (2, "Mĩ thuật")]


def test_a_period_has_a_list_of_its_own(cast: Cast) -> None:
    set_scope(Scope(schools=(cast.school.pk,)))
    where = {"class": cast.school_class.pk, "day": TODAY.isoformat(), "session": "am", "period": 3}
    pupil = cast.classmates[0].pk
    late: dict[str, Any] = {"kind": "m", "minutes": 10, "note": ""}
    act = wanted("attendance", {**where, "student": pupil}, None, late)
    (answer,) = send(cast.hoa, register(cast.hoa), act)
    assert answer.status == "applied"
    assert table("attendance.Absence").objects.get().period == 3
    (room,) = pack_of(cast.hoa.actor, NOW, [], [cast.school_class.pk])["classes"]
    session = next(one for one in room["days"] if one["day"] == TODAY.isoformat())["sessions"]["am"]
    assert (session["taken"], session["absent"]) == (None, [])
    assert session["periods"]["3"]["absent"] == [{"student": pupil, **late}]
