"""HTTP providers, Zalo, mail and web push, each against a stand-in that really listens."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import http_ece
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as configured
from pytest_django import Settings

from khue.messaging.api import (
    SubscriptionRefused,
    push_public_key,
    subscribe_to_pushes,
)
from khue.messaging.services.claiming import claim, hand_over, reference_of
from khue.messaging.services.providers import provider_of
from khue.messaging.services.pushing import LABEL, subscriptions_of
from khue.messaging.tests.post import NOW, message, order, outgoing, send, states, table
from khue.messaging.tests.web_provider import WebProvider, web_provider
from kit.cipher import seal
from kit.fences import EVERYTHING, scoped
from kit.processes import free_port
from tests.cast import make_account

LATER = NOW + timedelta(minutes=4)
NUMBER = ec.generate_private_key(ec.SECP256R1())


def url_text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


@pytest.fixture
def web(db: None, settings: Settings) -> Iterator[WebProvider]:
    with web_provider() as made:
        settings.MESSAGING = {"mang": http(made)}
        yield made


def http(web: WebProvider, **more: Any) -> dict[str, Any]:
    body = {"to": "{phone}", "content": "{text}", "ref": "{reference}", "list": ["{sender}", 1]}
    return {"kind": "http", "channel": "sms", "url": web.url(), "body": body,
            "sender": "SAO KHUE", "timeout": 2, **more}  # fmt: skip


def dead_worker() -> None:
    with scoped(EVERYTHING):
        provider = provider_of("sms")
        assert provider
        hand_over(claim(provider, who="dead", now=NOW), who="dead", now=NOW)


def test_the_body_of_a_provider_is_filled_and_no_more(web: WebProvider) -> None:
    order([outgoing(1, text='Em "Huế" {reference} </script>')])
    send()
    (asked,) = web.posts()
    assert asked.told == {
        "to": "84900000001",
        "content": 'Em "Huế" {reference} </script>',
        "ref": reference_of("test:1"),
        "list": ["SAO KHUE", 1],
    }
    assert asked.headers["idempotency-key"] == reference_of("test:1")
    assert (message().state, message().parts) == ("sent", {"abc": "underway"})


@pytest.mark.parametrize(
    ("status", "state"), [(400, "failed"), (429, "waiting"), (503, "waiting"), (500, "unknown")]
)
def test_answers_of_a_provider(web: WebProvider, status: int, state: str) -> None:
    web.status = status
    order([outgoing(1)])
    send(seconds=1)
    assert message().state == state


def test_a_success_that_says_no_is_a_refusal(web: WebProvider, settings: Settings) -> None:
    settings.MESSAGING = {"mang": http(web, accepted={"path": "code", "value": 0})}
    web.answer = {"code": 7, "message": "blocked"}
    order([outgoing(1)])
    send()
    assert message().trouble == "Nhà cung cấp từ chối. blocked"


def test_an_answer_that_never_came_is_unknown(web: WebProvider) -> None:
    web.hang_up = True
    order([outgoing(1)])
    send()
    send(now=LATER)
    assert message().state == "unknown"
    assert len(web.posts()) == 1


def test_an_idempotent_provider_is_asked_again_with_the_same_reference(
    web: WebProvider, settings: Settings
) -> None:
    settings.MESSAGING = {"mang": http(web, idempotent=True)}
    web.hang_up = True
    order([outgoing(1)])
    send()
    web.hang_up = False
    send(now=LATER)
    assert message().state == "sent"
    assert len({one.headers["idempotency-key"] for one in web.posts()}) == 1


def test_nobody_listening_is_no_attempt(web: WebProvider, settings: Settings) -> None:
    settings.MESSAGING = {"mang": http(web, url=f"http://127.0.0.1:{free_port()}/")}
    order([outgoing(1)])
    send(seconds=1)
    assert (message().state, message().attempts) == ("waiting", 0)


@pytest.mark.parametrize(
    ("status", "told", "state"),
    [
        (200, {"id": "x", "status": "delivered"}, "delivered"),
        (200, {"id": "x", "status": "failed"}, "failed"),
        (200, {"id": "x", "status": "queued"}, "sent"),
        (404, {}, "waiting"),
        (500, {}, "unknown"),
    ],
)
def test_after_a_crash_the_provider_is_asked_by_our_reference(
    web: WebProvider, settings: Settings, status: int, told: dict[str, str], state: str
) -> None:
    settings.MESSAGING = {"mang": http(web, status_url=web.url("/status/{reference}"))}
    order([outgoing(1)])
    web.by_path[f"/status/{reference_of('test:1')}"] = (status, told)
    dead_worker()
    send(now=LATER)
    assert message().state == state
    assert web.posts() == []


def test_zalo_takes_a_template(web: WebProvider, settings: Settings) -> None:
    settings.MESSAGING = {
        "zalo": {"kind": "zns", "channel": "zns", "access_token": "thẻ".encode().hex(),
                 "url": web.url("/message/template")}
    }  # fmt: skip
    web.answer = {"error": 0, "data": {"msg_id": "z1"}}
    data = {"template_id": "7", "template_data": {"ten": "Minh"}}
    order([outgoing(1, channel="zns", data=data)])
    send()
    assert web.posts()[0].told == {
        "phone": "84900000001",
        "template_id": "7",
        "template_data": {"ten": "Minh"},
        "tracking_id": reference_of("test:1"),
    }
    assert message().parts == {"z1": "underway"}


def test_zalo_says_no(web: WebProvider, settings: Settings) -> None:
    settings.MESSAGING = {
        "zalo": {"kind": "zns", "channel": "zns", "access_token": "x", "url": web.url()}
    }
    web.answer = {"error": -115, "message": "no"}
    order([outgoing(1, channel="zns")])
    send()
    assert message().trouble == "Zalo không gửi được (mã -115)."


class Mailbox:
    """Keeps what it is given; some people it does not know."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.startswith("khong"):
            return "550 no such person"
        if address.startswith("ban"):
            return "450 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        self.mails.append(envelope)
        return "250 OK"


