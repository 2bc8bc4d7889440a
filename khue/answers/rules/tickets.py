"""Phiếu chờ: what a person typed and her turn, sealed, so that the page can come back by itself."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
GOOD_FOR = 600.0
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Ticket:
    """A waiting look-up: which publication, what was typed, when its turn comes."""

    slug: str
    number: str
    secret: str
    turn: float


def write_ticket(ticket: Ticket, key: bytes) -> str:
    """Seal a ticket for an address; it tells nothing to whoever reads the address."""
    told = json.dumps([ticket.slug, ticket.number, ticket.secret, ticket.turn]).encode()
    nonce = secrets.token_bytes(NONCE)
    return base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, told, b"ticket")).decode()


def read_ticket(text: str, key: bytes, now: float) -> Ticket | None:
    """The ticket, or None when it is not ours or its time is over."""
    try:
        raw = base64.urlsafe_b64decode(text[:LONGEST].encode("ascii", "replace"))
        told = AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], b"ticket")
    except (ValueError, InvalidTag):
        return None
    slug, number, secret, turn = json.loads(told)
    return Ticket(slug, number, secret, turn) if now <= turn + GOOD_FOR else None
