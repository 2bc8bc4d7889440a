"""Providers call back: only with a right signature, each report once, states only forward."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from khue.messaging.rules.callbacks import Callback, is_theirs, read_callback
from khue.messaging.rules.timing import REPORT_WITHIN
from khue.messaging.services.sending import REPORTS_KEPT, forget_ended
from khue.messaging.tests.post import Obedient, message, order, outgoing, send, states, table
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast

SECRET = "mot-bi-mat-du-dai-de-ky"
CALLBACK: dict[str, Any] = {"secret": SECRET, "delivered": ["DELIVRD"], "failed": ["UNDELIV"]}


@pytest.fixture
def provider(channel: Obedient, settings: Settings) -> Obedient:
    settings.MESSAGING = {"mang": {"kind": "obedient", "channel": "sms", "callback": CALLBACK}}
    return channel


def call(told: Any, *, way: str = "bao-phat", name: str = "mang", **more: Any) -> Any:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    at = str(int(more.get("at", time.time())))
    signed = at.encode() + b"." + body
    mac = hmac.new(more.get("secret", SECRET).encode(), signed, hashlib.sha256).hexdigest()
    headers = {"X-Signature": mac, "X-Timestamp": at}
    return Client().post(
        f"/tin-nhan/{way}/{name}/", body, content_type="application/json", headers=headers
    )


def sent(number: int = 1) -> str:
    """A message that the provider has; its reference."""
    order([outgoing(number)])
    send()
    return f"ref-{message(f'test:{number}').pk}"


def test_a_signed_report_moves_the_message_on(provider: Obedient) -> None:
    answer = call({"id": sent(), "status": "DELIVRD"})
    assert (answer.status_code, answer.json()) == (200, {"taken": 1})
    assert states() == {"delivered": 1}


def test_states_only_move_forward(provider: Obedient) -> None:
    reference = sent()
    for said in ("DELIVRD", "UNDELIV", "DELIVRD"):
        assert call({"id": reference, "status": said}).status_code == 200
    assert states() == {"delivered": 1}


def test_several_reports_come_in_one_call(provider: Obedient) -> None:
    told = [
        {"id": sent(1), "status": "DELIVRD"},
        {"id": sent(2), "status": "UNDELIV"},
        {"id": "cua-ai-khac", "status": "DELIVRD"},
        {"id": "", "status": "DELIVRD"},
        "gì đây",
        {"status": {"a": 1}},
    ]
    assert call(told).json() == {"taken": 3}
    assert states() == {"delivered": 1, "failed": 1}


def test_a_report_before_the_sending_is_met_later(provider: Obedient) -> None:
    order([outgoing()])
    call({"id": f"ref-{message().pk}", "status": "DELIVRD"})
    send()
    assert states() == {"delivered": 1}


@pytest.mark.parametrize("at", [-301, 301])
def test_an_old_call_played_again_is_refused(provider: Obedient, at: int) -> None:
    reference = sent()
    answer = call({"id": reference, "status": "DELIVRD"}, at=time.time() + at)
    assert answer.status_code == 401
    assert states() == {"sent": 1}


def test_a_wrong_secret_or_a_changed_body_is_refused(provider: Obedient) -> None:
    reference = sent()
    told = {"id": reference, "status": "DELIVRD"}
    assert call(told, secret="sai-bi-mat-nhung-du-dai").status_code == 401
    bare = Client().post(
        "/tin-nhan/bao-phat/mang/", json.dumps(told), content_type="application/json"
    )
    assert bare.status_code == 401
    assert states() == {"sent": 1}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 5000, b" " * (1024 * 1024 + 1)])
def test_rubbish_is_refused_politely(provider: Obedient, body: bytes) -> None:
    assert call(body).status_code == 400


def test_who_does_not_call_back_does_not_exist(provider: Obedient, settings: Settings) -> None:
    assert call({}, name="khong-co").status_code == 404
    settings.MESSAGING = {"mang": {"kind": "obedient", "channel": "sms"}}
    assert call({}).status_code == 404
    assert Client().get("/tin-nhan/bao-phat/mang/").status_code == 405


def test_a_text_comes_in_once(provider: Obedient, cast: Cast) -> None:
    told = {"from": "84912000001", "to": "8099", "text": "TROGIUP", "id": "m1"}
    assert call(told, way="nhan").json() == {"taken": 1}
    assert call(told, way="nhan").json() == {"taken": 1}
    with scoped(EVERYTHING):
        kept = table("Inbound").objects.get()
    assert (kept.state, kept.reference) == ("answered", "m1")


def test_zalo_signs_in_its_own_way(provider: Obedient, settings: Settings) -> None:
    settings.MESSAGING = {
        "mang": {
            "kind": "obedient",
            "channel": "sms",
            "callback": {"scheme": "zalo", "secret": SECRET, "app_id": "77"},
        }
    }
    reference = sent()
    at = str(int(time.time() * 1000))
    body = json.dumps(
        {
            "event_name": "user_received_message",
            "message": {"msg_id": reference},
            "timestamp": at,
        }
    )
    mac = hashlib.sha256(("77" + body + at + SECRET).encode()).hexdigest()
    for said, status in [("mac=" + "0" * 64, 401), (f"mac={mac}", 200)]:
        answer = Client().post(
            "/tin-nhan/bao-phat/mang/",
            body,
            content_type="application/json",
            headers={"X-ZEvent-Signature": said},
        )
        assert answer.status_code == status
    assert states() == {"delivered": 1}


def test_a_shared_secret_in_a_header() -> None:
    callback = read_callback({"scheme": "shared", "secret": SECRET, "signature_header": "X-Key"})
    assert is_theirs(callback, {"X-Key": SECRET}, b"{}", {}, 0)
    assert not is_theirs(callback, {"X-Key": SECRET + "x"}, b"{}", {}, 0)
    assert not is_theirs(callback, {}, b"{}", {}, 0)


@pytest.mark.parametrize("at", ["", "abc", "-1", "９９", "9" * 20])
def test_a_time_that_is_none_is_refused(at: str) -> None:
    callback = Callback(SECRET)
    mac = hmac.new(SECRET.encode(), at.encode() + b".{}", hashlib.sha256).hexdigest()
    assert not is_theirs(callback, {"X-Signature": mac, "X-Timestamp": at}, b"{}", {}, 9)


def test_a_provider_that_never_reports_leaves_it_unknown_and_shown(
    provider: Obedient, cast: Cast
) -> None:
    # Urgent: at whatever hour the test runs, half a day earlier may be night.
    facts = {"school_id": cast.school.pk, "province_id": cast.department.pk, "urgent": True}
    order([outgoing(**facts)], now=timezone.now() - REPORT_WITHIN - timedelta(hours=12))
    send(now=timezone.now() - REPORT_WITHIN - timedelta(hours=11, minutes=30))
    send(now=timezone.now() + timedelta(hours=14))
    assert states() == {"unknown": 1}
    office = cast.client("thu")
    page = office.get(f"/tin-nhan/lan-gui/{message().batch_id}/").text
    assert "Không rõ đã đến chưa" in page
    assert "0,0 %" in office.get("/tin-nhan/nha-cung-cap/").text


def test_the_share_that_arrived(provider: Obedient, cast: Cast) -> None:
    where = {"school_id": cast.school.pk, "province_id": cast.department.pk}
    order([outgoing(one, **where) for one in range(1, 4)], now=timezone.now())
    with scoped(EVERYTHING):
        rows = table("Message").objects
        for number, state in [(1, "delivered"), (2, "delivered"), (3, "failed")]:
            rows.filter(intent=f"test:{number}").update(state=state)
    assert "66,7 %" in cast.client("thu").get("/tin-nhan/nha-cung-cap/?days=30").text
    assert "mang" not in cast.client("ha").get("/tin-nhan/nha-cung-cap/").text


def test_reports_that_nobody_met_are_forgotten(provider: Obedient) -> None:
    call({"id": "cua-ai-khac", "status": "DELIVRD"})
    forget_ended(now=timezone.now() + REPORTS_KEPT + timedelta(days=1), kept=timedelta(days=90))
    with scoped(EVERYTHING):
        assert not table("Receipt").objects.exists()


def test_an_officer_of_several_schools_chooses_one(db: None, cast: Cast) -> None:
    page = cast.client("dung").get("/tin-nhan/han-muc/").text
    assert "Trường THCS Sao Khuê" in page
    assert "Trường THCS Đồi Sim" in page
    assert "?school=" not in page
    chosen = cast.client("dung").get(f"/tin-nhan/han-muc/?school={cast.school.pk}").text
    assert f'<option value="{cast.school.pk}" selected' in chosen
    assert "<select" not in cast.client("mai").get("/tin-nhan/han-muc/").text
