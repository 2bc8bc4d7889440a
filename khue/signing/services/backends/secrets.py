"""Mã PIN và mã xác nhận: the one secret of an act, of one or two parts; never kept anywhere."""

from __future__ import annotations

BETWEEN = "\t"


def secret_of(pin: str, code: str = "") -> str:
    """The secret that `open_key` takes, from what the signer typed into one or two fields."""
    return f"{pin}{BETWEEN}{code}" if code else pin


def pin_of(secret: str) -> str:
    return secret.partition(BETWEEN)[0]


def code_of(secret: str) -> str:
    return secret.partition(BETWEEN)[2].strip()
