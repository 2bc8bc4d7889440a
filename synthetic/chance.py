"""Chance that repeats: streams by name, and marks drawn from tables instead of formulas.

A stream is named by what it is for ("marks", a class, a subject), so that one school can be
made without the others, and more pupils elsewhere change nothing here.
"""

from __future__ import annotations

from functools import cache
from random import Random
from statistics import NormalDist

LOWEST, HIGHEST = 10, 100
STEP = 2
_DRAWS = 256


def stream(seed: int, *names: object) -> Random:
    """A random stream of its own for these names; the same on every machine."""
    return Random("/".join(map(str, (seed, *names))))


def whole_or_half(drawn: float) -> int:
    """A regular mark as teachers give it: mostly whole, else half a point; in tenths."""
    whole, half = int(drawn / 10 + 0.5) * 10, int(drawn / 5 + 0.5) * 5
    return half if half % 10 and int(drawn * 10) % 3 == 0 else whole


def to_a_quarter(drawn: float) -> int:
    """A test is marked to a quarter of a point and entered in tenths, half up: 7,25 is 7,3."""
    return (int(drawn / 2.5 + 0.5) * 25 + 5) // 10


@cache
def ladder(usual: int, spread: int, *, test: bool) -> tuple[int, ...]:
    """256 marks, equally likely, of a pupil whose usual mark is this one."""
    around, step = NormalDist(usual, spread), to_a_quarter if test else whole_or_half
    drawn = (around.inv_cdf((place + 0.5) / _DRAWS) for place in range(_DRAWS))
    return tuple(step(min(HIGHEST, max(LOWEST, one))) for one in drawn)


def near(usual: float) -> int:
    """The step of the tables on which a usual mark lies."""
    return int(min(HIGHEST - STEP, max(LOWEST, usual))) // STEP * STEP


def some(random: Random, share: float, most: int) -> int:
    """About this share of so many: the whole part for certain, the rest by chance."""
    wanted = share * most
    return int(wanted) + (random.random() < wanted % 1)
