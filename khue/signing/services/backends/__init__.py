"""Nơi giữ khóa: one small way to every key, wherever it lives.

    with open_key(credential, secret, count=len(documents)) as key:
        values = key.sign(documents, "sha256")

The secret is asked for per act and forgotten with it. Open a key outside a transaction: a wrong
PIN is counted in the database, and the count must stay when the act is given up.
"""

from khue.signing.services.backends.keys import OpenKey
from khue.signing.services.backends.opening import ask_for_code, open_key
from khue.signing.services.backends.secrets import secret_of
from khue.signing.services.backends.troubles import (
    KeyLocked,
    KeyTrouble,
    KeyUnfit,
    ServiceDown,
    SignsElsewhere,
    TokenGone,
    WrongSecret,
)

__all__ = [
    "KeyLocked",
    "KeyTrouble",
    "KeyUnfit",
    "OpenKey",
    "ServiceDown",
    "SignsElsewhere",
    "TokenGone",
    "WrongSecret",
    "ask_for_code",
    "open_key",
    "secret_of",
]
