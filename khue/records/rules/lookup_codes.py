"""Mã tra cứu của học sinh: seven digits and a check digit, typed into an SMS by anyone's thumb.

The check digit is Damm's: one wrong digit, or two neighbours in the wrong order, is always seen.
"""

from __future__ import annotations

import re

LENGTH = 8
_TABLE = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def _damm(digits: str) -> int:
    held = 0
    for one in digits:
        held = int(_TABLE[held][int(one)])
    return held


def with_check_digit(digits: str) -> str:
    """Seven digits and the one that makes them whole."""
    return digits + str(_damm(digits))


def read_lookup_code(typed: str) -> str | None:
    """A code as typed, with or without spaces and dots; None when it can be none."""
    digits = re.sub(r"[\s.\-]", "", typed)
    if not re.fullmatch(r"\d{8}", digits, re.ASCII):
        return None
    return digits if _damm(digits) == 0 else None


def print_lookup_code(code: str) -> str:
    """ "4827 1935" """
    return f"{code[:4]} {code[4:]}"
