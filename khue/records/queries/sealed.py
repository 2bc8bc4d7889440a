"""Opening and closing sealed fields with the key of the installation."""

from __future__ import annotations

from django.conf import settings

from kit.cipher import digest, seal, unseal


def seal_text(text: str, label: str) -> str:
    """Sealed text; nothing stays nothing."""
    return seal(text, label=label, key_hex=settings.FIELD_KEY) if text else ""


def open_text(sealed: str, label: str) -> str:
    return unseal(sealed, label=label, key_hex=settings.FIELD_KEY) if sealed else ""


def number_digest(number: str, kind: str) -> str | None:
    """The digest by which a 12-digit number is found; students and staff apart."""
    if not number:
        return None
    return digest(number, label=f"{kind}.personal_number", key_hex=settings.FIELD_KEY)
