"""Field encryption: AES-256-GCM for what the law calls sensitive, and a keyed digest to look it up.

The key comes from the setting FIELD_KEY (64 hexadecimal digits). A sealed text is
`v1.` + base64(nonce + ciphertext); the label of the field is authenticated with it, so that a
value cannot be moved from one field to another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "v1."
NONCE = 12


class Unreadable(Exception):
    """The sealed text does not open with this key and label."""


@lru_cache(maxsize=64)
def _key(key_hex: str, purpose: bytes) -> bytes:
    return hashlib.blake2b(bytes.fromhex(key_hex), digest_size=32, person=purpose).digest()


@lru_cache(maxsize=64)
def _cipher(key_hex: str) -> AESGCM:
    """The cipher of the key of an installation, made ready once for many values."""
    return AESGCM(_key(key_hex, b"khue-field"))


@lru_cache(maxsize=64)
def _hash(key_hex: str) -> hmac.HMAC:
    return hmac.new(_key(key_hex, b"khue-digest"), digestmod=hashlib.sha256)


def seal(text: str, *, label: str, key_hex: str) -> str:
    """Encrypt a text for a field label."""
    nonce = secrets.token_bytes(NONCE)
    body = _cipher(key_hex).encrypt(nonce, text.encode(), label.encode())
    return VERSION + base64.b64encode(nonce + body).decode("ascii")


def unseal(sealed: str, *, label: str, key_hex: str) -> str:
    """Decrypt what `seal` made; raise Unreadable when it was touched or moved."""
    try:
        raw = base64.b64decode(sealed.removeprefix(VERSION), validate=True)
        body = _cipher(key_hex).decrypt(raw[:NONCE], raw[NONCE:], label.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(label) from error
    return body.decode()


def seal_bytes(content: bytes, *, label: str, key_hex: str) -> bytes:
    """Encrypt the content of a file: nonce, then ciphertext."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher(key_hex).encrypt(nonce, content, label.encode())


def unseal_bytes(sealed: bytes, *, label: str, key_hex: str) -> bytes:
    """Decrypt what `seal_bytes` made; raise Unreadable when it was touched or moved."""
    try:
        return _cipher(key_hex).decrypt(sealed[:NONCE], sealed[NONCE:], label.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(label) from error


def digest(text: str, *, label: str, key_hex: str) -> str:
    """A keyed digest (32 hexadecimal digits) to find a sealed value without opening it."""
    keyed = _hash(key_hex).copy()
    keyed.update(f"{label}\0{text}".encode())
    return keyed.hexdigest()[:32]
