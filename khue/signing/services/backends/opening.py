"""Which back end holds the key of a credential."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from khue.signing.queries.credentials import CredentialCard
from khue.signing.services.backends.csc_key import open_csc_key, send_code
from khue.signing.services.backends.demo import open_demo_key
from khue.signing.services.backends.guard import counted, forget_wrong
from khue.signing.services.backends.keys import OpenKey
from khue.signing.services.backends.token_key import open_token_key
from khue.signing.services.backends.troubles import KeyUnfit, SignsElsewhere

Opener = Callable[..., AbstractContextManager[OpenKey]]


def elsewhere(
    credential: CredentialCard, secret: str, *, count: int
) -> AbstractContextManager[OpenKey]:
    """USB token on the signer's own machine: this server never sees the PIN."""
    raise SignsElsewhere(credential.settings)


OPENERS: dict[str, Opener] = {
    "csc": open_csc_key,
    "demo": open_demo_key,
    "pkcs11": open_token_key,
    "local": elsewhere,
}


@contextmanager
def open_key(credential: CredentialCard, secret: str, *, count: int) -> Iterator[OpenKey]:
    """Mở khóa ký for the `count` signatures that are left of an act; closed when the block ends.

    `secret`: what the signer typed (`secret_of(pin, code)`), or `secret_for_next` of the slice
    before. `count` may be more than this slice signs: a remote service asks once for all of it.

    Raises WrongSecret, KeyLocked, ServiceDown, TokenGone, KeyUnfit, or SignsElsewhere where the
    browser must ask the agent on the signer's own machine. Call it outside a transaction.
    """
    opener = OPENERS.get(credential.backend)
    if opener is None:
        raise KeyUnfit("Chưa có cách mở khóa này. Hãy báo người quản trị hệ thống.")
    with counted(credential), opener(credential, secret, count=count) as key:
        yield key
        forget_wrong(credential)


def ask_for_code(credential: CredentialCard) -> bool:
    """Gửi mã xác nhận: let the remote service send the one-time code; False if it sends none."""
    return credential.backend == "csc" and send_code(credential)
