"""What the setting of messaging accepts, and how a wrong entry is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.messaging import messaging_providers

SMPP = {
    "kind": "smpp", "channel": "sms", "host": "smsc.example.vn", "port": 2775,
    "system_id": "khue", "password": "x", "sender": "SAO KHUE", "rate": 30,
}  # fmt: skip


def refused(**change: Any) -> str:
    entry = {key: one for key, one in {**SMPP, **change}.items() if one is not None}
    with pytest.raises(ImproperlyConfigured) as told:
        messaging_providers({"mang": entry}, demo=False)
    return str(told.value)


def test_nothing_told_means_messages_stay_inside() -> None:
    assert {one["channel"] for one in messaging_providers({}, demo=False).values()} == {"app"}


def test_the_demonstration_sends_nothing_out() -> None:
    kinds = {one["kind"] for one in messaging_providers({}, demo=True).values()}
    assert kinds == {"trial", "app"}


def test_a_provider_is_taken_as_it_is() -> None:
    assert messaging_providers({"mang": SMPP}, demo=False)["mang"] == SMPP


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "pigeon"}, "chỉ nhận app, email, http, push, smpp, trial, zns"),
        ({"kind": "trial"}, "“kind” là “trial”"),
        ({"channel": "zns"}, "phải là một trong: sms"),
        ({"password": None}, "thiếu: password"),
        ({"sender": "TRUONG SAO KHUE"}, "tối đa 11 chữ cái"),
        ({"sender": "Sao Khuê"}, "không dấu"),
        ({"rate": "fast"}, "“rate” phải là một số không âm"),
        ({"price": -1}, "“price” phải là một số không âm"),
    ],
)
def test_a_wrong_entry_is_named(change: dict[str, Any], sentence: str) -> None:
    told = refused(**change)
    assert told.startswith("KHUE_MESSAGING, mục “mang”")
    assert sentence in told


CALLBACK = {"secret": "mot-bi-mat-du-dai-de-ky"}


@pytest.mark.parametrize(
    ("callback", "said"),
    [
        ({"secret": "ngan"}, "ít nhất 16"),
        ({"secret": CALLBACK["secret"], "scheme": "md5"}, "một trong"),
        ({**CALLBACK, "la": 1}, "mục lạ: la"),
        ("chuỗi", "gọi lại"),
    ],
)
def test_a_wrong_setting_stops_the_product_and_says_why(callback: Any, said: str) -> None:
    told = {
        "mang": {
            "kind": "http",
            "channel": "sms",
            "url": "u",
            "body": {"to": "1"},
            "callback": callback,
        }
    }
    with pytest.raises(ImproperlyConfigured, match=said):
        messaging_providers(told, demo=False)


def test_the_name_of_a_provider_that_calls_back_stands_in_an_address() -> None:
    told = {
        "Mạng 1": {
            "kind": "http",
            "channel": "sms",
            "url": "u",
            "body": {"to": "1"},
            "callback": CALLBACK,
        }
    }
    with pytest.raises(ImproperlyConfigured, match="tên chỉ gồm"):
        messaging_providers(told, demo=False)
