"""Thẻ: the secret on it, its printed number, the codes that pair a device."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

from kit.refusal import Refusal

# No letter or figure that is mistaken for another; all of them are short in a QR code.
ALPHABET = "ABCDEFGHKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 18
"""Eighteen of thirty signs: 88 bits."""
PAIRING_LENGTH = 8
PAIRING_MINUTES = 15
SHORTEST, LONGEST = 4, 64
HINT_BYTES = 16
CARD_LABEL, DIGEST_LABEL, SALT_LABEL = "gate.card", "gate.card_code", "gate.salt"
HEALTH_LABEL = "gate.health"


def new_code() -> str:
    """Mã bí mật của thẻ."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def new_pairing_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(PAIRING_LENGTH))


def plain_code(read: str) -> str:
    """A code as every reader gives it: without spaces and marks, in capitals.

    Readers that act as keyboards differ in the case of hexadecimal figures and in what they put
    between them.
    """
    text = unicodedata.normalize("NFKC", read).upper()
    return "".join(sign for sign in text if sign.isascii() and sign.isalnum())


def check_code(code: str) -> Refusal | None:
    """Why what a reader gave cannot be the code of a card."""
    if SHORTEST <= len(code) <= LONGEST:
        return None
    return Refusal(
        "NO_CODE",
        "Chưa đọc được thẻ. Hãy bấm vào ô, rồi đưa thẻ lại gần đầu đọc một lần nữa.",
    )


def hint_of(salt: str, code: str) -> str:
    """By which a device without a line knows a card: no code can be read from it."""
    return hashlib.sha256((salt + code).encode()).digest()[:HINT_BYTES].hex()


def printed_number(count: int) -> str:
    """Số thẻ, as printed."""
    return f"{count:06}"


def shown_code(code: str) -> str:
    """In groups of six, to be typed by hand."""
    return " ".join(code[place : place + 6] for place in range(0, len(code), 6))


def new_secret(school_id: int) -> str:
    """Khóa của thiết bị: 256 bits after the number of its school."""
    return f"{school_id}.{secrets.token_urlsafe(32)}"


def secret_digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
