"""Kênh nhận tin của một người: what reaches her, where, and what she has refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from khue.messaging.models import Address, PushSubscription
from khue.messaging.rules.masks import masked
from khue.messaging.services.providers import provider_of
from khue.messaging.services.sealing import digest_of_address

CHANNEL_NAMES = {"sms": "Tin nhắn SMS", "zns": "Zalo", "email": "Thư điện tử"}


@dataclass(frozen=True, slots=True)
class OwnChannel:
    """Một kênh: `offered` when the house can send by it, `agreed` unless its owner refused."""

    channel: str
    name: str
    shown_address: str
    offered: bool
    agreed: bool


@dataclass(frozen=True, slots=True)
class Browser:
    """Một máy đã bật thông báo."""

    name: str
    since: datetime


def own_channels(addresses: Mapping[str, str]) -> list[OwnChannel]:
    """The channels with an address, by the address as it is kept; the caller owns them."""
    digests = {one: digest_of_address(one, address) for one, address in addresses.items()}
    rows = Address.objects.filter(address_digest__in=digests.values(), kind="", agreed=False)
    refused = set(rows.values_list("channel", "address_digest"))
    return [
        OwnChannel(
            channel,
            name,
            masked(channel, addresses[channel]),
            provider_of(channel) is not None,
            (channel, digests[channel]) not in refused,
        )
        for channel, name in CHANNEL_NAMES.items()
        if channel in addresses
    ]


def push_browsers(account_id: int) -> list[Browser]:
    """Where an account takes pushes, the newest first."""
    rows = PushSubscription.objects.filter(account_id=account_id).order_by("-created_at", "-id")
    return [Browser(*row) for row in rows.values_list("browser", "created_at")]
