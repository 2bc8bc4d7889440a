"""Chuyển học bạ of one pupil: what would go along, what came."""

from __future__ import annotations

from dataclasses import dataclass

from khue.access.api import Actor, OutsidePlace, permit
from khue.records.api import StudentSummary, student_places, student_summary
from khue.transcripts.permissions import TRANSFER
from khue.transcripts.queries.published import OutYear, years_out
from khue.transcripts.queries.received import (
    ReceivedPackage,
    ReceivedYear,
    packages_of,
    received_years,
)
from kit.fences import EVERYTHING, scoped


@dataclass(frozen=True, slots=True)
class MovingPage:
    """Years of ours, years that came, and the packages with their reports."""

    student: StudentSummary
    years: list[OutYear]
    received: list[ReceivedYear]
    packages: list[ReceivedPackage]

    @property
    def can_pack(self) -> bool:
        return bool(self.years or self.received)


def moving_page(actor: Actor, student_id: int) -> MovingPage:
    """For the office of the school that keeps the pupil."""
    student = student_summary(student_id)
    if student is None:
        raise OutsidePlace(student_id)
    permit(actor, TRANSFER, *student_places(student_id))
    with scoped(EVERYTHING):
        return MovingPage(
            student, years_out(student_id), received_years(student_id), packages_of(student_id)
        )
