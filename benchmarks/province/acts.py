"""What a school morning asks of the house: people, acts and seconds, as arithmetic.

The busiest half hour of the whole province (675 schools, from 7:00): every one of 9,434 classes has
its attendance taken once (the first page, the list, the save); one of ten of 18,448 teachers types
marks: the first page, a book and fifteen marks, each saved as she leaves the cell; one of ten
families of 204,551 children looks at the child's page, every fourth of them at the results too;
every second of two leaders a school looks at her day and at the school's figures; ten officers of
the department open a page of figures a minute. That is 48 requests a second.

An act is what one person does at a time; between two acts passes a random time of PACE seconds on
average, so the number of people at once follows from the acts a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

SCHOOLS, CLASSES, TEACHERS, CHILDREN, OFFICERS = 675, 9_434, 18_448, 204_551, 10
HALF_HOUR = 1_800
PACE = 5.0
MARKS_EACH = 15
RESULTS_EVERY = 4


@dataclass(frozen=True)
class Act:
    """Who does it, how often in the half hour over the whole province, with how many requests."""

    who: str
    times: float
    requests: float

    def people(self, factor: float) -> int:
        """How many do it at once when the morning is so many times as busy."""
        return ceil(factor * PACE * self.times / HALF_HOUR)


MORNING = (
    Act("Homeroom", CLASSES, 3),
    Act("Teacher", TEACHERS / 10 * MARKS_EACH, 1 + 2 / MARKS_EACH),
    Act("Parent", CHILDREN / 10, 1 + 1 / RESULTS_EVERY),
    Act("Leader", SCHOOLS * 2 / 2, 2),
    Act("Officer", OFFICERS * 30, 1),
)


def requests_a_second(factor: float = 1.0) -> float:
    """What a morning so many times as busy asks."""
    return factor * sum(one.times * one.requests for one in MORNING) / HALF_HOUR


def crowd(factor: float) -> dict[str, int]:
    """How many of each kind are there at once."""
    return {one.who: one.people(factor) for one in MORNING}
