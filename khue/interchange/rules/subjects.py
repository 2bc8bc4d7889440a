"""Bản ghi đã thay đổi: what a subject of the ledger is called outside."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from khue.interchange.rules.ids import Kind, make_id

PLAIN = {
    "organisation": Kind.ORGANISATION,
    "school": Kind.ORGANISATION,
    "site": Kind.SITE,
    "school_year": Kind.YEAR,
    "class": Kind.CLASS,
    "class_subject": Kind.CLASS_SUBJECT,
    "teaching": Kind.TEACHING,
}
PEOPLE = ("student", "staff")


def split_subject(subject: str) -> tuple[str, tuple[int, ...]]:
    """The kind of a subject and the numbers of its key; no numbers where it holds words."""
    kind, _, key = subject.partition(":")
    parts = key.split(".")
    whole = all(one.isdecimal() and len(one) < 18 for one in parts)
    return kind, tuple(int(one) for one in parts) if whole else ()


def _marks(numbers: tuple[int, ...]) -> UUID | None:
    book, term, student = numbers
    return make_id(Kind.MARKS, book, student, term)


def _result(numbers: tuple[int, ...]) -> UUID | None:
    class_id, student = numbers
    return make_id(Kind.YEAR_RESULT, class_id, student)


# Kinds whose key has several numbers: how many, and what they make.
COMPOUND: dict[str, tuple[int, Callable[[tuple[int, ...]], UUID | None]]] = {
    "mark": (3, _marks),
    "result": (2, _result),
}


def outer_id(subject: str) -> UUID | None:
    """The id by which a record that is no person can be asked for; None when it has no page."""
    kind, numbers = split_subject(subject)
    if kind in PLAIN and len(numbers) == 1:
        return make_id(PLAIN[kind], numbers[0])
    length, made = COMPOUND.get(kind, (0, _result))
    return made(numbers) if length and len(numbers) == length else None
