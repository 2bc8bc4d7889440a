"""Khóa tra cứu: from what a person types to the one place in the file that answers it.

A candidate's number and birth date have so few possible values that a plain digest of them could be
guessed in minutes. Every digest is therefore keyed by a secret of the server that the file does not
hold, and by a salt of its own that each file carries. The other half of the same digest is the key
of the answer itself: whoever has the file and the server's secret still opens one answer per pair
that she already knows.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

from kit.dates import parse_date
from kit.refusal import Refusal
from kit.vietnamese import fold

SALT_BYTES = 16
LONGEST_TYPED = 60
_COMPACT_DAY = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)


class SecretKind(StrEnum):
    BORN = "born"
    CODE = "code"


SECRET_NAMES = {SecretKind.BORN: "Ngày sinh", SecretKind.CODE: "Mã tra cứu"}


@dataclass(frozen=True, slots=True)
class PairKey:
    """Where the answer of a pair stands, and what opens it."""

    tag: bytes
    opens: bytes


def derived_key(field_key_hex: str) -> str:
    """The secret of look-ups made from the key of fields; nobody gets back from it to that key."""
    whole = bytes.fromhex(field_key_hex)
    return blake2b(whole, digest_size=32, person=b"khue-answers").hexdigest()


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def file_key(key_hex: str, salt: bytes) -> bytes:
    """The key of one file."""
    return hmac.digest(bytes.fromhex(key_hex), b"file\0" + salt, "sha512")


def purpose_key(key_hex: str, purpose: str) -> bytes:
    """A key for something else than a file: tickets, counting guesses."""
    return hmac.digest(bytes.fromhex(key_hex), f"purpose\0{purpose}".encode(), "sha256")


def pair_key(key: bytes, number: str, secret: str) -> PairKey:
    """The place and the key of an answer; both are given in their one spelling."""
    made = hmac.digest(key, f"{number}\0{secret}".encode(), "sha512")
    return PairKey(made[:16], made[16:48])


def tidy_number(text: str) -> str:
    """Số báo danh: capitals and digits; a spreadsheet loses leading zeros, so they do not count."""
    plain = _signs(text)
    return plain.lstrip("0") or plain if plain.isdigit() else plain


def tidy_secret(text: str, kind: SecretKind) -> str:
    """The second secret in its one spelling; "" where it cannot be one."""
    return tidy_day(text) if kind == SecretKind.BORN else _signs(text)


@lru_cache(maxsize=16_384)
def tidy_day(text: str) -> str:
    """Ngày sinh: 9/3/2011, 09-03-2011 and 09032011 are one day."""
    typed = text[:LONGEST_TYPED].strip()
    compact = _COMPACT_DAY.fullmatch(typed)
    day = parse_date("/".join(compact.groups()) if compact else typed)
    return "" if isinstance(day, Refusal) else day.isoformat()


def _signs(text: str) -> str:
    """Letters and digits without marks, in capitals; most people type nothing else."""
    if len(text) <= LONGEST_TYPED and text.isascii() and text.isalnum():
        return text.upper()
    return "".join(
        one for one in fold(text[:LONGEST_TYPED]).upper() if one.isalnum() and one.isascii()
    )
