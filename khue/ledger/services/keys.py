"""Khóa niêm phong của hệ thống: the one that signs now, and those that signed before it."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from khue.ledger.rules.sealing_key import SealingKey, key_id_of


@lru_cache(maxsize=4)
def _key(seed: str) -> SealingKey:
    return SealingKey.from_hex(seed)


def sealing_key() -> SealingKey:
    return _key(settings.SEAL_KEY)


def known_keys() -> dict[str, str]:
    """Public keys by id: the present one, and KHUE_SEAL_OLD_KEYS after a change of keys."""
    publics = [*settings.SEAL_OLD_KEYS, sealing_key().public_hex]
    return {key_id_of(public): public for public in publics}
