"""Ai ngồi ở phía nào của cuộc trao đổi: as the family, as the school, as a leader who reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from khue.access.api import Actor, reach
from khue.contactbook.models import Thread
from khue.contactbook.permissions import COMPLAINTS, OFFICE_INBOX, WRITE
from khue.contactbook.queries.contacts import OFFICE
from khue.organisations.api import reaches_into
from khue.records.api import ChildLine, children_of_account

Seat = Literal["family", "school", "leader"]


@dataclass(frozen=True, slots=True)
class Seats:
    """Children (`own`: the pupil herself), schools as the office (`office`) and as a leader."""

    account_id: int
    children: frozenset[int]
    own: frozenset[int]
    office: frozenset[int]
    leads: frozenset[int]
    teaches: tuple[str, ...]

    def seat_at(self, thread: Thread, school_path: str) -> Seat | None:
        """Where this person sits in a conversation, if anywhere."""
        if self._answers(thread, school_path):
            return "school"
        if thread.student_id in self.children:
            return "family"
        if thread.student_id in self.own and thread.with_pupil:
            return "family"
        reads = thread.complained_at is not None and thread.school_id in self.leads
        return "leader" if reads else None

    def _answers(self, thread: Thread, school_path: str) -> bool:
        if thread.side == OFFICE:
            return thread.school_id in self.office
        here = reaches_into(self.teaches, school_path)
        return thread.teacher_id == self.account_id and here


def seats_of(actor: Actor, on: date, children: Sequence[ChildLine] | None = None) -> Seats:
    """What the gate gives this person, and what no court has taken away.

    `children`: those of the account, where the caller has read them already.
    """
    granted = reach(actor, WRITE)
    if children is None:
        children = children_of_account(actor.account_id, on) if granted.children else []
    near = [one for one in children if one.id in granted.children]
    return Seats(
        actor.account_id,
        frozenset(one.id for one in near if one.relation != "self"),
        frozenset(one.id for one in near if one.relation == "self"),
        _schools(actor, OFFICE_INBOX),
        _schools(actor, COMPLAINTS),
        granted.paths,
    )


def _schools(actor: Actor, permission: str) -> frozenset[int]:
    """These rights are given at schools: the last step of the path is the school."""
    last = [path.strip("/").split("/")[-1] for path in reach(actor, permission).paths]
    return frozenset(int(one) for one in last if one.isdecimal())
