"""Khóa niêm phong: the province's Ed25519 key that signs the seals."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def key_id_of(public_hex: str) -> str:
    """The first 16 digits of the digest of the public key."""
    try:
        return hashlib.sha256(bytes.fromhex(public_hex)).hexdigest()[:16]
    except ValueError:
        return ""


@dataclass(frozen=True)
class SealingKey:
    """A key made from a seed of 32 bytes."""

    private: Ed25519PrivateKey

    @classmethod
    def from_hex(cls, seed_hex: str) -> SealingKey:
        return cls(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed_hex)))

    @property
    def public_hex(self) -> str:
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def id(self) -> str:
        return key_id_of(self.public_hex)

    def sign(self, digest: str) -> str:
        return self.private.sign(bytes.fromhex(digest)).hex()


@lru_cache(maxsize=64)
def _public(public_hex: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex))


def signature_holds(public_hex: str, digest: str, signature: str) -> bool:
    """Whether a signature over a digest was made with the key of this public half."""
    try:
        _public(public_hex).verify(bytes.fromhex(signature), bytes.fromhex(digest))
    except (InvalidSignature, ValueError):
        return False
    return True
