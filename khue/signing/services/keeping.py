"""Giữ kín giá trị chữ ký: what finishing needs, sealed between two acts."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from khue.signing.rules.shapes import Format, Prepared, SigningCertificate
from kit.cipher import seal_bytes, unseal_bytes

LABEL = "signing.kept"


@dataclass(frozen=True, slots=True)
class Value:
    """A signature value on its way: made (or about to be), but not yet what its level promises."""

    prepared: Prepared
    signer: SigningCertificate
    credential_id: int
    account_id: int
    signer_name: str
    at: datetime
    value: bytes = b""
    timestamp: bytes = b""
    """The token over the value, held while proof of the certificate is still missing."""


def keep(value: Value) -> bytes:
    """The value as sealed bytes."""
    told = {
        "format": value.prepared.format,
        "to_be_signed": _text(value.prepared.to_be_signed),
        "digest": value.prepared.digest,
        "state": _text(value.prepared.state),
        "certificate": _text(value.signer.certificate),
        "chain": [_text(one) for one in value.signer.chain],
        "credential": value.credential_id,
        "account": value.account_id,
        "name": value.signer_name,
        "at": value.at.isoformat(),
        "value": _text(value.value),
        "timestamp": _text(value.timestamp),
    }
    content = zlib.compress(json.dumps(told).encode(), 1)
    return seal_bytes(content, label=LABEL, key_hex=settings.FIELD_KEY)


def take(kept: bytes) -> Value:
    """What `keep` sealed."""
    content = unseal_bytes(bytes(kept), label=LABEL, key_hex=settings.FIELD_KEY)
    told = json.loads(zlib.decompress(content))
    return Value(
        _prepared(told),
        SigningCertificate(_bytes(told["certificate"]), tuple(map(_bytes, told["chain"]))),
        told["credential"],
        told["account"],
        told["name"],
        datetime.fromisoformat(told["at"]),
        _bytes(told["value"]),
        _bytes(told.get("timestamp", "")),
    )


def _prepared(told: dict[str, Any]) -> Prepared:
    return Prepared(
        Format(told["format"]),
        _bytes(told["to_be_signed"]),
        told["digest"],
        _bytes(told["state"]),
    )


def _text(content: bytes) -> str:
    return b64encode(content).decode("ascii")


def _bytes(text: str) -> bytes:
    return b64decode(text)
