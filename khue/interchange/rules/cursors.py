"""Con trỏ trang: where a reader stopped, told as a word that means nothing to it.

It holds the keys of the last row, so rows that come or go elsewhere shift nothing.
"""

from __future__ import annotations

import base64

LONGEST = 120


def write_cursor(keys: tuple[int, ...]) -> str:
    text = ".".join(str(one) for one in keys)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, length: int) -> tuple[int, ...] | None:
    """The keys of a cursor with so many of them; None when it is none of ours."""
    if not text or len(text) > LONGEST:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        parts = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").split(".")
    except ValueError:
        return None
    whole = all(one.isdecimal() and len(one) < 19 for one in parts)
    return tuple(int(one) for one in parts) if whole and len(parts) == length else None
