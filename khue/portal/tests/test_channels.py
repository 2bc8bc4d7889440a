"""Nhận tin: a person turns a way off and on; a browser takes pushes for its account only."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_django import Settings

from khue.messaging.api import own_channels, push_browsers
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, table

PAGE = "/tai-khoan-cua-toi/nhan-tin/"
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
TOLD = {"endpoint": ENDPOINT, "keys": {"p256dh": "BNc", "auth": "c2l4"}}


@pytest.fixture(autouse=True)
def providers(settings: Settings) -> None:
    private = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key = base64.urlsafe_b64encode(private).rstrip(b"=").decode()
    settings.MESSAGING = {
        "day": {"kind": "push", "channel": "push", "private_key": key, "contact": "mailto:a@b.vn"},
        "sms": {"kind": "trial", "channel": "sms"},
    }


def post(cast: Cast, who: str, path: str, told: Any) -> Any:
    client = cast.client(who)
    if isinstance(told, str):
        return client.post(f"{PAGE}{path}", told, content_type="application/json")
    return client.post(f"{PAGE}{path}", told)


def test_a_parent_sees_each_way_with_the_end_of_her_number_only(cast: Cast) -> None:
    html = cast.client("lan").get(PAGE).content.decode()
    assert "Tin nhắn SMS" in html
    assert "Đang nhận" in html
    assert "Chưa dùng" in html
    assert "0912000001" not in html


def test_a_parent_turns_sms_off_and_on_again(cast: Cast) -> None:
    assert post(cast, "lan", "kenh/", {"channel": "sms", "agreed": "0"}).status_code == 302
    assert [one.agreed for one in own_channels({"sms": "0912000001"})] == [False]
    assert "Đã tắt" in cast.client("lan").get(PAGE).content.decode()
    with scoped(EVERYTHING):
        entry = table("ledger.Entry").objects.filter(action="consent").get()
    assert entry.actor_name == cast.lan.name
    post(cast, "lan", "kenh/", {"channel": "sms", "agreed": "1"})
    assert [one.agreed for one in own_channels({"sms": "0912000001"})] == [True]


@pytest.mark.parametrize("channel", ["email", "fax", "", "push"])
def test_a_way_without_an_address_is_refused_with_what_to_do(cast: Cast, channel: str) -> None:
    path = f"{PAGE}kenh/"
    page = cast.client("lan").post(path, {"channel": channel, "agreed": "0"}, follow=True)
    assert "nhờ văn phòng nhà trường bổ sung" in page.content.decode()


def test_a_pupil_has_no_number_to_turn_off(cast: Cast) -> None:
    html = cast.client("minh").get(PAGE).content.decode()
    assert "Thôi nhận" not in html
    assert "Bật thông báo" in html


def test_a_browser_is_taken_for_its_account_and_let_go(cast: Cast) -> None:
    assert post(cast, "lan", "bat/", json.dumps(TOLD)).status_code == 200
    assert len(push_browsers(cast.lan.account.pk)) == 1
    post(cast, "minh", "tat/", json.dumps({"endpoint": ENDPOINT}))
    assert len(push_browsers(cast.lan.account.pk)) == 1
    post(cast, "lan", "tat/", json.dumps({"endpoint": ENDPOINT}))
    assert push_browsers(cast.lan.account.pk) == []


@pytest.mark.parametrize("told", ["", "[]", "7", '{"endpoint": 5}', '{"endpoint": "https://x.y/"}'])
def test_rubbish_is_no_subscription(cast: Cast, told: str) -> None:
    answer = post(cast, "lan", "bat/", told)
    assert answer.status_code == 422
    assert "bật lại" in answer.json()["sentence"]
    assert post(cast, "lan", "tat/", told).status_code == 200


def test_a_trial_goes_to_the_browsers_of_this_person(cast: Cast) -> None:
    path = f"{PAGE}thu/"
    page = cast.client("lan").post(path, follow=True).content.decode()
    assert "Chưa có máy nào bật thông báo" in page
    post(cast, "lan", "bat/", json.dumps(TOLD))
    page = cast.client("lan").post(path, follow=True).content.decode()
    assert "Đã gửi thử" in page
    with scoped(EVERYTHING):
        sent = table("messaging.Message").objects.get(channel="push")
    assert sent.account_id == cast.lan.account.pk
