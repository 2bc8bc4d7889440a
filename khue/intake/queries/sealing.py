"""Sealed storage: files, plans and effects hold names and numbers of people."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

from django.conf import settings

from kit import cipher

FILE_LABEL, ROW_LABEL, EFFECT_LABEL = "intake.file", "intake.row", "intake.effect"


def seal_bytes(content: bytes, label: str) -> str:
    text = base64.b64encode(content).decode("ascii")
    return cipher.seal(text, label=label, key_hex=settings.FIELD_KEY)


def open_bytes(sealed: str, label: str) -> bytes:
    return base64.b64decode(cipher.unseal(sealed, label=label, key_hex=settings.FIELD_KEY))


def seal_value(value: Any, label: str) -> str:
    told = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return seal_bytes(zlib.compress(told.encode(), 1), label)


def open_value(sealed: str, label: str) -> Any:
    return json.loads(zlib.decompress(open_bytes(sealed, label)))
