"""What every act of attendance shares: refusals, writing a change down, telling who follows."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from khue.access.api import Actor
from khue.ledger.api import Author, Operation


class AttendanceRefused(Exception):
    """An act that cannot be done; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class ListenerTwice(ValueError):
    """Two followers of one name."""


Listener = Callable[[int, Sequence[int], Operation], None]
_listeners: dict[str, Listener] = {}


def register_absence_listener(name: str, listener: Listener) -> None:
    """`listener(class_id, student_ids, operation)` follows every change, in its transaction."""
    if _listeners.setdefault(name, listener) is not listener:
        raise ListenerTwice(name)


def tell_followers(class_id: int, student_ids: Sequence[int], operation: Operation) -> None:
    if student_ids:
        for listener in _listeners.values():
            listener(class_id, sorted(set(student_ids)), operation)


def operation_of(actor: Actor, now: datetime) -> Operation:
    return Operation(Author(actor.account_id, actor.name), now, uuid.uuid4())
