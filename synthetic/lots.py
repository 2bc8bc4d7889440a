"""Chance without a state: a number from the seed and from what is being decided."""

from __future__ import annotations

from collections.abc import Sequence

_MASK = (1 << 64) - 1
TEN_THOUSAND = 10_000


def mixed(*parts: int) -> int:
    """Sixty-four bits that depend on every part, the same on every machine."""
    state = 0x9E3779B97F4A7C15
    for part in parts:
        state = (state ^ part) & _MASK
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB & _MASK
        state ^= state >> 31
    return state


def drawn(*parts: int) -> int:
    """A number from 0 to 9,999."""
    return mixed(*parts) % TEN_THOUSAND


def divide(total: int, weights: Sequence[float]) -> list[int]:
    """Split a total by weights into whole numbers that sum to it: largest remainders."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    exact = [total * one / whole for one in weights]
    parts = [int(one) for one in exact]
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts
