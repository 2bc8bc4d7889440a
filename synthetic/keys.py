"""Keys by which names are sorted and found; words come back again and again, so they are kept."""

from __future__ import annotations

from functools import lru_cache

from kit.vietnamese import alphabet_key, family_and_middle_name, given_name, search_key

_KEPT = 1 << 16
_alphabet = lru_cache(_KEPT)(alphabet_key)
_search = lru_cache(_KEPT)(search_key)


def name_key_of(name: str) -> str:
    """As `kit.vietnamese.given_name_key`."""
    before, _, given = name.rpartition(" ")
    return f"{_alphabet(given)} {_alphabet(before)}"


def search_key_of(name: str) -> str:
    """As `kit.vietnamese.search_key`, word by word."""
    return " ".join(map(_search, name.split()))


def same_as_the_kit(name: str) -> bool:
    """Whether the short way gives what the kit gives; for tests."""
    whole = f"{alphabet_key(given_name(name))} {alphabet_key(family_and_middle_name(name))}"
    return name_key_of(name) == whole and search_key_of(name) == search_key(name)
