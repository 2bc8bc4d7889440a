"""Whoever must act at once when an adult is kept away from a child: a small registry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from khue.ledger.api import Operation


@dataclass(frozen=True, slots=True)
class KeptAway:
    """An adult who may no longer learn anything of this child, and how that adult is reached."""

    student_id: int
    guardian_id: int
    account_id: int | None
    name: str
    phone: str
    email: str


Listener = Callable[[Operation, KeptAway], None]
_listeners: dict[str, Listener] = {}


def register_kept_away_listener(name: str, call: Listener) -> None:
    """Upper contexts call off what is under way; in the same transaction."""
    _listeners[name] = call


def tell_kept_away(operation: Operation, who: KeptAway) -> None:
    for call in _listeners.values():
        call(operation, who)
