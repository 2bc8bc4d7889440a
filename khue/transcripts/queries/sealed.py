"""Sealing and opening what a transcript keeps, and the codes by which it is found."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings

from kit.cipher import seal_bytes, unseal_bytes

# Base 32, so five bits each: what is read as a figure 0, 1 or 8 is a letter.
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
SIGNS_OF_A_CODE = 16
BODY, FILE, PDF, SIGNATURE = (f"transcripts.{one}" for one in ("body", "file", "pdf", "signature"))


def seal(content: bytes, label: str) -> bytes:
    """Sealed for one column; it opens nowhere else."""
    return seal_bytes(content, label=label, key_hex=settings.FIELD_KEY)


def unseal(sealed: bytes | memoryview | None, label: str) -> bytes:
    """What was sealed; nothing stays nothing."""
    return unseal_bytes(bytes(sealed), label=label, key_hex=settings.FIELD_KEY) if sealed else b""


def digest(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _signs(count: int) -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(count))


def new_verify_code() -> str:
    """Mã xác thực: 80 bits that a person can type."""
    return _signs(SIGNS_OF_A_CODE)


def new_transcript_code() -> str:
    """Mã định danh học bạ: says nothing about the person."""
    return f"HB{_signs(SIGNS_OF_A_CODE)}"
