"""The pages of one's own machines and of what waits for a decision."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from khue.offline.models import Device, DeviceOperation
from kit.fences import EVERYTHING, Scope, scoped, set_scope
from tests.cast import NOW, Cast, table
from tests.offline_places import make_offline, make_operation

WAITING, MACHINES = "/ngoai-tuyen/cho-quyet/", "/ngoai-tuyen/may/"


@pytest.fixture
def kept(cast: Cast) -> dict[str, Any]:
    set_scope(Scope(schools=(cast.school.pk,)))
    return make_offline(cast.school, cast.maths, cast.classmates[0], cast.hoa)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def choose(cast: Cast, person: str, operation: Any, keep: str) -> str:
    address = f"{WAITING}{operation}/"
    answer = cast.client(person).post(
        address, {"keep": keep, "act": str(uuid.uuid4())}, follow=True
    )
    return str(answer.content.decode())


def mark_of(cast: Cast) -> Any:
    rows = table("gradebook.MarkRow").objects.filter(
        class_subject_id=cast.maths.pk, student_id=cast.classmates[0].pk, term=1
    )
    with scoped(EVERYTHING):
        return rows.values_list("ck", flat=True).first()


def test_both_values_stand_on_the_page_of_their_writer(cast: Cast, kept: dict[str, Any]) -> None:
    page = text(cast.client("hoa"), WAITING)
    assert cast.classmates[0].name in page
    for told in ("Để trống", "<b>8</b>", "Cô Lan", "Máy thử", "điểm cuối kì, học kì I"):
        assert told in page


@pytest.mark.parametrize("person", ["mai", "binh", "nam"])
def test_nobody_else_sees_them(cast: Cast, kept: dict[str, Any], person: str) -> None:
    client = cast.client(person)
    assert "Không có mục nào chờ" in text(client, WAITING)
    assert "Máy thử" not in text(client, MACHINES)
    assert "không còn chờ" in choose(cast, person, kept["operation_id"], "cua-toi")
    assert mark_of(cast) is None


def test_mine_is_written_at_school(cast: Cast, kept: dict[str, Any]) -> None:
    assert "Đã ghi giá trị của thầy cô" in choose(cast, "hoa", kept["operation_id"], "cua-toi")
    assert mark_of(cast) == 80
    assert "không còn chờ" in choose(cast, "hoa", kept["operation_id"], "cua-toi")


def test_theirs_stays_and_the_ledger_tells_what_was_let_go(
    cast: Cast, kept: dict[str, Any]
) -> None:
    assert "Đã giữ giá trị đang có" in choose(cast, "hoa", kept["operation_id"], "dang-co")
    assert mark_of(cast) is None
    with scoped(EVERYTHING):
        entry = table("ledger.Entry").objects.get(action="keep")
    assert (entry.actor_name, entry.old) == (cast.hoa.name, "8")


def test_one_decision_ends_all_that_waits_of_one_cell(cast: Cast, kept: dict[str, Any]) -> None:
    with scoped(EVERYTHING):
        machine = Device.objects.get()
        later = make_operation(machine, cast.school, cast.maths, cast.classmates[0], 3, "conflict")
    assert text(cast.client("hoa"), WAITING).count("Ghi của tôi") == 1
    choose(cast, "hoa", later.pk, "dang-co")
    with scoped(EVERYTHING):
        assert not DeviceOperation.objects.filter(answer="conflict", decided_at=None).exists()


def test_a_choice_that_is_none_decides_nothing(cast: Cast, kept: dict[str, Any]) -> None:
    assert "Chưa rõ thầy cô giữ" in choose(cast, "hoa", kept["operation_id"], "gì cũng được")
    assert "Ghi của tôi" in text(cast.client("hoa"), WAITING)


def test_the_machine_hears_what_was_decided_on_the_page(cast: Cast, kept: dict[str, Any]) -> None:
    def heard() -> Any:
        body = {
            "schema": 1,
            "account": cast.hoa.account.pk,
            "device": str(kept["machine_id"]),
            "device_now": NOW.isoformat(),
            "operations": [],
            "open": [str(kept["operation_id"])],
        }
        client = cast.client("hoa")
        answer = client.post("/ngoai-tuyen/dong-bo/", body, content_type="application/json")
        return answer.json()["decided"]

    assert heard() == []
    choose(cast, "hoa", kept["operation_id"], "dang-co")
    assert heard() == [str(kept["operation_id"])]


def test_a_machine_is_ended_and_opened_again(cast: Cast, kept: dict[str, Any]) -> None:
    client, machine = cast.client("hoa"), f"{MACHINES}{kept['machine_id']}/"
    ended = client.post(f"{machine}ngung/", follow=True).content.decode()
    assert "Đã ngừng" in ended
    assert "Đã ghi giá trị" in choose(cast, "hoa", kept["operation_id"], "cua-toi")
    opened = client.post(f"{machine}mo-lai/", follow=True).content.decode()
    assert "Máy lại gửi được" in opened
    stranger = cast.client("binh").post(f"{machine}ngung/", follow=True).content.decode()
    assert "Không có máy này" in stranger
