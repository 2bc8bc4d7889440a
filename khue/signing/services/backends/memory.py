"""A key in memory: raw speed, for the demonstration and for measuring."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from khue.signing.services.backends.keys import OpenKey

HASHES: dict[str, type[HashAlgorithm]] = {"sha256": SHA256, "sha384": SHA384, "sha512": SHA512}


class MemoryKey(OpenKey):
    """Signs with a private key of this process."""

    def __init__(
        self, key: RSAPrivateKey | EllipticCurvePrivateKey, *, secret_for_next: str = ""
    ) -> None:
        self._key = key
        self.secret_for_next = secret_for_next

    def sign(self, to_be_signed: Sequence[bytes], digest: str) -> list[bytes]:
        sign_one = self._signer(HASHES[digest]())
        return [sign_one(one) for one in to_be_signed]

    def _signer(self, algorithm: HashAlgorithm) -> Callable[[bytes], bytes]:
        key = self._key
        if isinstance(key, RSAPrivateKey):
            padding = PKCS1v15()
            return lambda data: key.sign(data, padding, algorithm)
        curve = ECDSA(algorithm)
        return lambda data: key.sign(data, curve)
