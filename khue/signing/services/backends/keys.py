"""What every back end gives: an opened key."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence


class OpenKey(ABC):
    """A key that may sign until the act ends.

    `secret_for_next`: what opens the key for the next slice of the same act. It is the secret
    itself, but for a remote service with a one-time code, where it is the authorisation that the
    service gave for the whole act. Like the secret it is never stored: it goes back to the signer.
    """

    secret_for_next: str = ""

    @abstractmethod
    def sign(self, to_be_signed: Sequence[bytes], digest: str) -> list[bytes]:
        """Sign each: RSA PKCS#1 v1.5 as the raw value, ECDSA as DER; `digest` as in Prepared.

        Raises TokenGone or ServiceDown with what was `done` before, in order.
        """
