"""Addresses and texts are sealed at rest; a keyed digest finds an address again."""

from __future__ import annotations

from django.conf import settings

from kit.cipher import digest, seal, unseal

ADDRESS, TEXT = "messaging.address", "messaging.text"


def seal_address(address: str) -> str:
    return seal(address, label=ADDRESS, key_hex=settings.FIELD_KEY) if address else ""


def seal_text(text: str) -> str:
    return seal(text, label=TEXT, key_hex=settings.FIELD_KEY) if text else ""


def open_address(sealed: str) -> str:
    return unseal(sealed, label=ADDRESS, key_hex=settings.FIELD_KEY) if sealed else ""


def open_text(sealed: str) -> str:
    return unseal(sealed, label=TEXT, key_hex=settings.FIELD_KEY) if sealed else ""


def digest_of_address(channel: str, address: str) -> str:
    """The digest of an address; a phone has one for SMS and ZNS alike."""
    family = "phone" if channel in {"sms", "zns"} else channel
    return digest(f"{family}:{address}", label=ADDRESS, key_hex=settings.FIELD_KEY)
