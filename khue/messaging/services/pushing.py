"""Bật và tắt thông báo đẩy: the browsers of an account, their keys sealed."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from django.conf import settings
from py_vapid import Vapid

from khue.messaging.models import PushSubscription
from khue.messaging.services.providers import provider_of
from kit.cipher import digest, seal, unseal

LABEL = "messaging.push"
PUSH_SERVICES = (
    ".fcm.googleapis.com",
    ".push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
)
NOT_A_SUBSCRIPTION = "Trình duyệt gửi thiếu thông tin đăng kí. Hãy tải lại trang và bật lại."


class SubscriptionRefused(Exception):
    """What the browser gave is no subscription; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A browser, with what a push service wants to know."""

    id: int
    info: dict[str, Any]


def push_public_key() -> str:
    """What a browser needs to subscribe (applicationServerKey), "" without a push provider."""
    provider = provider_of("push")
    if provider is None or "private_key" not in provider.options:
        return ""
    key = Vapid.from_string(private_key=str(provider.options["private_key"])).public_key
    point = key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def subscribe_to_pushes(
    *, account_id: int, told: Mapping[str, Any], browser: str, now: datetime
) -> None:
    """Bật thông báo: the browser belongs to this account from now on."""
    endpoint, keys = str(told.get("endpoint") or ""), told.get("keys")
    known = isinstance(keys, Mapping) and keys.get("p256dh") and keys.get("auth")
    if not known or len(endpoint) > 1000 or not _is_push_service(endpoint):
        raise SubscriptionRefused(NOT_A_SUBSCRIPTION)
    assert isinstance(keys, Mapping)
    info = {
        "endpoint": endpoint,
        "keys": {"p256dh": str(keys["p256dh"]), "auth": str(keys["auth"])},
    }
    PushSubscription.objects.update_or_create(
        endpoint_digest=_digest(endpoint),
        defaults={
            "account_id": account_id,
            "sealed": seal(json.dumps(info), label=LABEL, key_hex=settings.FIELD_KEY),
            "browser": browser[:100],
            "created_at": now,
            "failed_at": None,
        },
    )


def _is_push_service(endpoint: str) -> bool:
    """Only services of known browsers: our server must not post wherever a visitor says."""
    address = urlsplit(endpoint)
    host = "." + (address.hostname or "")
    return address.scheme == "https" and host.endswith(PUSH_SERVICES)


def unsubscribe_from_pushes(*, account_id: int, endpoint: str) -> None:
    """Tắt thông báo on one browser."""
    PushSubscription.objects.filter(
        account_id=account_id, endpoint_digest=_digest(endpoint)
    ).delete()


def subscriptions_of(account_id: int | None) -> list[Subscribed]:
    """Every browser of an account."""
    if account_id is None:
        return []
    rows = PushSubscription.objects.filter(account_id=account_id)
    return [
        Subscribed(row.pk, json.loads(unseal(row.sealed, label=LABEL, key_hex=settings.FIELD_KEY)))
        for row in rows
    ]


def forget_subscription(subscription_id: int) -> None:
    """The push service says that the browser is gone."""
    PushSubscription.objects.filter(pk=subscription_id).delete()


def _digest(endpoint: str) -> str:
    return digest(endpoint, label=LABEL, key_hex=settings.FIELD_KEY)
