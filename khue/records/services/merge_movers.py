"""What upper contexts do with their rows when two files become one: a small registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Move = Callable[[int, int], dict[str, Any]]
Undo = Callable[[dict[str, Any], int, int], None]
_movers: dict[str, tuple[Move, Undo]] = {}


class RegisteredTwice(ValueError):
    """Two different movers under one name."""


def register_merge_mover(name: str, move: Move, undo: Undo) -> None:
    """Register how rows of a context move: move(gone, kept) tells what undo(moved, …) needs."""
    if _movers.setdefault(name, (move, undo)) != (move, undo):
        raise RegisteredTwice(name)


def move_everything(gone_id: int, kept_id: int) -> dict[str, Any]:
    return {name: move(gone_id, kept_id) for name, (move, _) in _movers.items()}


def undo_everything(moved: dict[str, Any], gone_id: int, kept_id: int) -> None:
    """Undo in the opposite order."""
    for name in reversed(moved):
        _movers[name][1](moved[name], gone_id, kept_id)
