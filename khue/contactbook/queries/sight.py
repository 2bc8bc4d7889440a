"""Ai thấy thông báo: its writer, and whoever may send at its place or above it.

A draft belongs to those who could send it: no authority reads or drops the drafts of a school.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db.models import Q

from khue.access.api import Actor, reach
from khue.contactbook.models import Notice
from khue.contactbook.permissions import SEND_AREA, SEND_CLASS, SEND_SCHOOL
from kit.fences import EVERYTHING, scoped

T = TypeVar("T")
AT_SCHOOL = (SEND_CLASS, SEND_SCHOOL)
SENDS = (*AT_SCHOOL, SEND_AREA)
NOT_OURS = "Bản đính chính do nhà trường đã gửi soạn; ở đây chỉ nhắc và thu hồi được."


def sender_paths(actor: Actor, sends: Iterable[str] = SENDS) -> tuple[str, ...]:
    """Every place at which the actor may send something."""
    return tuple(sorted({path for one in sends for path in reach(actor, one).paths}))


def may_open(actor: Actor, notice: Notice) -> bool:
    """Whether the actor sees this notice from the sender's side."""
    if notice.written_by_id == actor.account_id:
        return True
    is_draft = notice.state == Notice.State.DRAFT
    sends = _those_who_send(notice) if is_draft else SENDS
    return any(notice.place.startswith(path) for path in sender_paths(actor, sends))


def _those_who_send(notice: Notice) -> tuple[str, ...]:
    return (SEND_AREA,) if notice.school_id is None else AT_SCHOOL


def why_no_correction(actor: Actor, notice: Notice) -> str:
    """Why the actor writes no Đính chính of a school's notice; empty where she may."""
    if notice.school_id is None:
        return ""
    paths = sender_paths(actor, AT_SCHOOL)
    near = any(path.startswith(notice.place) or notice.place.startswith(path) for path in paths)
    return "" if near else NOT_OURS


def in_sight(actor: Actor) -> Q:
    """The notices that the actor sees from the sender's side."""
    sent, area = ~Q(state=Notice.State.DRAFT), Q(school_id=None)
    return (
        Q(written_by_id=actor.account_id)
        | (sent & _at(sender_paths(actor)))
        | (~area & _at(sender_paths(actor, AT_SCHOOL)))
        | (area & _at(sender_paths(actor, (SEND_AREA,))))
    )


def _at(paths: Iterable[str]) -> Q:
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(place__startswith=path)
    return found


def with_sight(read: Callable[[], T]) -> T:
    """Read once the gate was passed: an area's notice belongs to no school of the fence."""
    with scoped(EVERYTHING):
        return read()
