"""Marks that were made apart from one another, merged into one list."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from khue.attendance.api import (
    LIST,
    AttendanceRefused,
    Entry,
    Marked,
    PupilMark,
    mark_pupils,
    take_attendance,
)
from khue.attendance.models import Absence
from khue.ledger.api import changes_of_operation
from kit.fences import Scope, set_scope
from tests.cast import NOW, TODAY, Cast

HERE = ("", None, "")
YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture(autouse=True)
def at_school(cast: Cast) -> None:
    set_scope(Scope(schools=(cast.school.pk,)))


def mark(cast: Cast, *marks: PupilMark, **more: Any) -> Marked:
    given: dict[str, Any] = {
        "actor": cast.hoa.actor,
        "now": NOW,
        "class_id": cast.school_class.pk,
        "day": TODAY,
        "session": "am",
        "marks": marks,
    }
    return mark_pupils(**given | more)


def take(cast: Cast, kinds: dict[Any, str], base_version: int = 0) -> None:
    taken = take_attendance(
        actor=cast.binh.actor,
        now=NOW,
        class_id=cast.school_class.pk,
        day=TODAY,
        session="am",
        entries=[Entry(one.pk, kind) for one, kind in kinds.items()],
        base_version=base_version,
    )
    assert taken.status == "saved"


def kept() -> dict[int, str]:
    return dict(Absence.objects.values_list("student_id", "kind"))


def test_marks_about_other_pupils_are_merged(cast: Cast) -> None:
    duong, an, _ = cast.classmates
    take(cast, {duong: "k"})
    answer = mark(cast, PupilMark(an.pk, HERE, "p"))
    assert [one.status for one in answer.outcomes] == ["saved"]
    assert kept() == {duong.pk: "k", an.pk: "p"}
    assert answer.taking.version == 2


def test_what_somebody_else_wrote_of_the_pupil_stays(cast: Cast) -> None:
    duong = cast.classmates[0]
    take(cast, {duong: "k"})
    outcome = mark(cast, PupilMark(duong.pk, HERE, "p")).outcomes[0]
    assert (outcome.status, outcome.standing.kind) == ("conflict", "k")
    assert (outcome.author, outcome.at) == (cast.binh.name, NOW)
    assert kept() == {duong.pk: "k"}


def test_somebody_who_struck_an_absence_out_is_named(cast: Cast) -> None:
    duong = cast.classmates[0]
    take(cast, {duong: "k"})
    take(cast, {}, base_version=1)
    outcome = mark(cast, PupilMark(duong.pk, ("k", None, ""), "p")).outcomes[0]
    assert (outcome.status, outcome.author) == ("conflict", cast.binh.name)


def test_whoever_saw_it_may_change_it(cast: Cast) -> None:
    duong = cast.classmates[0]
    take(cast, {duong: "k"})
    assert mark(cast, PupilMark(duong.pk, ("k", None, ""), "")).outcomes[0].status == "saved"
    assert kept() == {}


def test_each_mark_is_an_act_of_its_own_in_the_ledger(cast: Cast) -> None:
    acts = [uuid.uuid4(), uuid.uuid4(), uuid.uuid4()]
    duong, an, _ = cast.classmates
    mark(
        cast,
        PupilMark(duong.pk, HERE, "k", operation=acts[0], reason="Ghi trên máy"),
        PupilMark(an.pk, HERE, "m", 10, operation=acts[1]),
        PupilMark(LIST, HERE, "", operation=acts[2]),
    )
    told = [[(line.new, line.reason) for line in changes_of_operation(one)] for one in acts]
    assert told[:2] == [[("Nghỉ không phép", "Ghi trên máy")], [("Đi muộn 10 phút", "")]]
    assert [duong.name in line.new for line in changes_of_operation(acts[2])] == [True]


def test_a_mark_of_the_day_itself_counts_however_late_it_arrives(cast: Cast) -> None:
    duong, an, _ = cast.classmates
    day = TODAY - timedelta(days=1)
    late = PupilMark(duong.pk, HERE, "k", marked_at=YESTERDAY)
    afterwards = PupilMark(an.pk, HERE, "k", marked_at=NOW)
    answer = mark(cast, late, afterwards, day=day, actor=cast.binh.actor)
    assert [one.status for one in answer.outcomes] == ["saved", "refused"]
    assert "Hãy ghi lý do" in answer.outcomes[1].sentence


def test_the_day_after_needs_the_right_to_correct(cast: Cast) -> None:
    day = TODAY - timedelta(days=1)
    answer = mark(cast, PupilMark(cast.classmates[0].pk, HERE, "k"), day=day)
    assert "chưa có quyền" in answer.outcomes[0].sentence


def test_a_stranger_of_the_class_is_refused_alone(cast: Cast) -> None:
    answer = mark(cast, PupilMark(999_999, HERE, "k"), PupilMark(LIST, HERE, ""))
    assert [one.status for one in answer.outcomes] == ["refused", "saved"]


def test_a_day_that_has_not_come_is_refused(cast: Cast) -> None:
    with pytest.raises(AttendanceRefused, match="Chưa đến ngày"):
        mark(cast, PupilMark(LIST, HERE, ""), day=TODAY + timedelta(days=1))
