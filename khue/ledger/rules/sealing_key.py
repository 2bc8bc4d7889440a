"""Khóa niêm phong: the province's Ed25519 key that signs the seals."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


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
        """The first 16 digits of the digest of the public key."""
        return hashlib.sha256(bytes.fromhex(self.public_hex)).hexdigest()[:16]

    def sign(self, digest: str) -> str:
        return self.private.sign(bytes.fromhex(digest)).hex()


def signature_holds(public_hex: str, digest: str, signature: str) -> bool:
    """Whether a signature over a digest was made with the key of this public half."""
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex))
    try:
        public.verify(bytes.fromhex(signature), bytes.fromhex(digest))
    except (InvalidSignature, ValueError):
        return False
    return True
