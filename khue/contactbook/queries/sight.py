"""Ai thấy thông báo đã gửi: its writer, and whoever may send at its place or above it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db.models import Q

from khue.access.api import Actor, reach
from khue.contactbook.models import Notice
from khue.contactbook.permissions import SEND_AREA, SEND_CLASS, SEND_SCHOOL
from kit.fences import EVERYTHING, scoped

T = TypeVar("T")
SENDS = (SEND_CLASS, SEND_SCHOOL, SEND_AREA)


def sender_paths(actor: Actor) -> tuple[str, ...]:
    """Every place at which the actor may send something."""
    return tuple(sorted({path for one in SENDS for path in reach(actor, one).paths}))


def may_open(actor: Actor, notice: Notice) -> bool:
    """Whether the actor sees this notice from the sender's side."""
    if notice.written_by_id == actor.account_id:
        return True
    return any(notice.place.startswith(path) for path in sender_paths(actor))


def in_sight(actor: Actor) -> Q:
    """The notices that the actor sees from the sender's side."""
    found = Q(written_by_id=actor.account_id)
    for path in sender_paths(actor):
        found |= Q(place__startswith=path)
    return found


def with_sight(read: Callable[[], T]) -> T:
    """Read once the gate was passed: an area's notice belongs to no school of the fence."""
    with scoped(EVERYTHING):
        return read()