@pytest.fixture
def mailbox(db: None, settings: Settings) -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.MESSAGING = {
        "thu": {"kind": "email", "channel": "email", "host": "127.0.0.1",
                "port": controller.port, "from": "Trường Sao Khuê <truong@example.vn>"}
    }  # fmt: skip
    yield box
    controller.stop()


def mail(number: int, address: str, **more: Any) -> Any:
    return outgoing(number, channel="email", address=address, **more)


def test_mails_arrive_are_refused_or_wait(mailbox: Mailbox) -> None:
    data = {"subject": "Kết quả học kì I\r\nBcc: kẻ lạ"}
    order(
        [
            mail(1, "hoa@example.vn", data=data),
            mail(2, "khong@example.vn"),
            mail(3, "ban@example.vn"),
            mail(4, "không phải thư"),
        ]
    )
    send()
    assert states() == {"delivered": 1, "failed": 1, "waiting": 1, "refused": 1}
    (kept,) = mailbox.mails
    content = kept.content.decode()
    assert reference_of("test:1") in content
    assert kept.rcpt_tos == ["hoa@example.vn"]
    assert message("test:1").shown_address == "h•••@example.vn"


@pytest.fixture
def push(web: WebProvider, settings: Settings) -> ec.EllipticCurvePrivateKey:
    """A push service, and the key of a browser."""
    private = NUMBER.private_numbers().private_value.to_bytes(32, "big")
    settings.MESSAGING = {
        "day": {"kind": "push", "channel": "push", "private_key": url_text(private),
                "contact": "mailto:truong@example.vn"}
    }  # fmt: skip
    web.status = 201
    return ec.generate_private_key(ec.SECP256R1())


def browser_of(account_id: int, web: WebProvider, key: ec.EllipticCurvePrivateKey) -> bytes:
    secret = b"sixteen octets!!"
    info = {
        "endpoint": web.url("/push/1"),
        "keys": {"p256dh": url_text(point(key)), "auth": url_text(secret)},
    }
    table("PushSubscription").objects.create(
        account_id=account_id,
        endpoint_digest="1",
        sealed=seal(json.dumps(info), label=LABEL, key_hex=configured.FIELD_KEY),
        created_at=NOW,
    )
    return secret


def test_only_the_browser_can_read_a_push(
    web: WebProvider, push: ec.EllipticCurvePrivateKey
) -> None:
    account = make_account("lan", "Phạm Thị Lan", "guardian").pk
    secret = browser_of(account, web, push)
    order([outgoing(1, channel="push", address="", account_id=account, text="Em Minh vắng")])
    send()
    (asked,) = web.posts()
    assert asked.headers["topic"] == reference_of("test:1")
    assert b"Minh" not in asked.body
    shown = json.loads(http_ece.decrypt(asked.body, private_key=push, auth_secret=secret))
    assert shown["body"] == "Em Minh vắng"
    assert message().state == "delivered"


def test_a_browser_that_is_gone_is_forgotten(
    web: WebProvider, push: ec.EllipticCurvePrivateKey
) -> None:
    account = make_account("lan", "Phạm Thị Lan", "guardian").pk
    browser_of(account, web, push)
    web.status = 410
    order([outgoing(1, channel="push", address="", account_id=account)])
    send()
    assert message().trouble == "Người nhận chưa bật thông báo trên máy nào."
    assert subscriptions_of(account) == []


def test_a_browser_subscribes_to_a_known_service_only(push: ec.EllipticCurvePrivateKey) -> None:
    account = make_account("lan", "Phạm Thị Lan", "guardian").pk
    keys = {"p256dh": url_text(point(push)), "auth": "c2l4dGVlbg"}
    told = {"endpoint": "https://fcm.googleapis.com/fcm/send/abc", "keys": keys}
    subscribe_to_pushes(account_id=account, told=told, browser="Chrome", now=NOW)
    assert [one.info for one in subscriptions_of(account)] == [told]
    inside = {**told, "endpoint": "https://127.0.0.1/admin"}
    with pytest.raises(SubscriptionRefused):
        subscribe_to_pushes(account_id=account, told=inside, browser="", now=NOW)
    assert push_public_key() == url_text(point(NUMBER))
