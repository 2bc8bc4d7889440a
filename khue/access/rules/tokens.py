"""Secrets that are shown once and kept only as digests."""

from __future__ import annotations

import hashlib
import secrets

# No letter or digit that is mistaken for another on a printed slip.
SLIP_ALPHABET = "ABCDEFGHKMNPQRSTUVWXYZ23456789"


def new_token() -> str:
    """A session token: 256 bits."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_slip_code(groups: int = 3, size: int = 4) -> str:
    """A one-time code for a printed slip, e.g. K7QF-2MXA-9RTD (about 59 bits)."""
    chosen = ["".join(secrets.choice(SLIP_ALPHABET) for _ in range(size)) for _ in range(groups)]
    return "-".join(chosen)


def plain_slip_code(typed: str) -> str:
    """A slip code as typed, without the marks between its groups and in capitals."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())
