"""Minh chứng của một ô điểm: a file from the ledger, for those who may read the book."""

from __future__ import annotations

from datetime import datetime

from khue.access.api import Actor, OutsidePlace, permit
from khue.gradebook.queries.books import find_book
from khue.ledger.api import NoSuchEntry, proof_of, subject_of_entry
from khue.organisations.api import class_summary
from kit.numbers import whole_number

OF_BOOKS, OF_CLASSES = {"mark", "strand", "primary"}, {"quality"}


def proof_of_cell(actor: Actor, entry_id: int, now: datetime) -> bytes:
    """The proof of an entry about marks or levels. Raises OutsidePlace, Refused, NotSealedYet."""
    subject = subject_of_entry(entry_id)
    if subject is None:
        raise OutsidePlace
    permit(actor, "gradebook.view_marks", _place_of(subject))
    try:
        return proof_of(entry_id, now=now)
    except NoSuchEntry:
        raise OutsidePlace from None


def _place_of(subject: str) -> str:
    """Where the record of an entry is read."""
    kind, _, key = subject.partition(":")
    number = whole_number(key.partition(".")[0])
    if number is None or kind not in OF_BOOKS | OF_CLASSES:
        raise OutsidePlace
    return find_book(number).place if kind in OF_BOOKS else class_summary(number).place
