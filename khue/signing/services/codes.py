"""Tra mã xác thực: each context that prints codes answers for its own."""

from __future__ import annotations

from collections.abc import Callable

from khue.signing.rules.codes import CodeFacts
from kit.fences import EVERYTHING, scoped

Finder = Callable[[str], CodeFacts | None]
_FINDERS: dict[str, Finder] = {}


def register_verify_code(kind: str, find: Finder) -> None:
    """Register who answers for the codes of a kind: the facts of a code, or None.

    `find` is called for strangers, in a scope that sees everything: it tells only CodeFacts.
    """
    if kind in _FINDERS and _FINDERS[kind] is not find:
        raise ValueError(f"somebody else answers for the codes of {kind}")
    _FINDERS[kind] = find


def look_up_code(code: str) -> CodeFacts | None:
    """What everyone may know of a code; None when nobody knows it."""
    with scoped(EVERYTHING):
        found = (find(code) for find in _FINDERS.values())
        return next((one for one in found if one is not None), None)
