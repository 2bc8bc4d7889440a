"""Mã định danh bên ngoài: a stable UUID for what has only a number inside the house.

People have a UUID of their own. Everything else is told as a UUID of version 8 (RFC 9562), which
holds the kind and the numbers themselves: it needs no table, never changes, and can be read back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID


class Kind(IntEnum):
    """What an id names; a number that was given once is never given to another kind."""

    ORGANISATION = 1
    SITE = 2
    YEAR = 3
    TERM = 4
    CLASS = 5
    CLASS_SUBJECT = 6
    SUBJECT = 7
    GRADE = 8
    ENROLMENT = 9
    SUBJECT_ENROLMENT = 10
    TEACHING = 11
    HOMEROOM = 12
    GUARDIAN = 13
    GUARDIANSHIP = 14
    LINE_ITEM = 15
    RESULT = 16
    ABSENCE = 17
    MARKS = 18
    YEAR_RESULT = 19
    SCORE_SCALE = 20
    CATEGORY = 21


@dataclass(frozen=True)
class Key:
    """What an id says: the kind, one or two numbers, and a small one beside them."""

    kind: Kind
    first: int
    second: int = 0
    small: int = 0


FIRST, SECOND, SMALL = 2**40, 2**62, 2**12
VERSION, VARIANT = 8, 0b10


def make_id(kind: Kind, first: int, second: int = 0, small: int = 0) -> UUID:
    """The id of a record: 8 bits of kind, 40 of the first number, 12 small, 62 of the second."""
    if not (0 <= first < FIRST and 0 <= second < SECOND and 0 <= small < SMALL):
        raise ValueError(kind, first, second, small)
    high = (kind << 40 | first) << 16 | VERSION << 12 | small
    return UUID(int=high << 64 | VARIANT << 62 | second)


def read_id(text: str) -> Key | None:
    """What an id of ours says; None for every other text."""
    try:
        number = UUID(text)
    except ValueError:
        return None
    kind = number.int >> 120
    if number.version != VERSION or kind not in list(Kind):
        return None
    first = number.int >> 80 & (FIRST - 1)
    return Key(Kind(kind), first, number.int & (SECOND - 1), number.int >> 64 & (SMALL - 1))


def number_of(text: str, kind: Kind) -> int | None:
    """The number of a record of one kind; None when the id names something else."""
    key = read_id(text)
    return key.first if key is not None and key.kind is kind else None
