"""Which back end holds the key of a credential."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from khue.signing.queries.credentials import CredentialCard
from khue.signing.services.backends.demo import open_demo_key
from khue.signing.services.backends.guard import counted, forget_wrong
from khue.signing.services.backends.keys import OpenKey
from khue.signing.services.backends.troubles import KeyUnfit, SignsElsewhere

Opener = Callable[..., AbstractContextManager[OpenKey]]


@contextmanager
def elsewhere(credential: CredentialCard, secret: str, *, count: int) -> Iterator[OpenKey]:
    """USB token on the signer's own machine: this server never sees the PIN."""
    raise SignsElsewhere(credential.settings)
    yield


OPENERS: dict[str, Opener] = {
    "demo": open_demo_key,
    "local": elsewhere,
}


@contextmanager
def open_key(credential: CredentialCard, secret: str, *, count: int) -> Iterator[OpenKey]:
    """Mở khóa ký for one act of `count` signatures; the key is closed when the block ends.

    Raises WrongSecret, KeyLocked, ServiceDown, TokenGone, KeyUnfit, or SignsElsewhere where the
    browser must ask the agent on the signer's own machine. Call it outside a transaction.
    """
    opener = OPENERS.get(credential.backend)
    if opener is None:
        raise KeyUnfit("Chưa có cách mở khóa này. Hãy báo người quản trị hệ thống.")
    with counted(credential), opener(credential, secret, count=count) as key:
        forget_wrong(credential)
        yield key


def ask_for_code(credential: CredentialCard) -> str:
    """Gửi mã dùng một lần: ask the remote service for it; return what to tell, "" if none."""
    return ""
