"""The registry of long work: each context says at start-up which function does which kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from khue.access.api import Actor
from khue.background.services.pulse import Progress


@dataclass(frozen=True)
class Work:
    """What a function of long work is given; it runs inside one transaction."""

    task_id: UUID
    actor: Actor
    now: datetime
    arguments: dict[str, Any]
    school_id: int | None
    progress: Progress


Function = Callable[[Work], dict[str, Any]]
Aftermath = Callable[[dict[str, Any], str], None]


@dataclass(frozen=True)
class Kind:
    """`after_failure` is told the arguments and the sentence when the work ended without effect."""

    name: str
    function: Function
    after_failure: Aftermath | None = None


class UnknownWork(KeyError):
    """No context registered work of this kind."""


class RegisteredTwice(ValueError):
    """Two functions for one kind of work."""


_kinds: dict[str, Kind] = {}


def register_work(kind: str, function: Function, *, after_failure: Aftermath | None = None) -> None:
    """Say which function does a kind of work; it returns the result as plain JSON.

    A result may carry `text`, what the person reads first; the arguments of the task may carry
    `route` and `key`: the page where she goes on.
    """
    made = Kind(kind, function, after_failure)
    if _kinds.setdefault(kind, made) != made:
        raise RegisteredTwice(kind)


def kind_of_work(name: str) -> Kind:
    if name not in _kinds:
        raise UnknownWork(name)
    return _kinds[name]
