"""What goes through the gate becomes attendance; what a teacher wrote is never written over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from khue.attendance.api import Entry, take_attendance
from khue.attendance.models import Absence, GateSettings, Taking
from khue.attendance.queries.days import ClassDay, class_day
from khue.attendance.queries.gate import Device
from khue.attendance.services.gate import Passing, open_device, pass_gate
from khue.attendance.services.gate_family import tell_passings
from khue.attendance.services.gate_lists import GATE_NAME, take_due_lists, take_gate_lists
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, scoped
from tests.cast import TODAY, Cast, table
from tests.gate_places import make_card, make_device, make_hours, vn

MINH, DUONG, AN, ANH = range(4)


@pytest.fixture
def pupils(cast: Cast) -> list[Any]:
    return [cast.minh.student, *cast.classmates]


@pytest.fixture
def device(cast: Cast, pupils: list[Any]) -> Device:
    """A morning, four pupils with cards, one device."""
    with scoped(EVERYTHING):
        make_hours(cast.school)
        for place, one in enumerate(pupils):
            make_card(cast.school, one, f"MATHE{place}", f"{place:06}")
        secret = make_device(cast.school).secret
    found = open_device(secret)
    assert found is not None
    return found


def come(device: Device, *times: tuple[int, datetime]) -> None:
    for place, at in times:
        pass_gate(device=device, now=at, passings=[Passing(uuid4(), f"MATHE{place}", at)])


def takes(cast: Cast) -> None:
    GateSettings.objects.create(school=cast.school, province=cast.department, takes="take")


def kept() -> dict[int, tuple[str, int | None]]:
    rows = Absence.objects.values_list("student_id", "kind", "minutes", "source")
    return {key: (kind, minutes) for key, kind, minutes, source in rows if source == "gate"}


def page(cast: Cast, now: datetime) -> ClassDay:
    return class_day(
        actor=cast.hoa.actor, now=now, class_id=cast.school_class.pk, day=TODAY, session="am"
    )


def proposed(shown: ClassDay) -> dict[str, str]:
    told = {one.name: shown.chosen(one).told for one in shown.pupils}
    return {name: kind for name, kind in told.items() if kind != "Có mặt"}


MORNING = [(MINH, vn(6, 50)), (DUONG, vn(7, 12)), (AN, vn(6, 40))]


def test_the_teacher_finds_the_list_filled_in(device: Device, cast: Cast, pupils: Any) -> None:
    come(device, *MORNING)
    assert proposed(page(cast, vn(7, 20))) == {pupils[DUONG].name: "Đi muộn 12 phút"}
    shown = page(cast, vn(7, 45))
    assert proposed(shown) == {
        pupils[DUONG].name: "Đi muộn 12 phút",
        pupils[ANH].name: "Nghỉ không phép",
    }
    assert Absence.objects.count() == 0


def test_a_school_that_only_wants_proposals_takes_nothing(device: Device, cast: Cast) -> None:
    come(device, *MORNING)
    assert take_due_lists(now=vn(7, 50)) == 0
    assert Taking.objects.count() == 0


def test_the_gate_takes_the_list_where_the_school_chose_it(
    device: Device, cast: Cast, pupils: Any
) -> None:
    takes(cast)
    come(device, *MORNING)
    assert take_due_lists(now=vn(7, 30)) == 0
    assert take_due_lists(now=vn(7, 50)) == 1
    assert kept() == {pupils[DUONG].pk: ("m", 12), pupils[ANH].pk: ("k", None)}
    line = history_of(f"attendance:{cast.school_class.pk}.{TODAY.isoformat()}.am0")[0]
    assert line.actor_name == GATE_NAME
    assert "Đi muộn 12 phút" in line.new
    assert take_due_lists(now=vn(7, 55)) == 0


def test_who_comes_after_all_becomes_late_and_who_leaves_early_is_told(
    device: Device, cast: Cast, pupils: Any
) -> None:
    takes(cast)
    come(device, *MORNING)
    take_gate_lists(now=vn(7, 50), school_id=cast.school.pk)
    come(device, (ANH, vn(8, 30)), (AN, vn(10, 0)))
    take_gate_lists(now=vn(8, 35), school_id=cast.school.pk)
    assert kept()[pupils[ANH].pk] == ("m", 90)
    assert pupils[AN].pk not in kept()
    take_gate_lists(now=vn(11, 35), school_id=cast.school.pk)
    assert kept()[pupils[AN].pk] == ("s", 90)


def test_what_a_teacher_saved_stays(device: Device, cast: Cast, pupils: Any) -> None:
    takes(cast)
    come(device, *MORNING)
    take_attendance(
        actor=cast.hoa.actor,
        now=vn(7, 10),
        class_id=cast.school_class.pk,
        day=TODAY,
        session="am",
        entries=[Entry(pupils[ANH].pk, "p")],
        base_version=0,
    )
    assert take_gate_lists(now=vn(7, 50), school_id=cast.school.pk) == 0
    assert list(Absence.objects.values_list("student_id", "kind")) == [(pupils[ANH].pk, "p")]
    shown = page(cast, vn(7, 50))
    told = {one.name: gate.told for one, gate in shown.differing}
    assert told == {
        pupils[DUONG].name: "Đi muộn 12 phút",
        pupils[ANH].name: "Nghỉ không phép",
    }


def test_a_teacher_who_saves_over_the_gate_ends_its_hand(
    device: Device, cast: Cast, pupils: Any
) -> None:
    takes(cast)
    come(device, *MORNING)
    take_gate_lists(now=vn(7, 50), school_id=cast.school.pk)
    taken = take_attendance(
        actor=cast.hoa.actor,
        now=vn(8),
        class_id=cast.school_class.pk,
        day=TODAY,
        session="am",
        entries=[],
        base_version=1,
    )
    assert taken.status == "saved"
    come(device, (ANH, vn(8, 30)))
    assert take_gate_lists(now=vn(8, 35), school_id=cast.school.pk) == 0
    assert Absence.objects.count() == 0


def test_a_gate_that_stood_still_makes_nobody_absent(device: Device, cast: Cast) -> None:
    takes(cast)
    come(device, (MINH, vn(6, 50)))
    assert take_gate_lists(now=vn(7, 50), school_id=cast.school.pk) == 0
    shown = page(cast, vn(7, 50))
    assert proposed(shown) == {}
    assert not shown.gate.trusted


def test_a_day_without_any_card_proposes_nothing(device: Device, cast: Cast) -> None:
    assert not page(cast, vn(7, 50)).gate.useful
    assert not page(cast, vn(7, 50) + timedelta(days=1)).gate.useful


def test_a_note_that_came_first_is_not_the_gates_to_change(
    device: Device, cast: Cast, pupils: Any
) -> None:
    takes(cast)
    Absence.objects.create(
        student=pupils[ANH],
        school_class=cast.school_class,
        school=cast.school,
        province=cast.department,
        year=2026,
        day=TODAY,
        session="am",
        kind="p",
        source="note",
        written_by="Ai đó",
        written_at=vn(6),
    )
    come(device, *MORNING)
    take_gate_lists(now=vn(7, 50), school_id=cast.school.pk)
    assert Absence.objects.get(student=pupils[ANH]).kind == "p"


def test_families_hear_of_it_once_where_the_school_chose_it(
    device: Device, cast: Cast, pupils: Any
) -> None:
    come(device, (MINH, vn(6, 50, 20)), (DUONG, vn(6, 51, 5)))
    assert tell_passings(now=vn(6, 51), minute=vn(6, 50)) == 0
    GateSettings.objects.create(school=cast.school, province=cast.department, tells_family=True)
    for _ in range(2):
        assert tell_passings(now=vn(6, 51), minute=vn(6, 50)) == 1
    with scoped(EVERYTHING):
        told = table("contactbook.Receipt").objects.filter(account=cast.lan.account)
        assert [one.text for one in told] == [f"{cast.minh.name} vào trường lúc 06:50."]
        assert not table("messaging.Message").objects.filter(channel="sms").exists()
