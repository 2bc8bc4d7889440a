"""Địa chỉ công bố: a short name for a publication, from its title."""

from __future__ import annotations

import re

from kit.vietnamese import search_key

LONGEST = 60
NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def slug_of(title: str, taken: set[str]) -> str:
    """Letters, digits and hyphens; a number behind when the name is taken."""
    plain = NOT_PLAIN.sub("-", search_key(title)).strip("-")[:LONGEST].strip("-") or "ket-qua"
    if plain not in taken:
        return plain
    return next(f"{plain}-{n}" for n in range(2, len(taken) + 3) if f"{plain}-{n}" not in taken)
