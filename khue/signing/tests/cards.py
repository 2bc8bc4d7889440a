"""Cards of credentials for tests that need no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khue.signing.queries.credentials import CredentialCard
from khue.signing.rules.algorithms import verify_value
from khue.signing.rules.certificates import public_key_of
from khue.signing.rules.shapes import SigningCertificate
from khue.signing.services.credentials import NewCredential, unregistered


def card_of(
    backend: str, signer: SigningCertificate, settings: Mapping[str, str]
) -> CredentialCard:
    return unregistered(NewCredential(backend=backend, signer=signer, settings=settings))


def all_fit(card: CredentialCard, contents: list[bytes], values: list[bytes], digest: str) -> bool:
    """Whether every value is this certificate's signature of its content."""
    key: Any = public_key_of(card.certificate)
    pairs = zip(contents, values, strict=True)
    return all(verify_value(key, value, content, digest) for content, value in pairs)
