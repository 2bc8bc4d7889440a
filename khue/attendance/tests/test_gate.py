"""The gate: what a device sends is taken once, judged by the hours, answered."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khue.attendance.models import GateDevice, GateEvent
from khue.attendance.queries.gate import Device
from khue.attendance.services.gate import Answer, Passing, open_device, pass_gate
from kit.cipher import unseal
from kit.fences import EVERYTHING, NOTHING, Scope, current_scope, scoped, set_scope
from tests.cast import NOW, Cast, make_student
from tests.gate_places import make_card, make_device, make_hours, vn

CODES = {"minh": "KHOAMINH22", "duong": "KHOADUONG2", "binh": "KHOABINH22"}


@pytest.fixture
def device(cast: Cast) -> Device:
    """Both sessions, three cards, one device: and the fence as the device opens it."""
    with scoped(EVERYTHING):
        make_hours(cast.school)
        make_hours(cast.school, "pm")
        make_card(cast.school, cast.minh.student, CODES["minh"], "000001")
        make_card(cast.school, cast.classmates[0], CODES["duong"], "000002")
        make_card(cast.school, cast.binh.staff, CODES["binh"], "000003")
        secret = make_device(cast.school).secret
    found = open_device(secret)
    assert found is not None
    return found


def tap(who: str, at: datetime, **more: Any) -> Passing:
    return Passing(**{"id": uuid4(), "code": CODES.get(who, who), "at": at, **more})


def passed(
    device: Device, *taps: Passing, now: datetime | None = None, **more: Any
) -> list[Answer]:
    latest = now or max(one.at for one in taps)
    return pass_gate(device=device, now=latest, passings=taps, **more)


def one(device: Device, who: str, at: datetime, **more: Any) -> Answer:
    return passed(device, tap(who, at), **more)[0]


def test_a_pupil_in_time_and_one_too_late(device: Device, cast: Cast) -> None:
    early = one(device, "minh", vn(6, 50))
    late = one(device, "duong", vn(7, 12))
    assert (early.verdict, early.said, early.name, early.class_name) == (
        "good",
        "Vào lúc 06:50.",
        cast.minh.name,
        "8A",
    )
    assert (late.verdict, late.said) == ("late", "Vào lúc 07:12, muộn 12 phút.")
    assert GateEvent.objects.filter(school=cast.school).count() == 2


def test_the_same_passing_told_again_gets_the_same_answer(device: Device) -> None:
    passing = tap("duong", vn(7, 12))
    first = passed(device, passing)[0]
    later = passed(device, passing, now=vn(9))[0]
    assert (first.again, later.again) == (False, True)
    assert (later.verdict, later.said, later.at) == (first.verdict, first.said, first.at)
    assert GateEvent.objects.count() == 1


def test_a_batch_that_names_one_passing_twice_answers_both(device: Device) -> None:
    passing = tap("minh", vn(6, 50))
    assert [each.verdict for each in passed(device, passing, passing)] == ["good", "good"]
    assert GateEvent.objects.count() == 1


def test_the_order_of_a_batch_changes_nothing(device: Device) -> None:
    taps = [tap("minh", vn(6, 50)), tap("minh", vn(6, 50, 5)), tap("minh", vn(6, 50, 40))]
    answers = {each.id: each.verdict for each in passed(device, *reversed(taps))}
    assert [answers[each.id] for each in taps] == ["good", "twice", "borrowed"]


def test_in_and_out_by_the_last_passing(device: Device) -> None:
    ways = [one(device, "minh", at).direction for at in (vn(6, 50), vn(11, 31), vn(13, 20))]
    assert ways == ["in", "out", "in"]


def test_cards_that_are_not_good(device: Device, cast: Cast) -> None:
    with scoped(EVERYTHING):
        gone = make_student(cast.school, "Em Đã Chuyển")
        make_card(cast.school, gone, "KHOAGONE22", "000004")
        make_card(cast.school, cast.classmates[1], "KHOALOST22", "000005", state="lost")
        make_card(cast.school, cast.classmates[1], "KHOAOLD222", "000006", state="retired")
    found = [one(device, code, vn(6, 55)).verdict for code in ("KHOAGONE22", "KHOALOST22")]
    assert found == ["left", "lost"]
    assert one(device, "KHOAOLD222", vn(6, 55)).verdict == "retired"
    strange = one(device, "AIBIET", vn(6, 55))
    assert (strange.verdict, strange.name) == ("unknown", "")


def test_outside_the_hours_a_pupil_is_not_let_in_but_staff_are(device: Device) -> None:
    assert one(device, "minh", vn(5, 10)).verdict == "closed"
    assert one(device, "binh", vn(5, 10)).verdict == "good"
    sunday = NOW + timedelta(days=2)
    assert one(device, "minh", vn(7, day=sunday.date())).verdict == "closed"


def test_a_clock_an_hour_wrong_is_corrected_and_kept(device: Device) -> None:
    off = timedelta(hours=1)
    passing = tap("minh", vn(6, 50) + off)
    answer = passed(device, passing, now=vn(6, 51), device_now=vn(6, 51) + off)[0]
    row = GateEvent.objects.get()
    assert (answer.verdict, row.at, row.device_at) == ("good", vn(6, 50), vn(6, 50) + off)
    assert GateDevice.objects.get().clock_off_seconds == 3600


def test_a_passing_without_a_line_counts_at_its_time_on_the_same_day_only(device: Device) -> None:
    answer = one(device, "minh", vn(6, 50), now=vn(10))
    assert (answer.verdict, answer.said) == ("good", "Vào lúc 06:50.")
    yesterday = one(device, "duong", vn(6, 50) - timedelta(days=1), now=vn(10))
    future = one(device, "duong", vn(10, 30), now=vn(10))
    assert (yesterday.verdict, future.verdict) == ("stale", "stale")
    assert "không tính" in yesterday.said


def test_a_fever_is_told_and_a_declaration_is_sealed(device: Device) -> None:
    sick = tap("minh", vn(6, 50), temperature=381, health="Ho, đau họng")
    answer = passed(device, sick)[0]
    assert answer.fever
    assert answer.said.endswith("Thân nhiệt 38,1 °C: mời gặp y tế.")
    from django.conf import settings

    kept = GateEvent.objects.get().health
    assert "họng" not in kept
    assert unseal(kept, label="gate.health", key_hex=settings.FIELD_KEY) == "Ho, đau họng"


def test_a_device_of_another_school_knows_none_of_our_cards(device: Device, cast: Cast) -> None:
    with scoped(EVERYTHING):
        other = make_device(cast.other_school)
    first = one(device, "minh", vn(6, 50))
    strange = open_device(other.secret)
    assert strange is not None
    assert one(strange, "minh", vn(6, 50)).verdict == "unknown"
    stolen = passed(strange, tap("minh", vn(6, 50), id=first.id))[0]
    assert (stolen.verdict, stolen.name, stolen.again) == ("unknown", "", True)


@pytest.mark.parametrize("wrong", ["", "x", "1", "1.", ".abc", "²³.abc", f"{'9' * 30}.a"])
def test_a_secret_that_is_none_opens_nothing(device: Device, wrong: str) -> None:
    set_scope(NOTHING)
    assert open_device(wrong) is None
    assert current_scope() == NOTHING


# Over HTTP.


def call(name: str, secret: str = "", body: Any = None, **more: Any) -> Any:
    """As a kiosk calls: JSON, the secret in its header, never a cookie."""
    client = Client(enforce_csrf_checks=True)
    headers = {"authorization": f"Gate {secret}"} if secret else {}
    address = reverse(name, **more)
    if body is None:
        return client.get(address, headers=headers)
    sent = body if isinstance(body, str) else json.dumps(body)
    return client.post(address, sent, content_type="application/json", headers=headers)


def test_without_a_secret_nothing_is_told(device: Device, cast: Cast) -> None:
    for name in ("attendance.gate_cards", "attendance.gate_passings"):
        body: Any = None if name.endswith("cards") else {}
        for secret in ("", f"{cast.school.pk}.sai"):
            answer = call(name, secret, body)
            assert answer.status_code == 401
            assert "chưa ghép nối" in answer.json()["said"]


@pytest.fixture
def secret(device: Device, cast: Cast) -> str:
    from tests.gate_places import SECRET

    return f"{cast.school.pk}.{SECRET}"


def test_passings_over_http(secret: str, cast: Cast) -> None:
    now = timezone.now()
    good = {"id": str(uuid4()), "code": " khoa-minh 22 ", "at": now.isoformat(), "direction": "in"}
    sent = {"device_now": now.isoformat(), "passings": [good, {"id": "hỏng"}, 5]}
    told = call("attendance.gate_passings", secret, sent).json()
    first, *bad = told["answers"]
    assert first["id"] == good["id"]
    assert first["name"] == cast.minh.name
    assert [each["verdict"] for each in bad] == ["bad", "bad"]
    assert told["clock_said"] == ""
    slow = {**sent, "device_now": (now - timedelta(hours=1)).isoformat()}
    assert "chậm 1 giờ" in call("attendance.gate_passings", secret, slow).json()["clock_said"]


@pytest.mark.parametrize(
    "body", ["", "[]", "{", "5", '{"passings": 5}', '{"passings": [], "device_now": "hôm nay"}']
)
def test_rubbish_gets_a_sentence(secret: str, body: str) -> None:
    answer = call("attendance.gate_passings", secret, body)
    assert answer.status_code == 400
    assert "không đọc được" in answer.json()["said"]


def test_more_than_two_hundred_are_refused(secret: str) -> None:
    sent = {"device_now": timezone.now().isoformat(), "passings": [{}] * 201}
    assert call("attendance.gate_passings", secret, sent).status_code == 413


def test_the_list_for_hours_without_a_line(secret: str, cast: Cast) -> None:
    from hashlib import sha256

    answer = call("attendance.gate_cards", secret)
    told = answer.json()
    wanted = sha256((told["salt"] + CODES["minh"]).encode()).digest()[:16].hex()
    found = next(each for each in told["cards"] if each["h"] == wanted)
    assert (found["name"], found["class"], found["kind"]) == (cast.minh.name, "8A", "hs")
    assert CODES["minh"] not in answer.content.decode()
    again = Client().get(
        reverse("attendance.gate_cards"),
        headers={"authorization": f"Gate {secret}", "if-none-match": answer["ETag"]},
    )
    assert again.status_code == 304


def test_an_ended_device_is_a_stranger(secret: str, cast: Cast) -> None:
    with scoped(Scope(schools=(cast.school.pk,))):
        GateDevice.objects.update(ended_at=NOW)
    assert call("attendance.gate_cards", secret).status_code == 401


def test_a_pairing_code_works_once_and_for_fifteen_minutes(cast: Cast) -> None:
    from khue.attendance.services.devices import make_pairing_code

    def make(now: datetime) -> str:
        set_scope(Scope(schools=(cast.school.pk,)))
        return make_pairing_code(
            actor=cast.mai.actor,
            now=now,
            school_id=cast.school.pk,
            name="Cổng sau",
            direction="in",
        )

    now = timezone.now()
    code, old = make(now), make(now - timedelta(minutes=16))
    assert len(code) == 8
    told = call("attendance.gate_pair", body={"code": f"{code[:4]}-{code[4:]}".lower()})
    assert told.status_code == 200
    given = told.json()
    assert (given["device"]["name"], given["device"]["direction"]) == ("Cổng sau", "in")
    assert given["school"]["name"] == cast.school.organisation.name
    assert call("attendance.gate_cards", given["secret"]).status_code == 200
    for wrong in (code, old, "ABCDEFGH", "", None, 5):
        answer = call("attendance.gate_pair", body={"code": wrong})
        assert answer.status_code == 404, wrong
        assert "Hãy lấy mã mới" in answer.json()["said"]
