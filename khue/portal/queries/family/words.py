"""Lời của nhà trường: notices about the child, and conversations with the teachers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khue.access.api import Actor
from khue.contactbook.api import NoticeLine, ThreadLine, notices_for, threads_for
from khue.records.api import ChildLine

SHOWN, COUNTED = 3, 50


@dataclass(frozen=True, slots=True)
class Words:
    """Thông báo và trao đổi about one child."""

    notices: tuple[NoticeLine, ...]
    unread_notices: int
    threads: tuple[ThreadLine, ...]
    unread_messages: int


def words_about(actor: Actor, student_id: int, children: Sequence[ChildLine]) -> Words:
    """The unread first, then the newest."""
    notices = notices_for(actor.account_id, student_id, COUNTED)
    threads = threads_for(actor, student_id=student_id, children=children)
    first = sorted(notices, key=lambda one: one.read)
    return Words(
        tuple(first[:SHOWN]),
        sum(not one.read and not one.recalled for one in notices),
        tuple(threads[:SHOWN]),
        sum(one.unread for one in threads),
    )
