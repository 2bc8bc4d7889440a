"""Absences in great numbers, for those that read page by page.

Not gated: the caller has passed the gate for exactly these schools.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from khue.attendance.models import Absence
from kit.windows import Window, cut


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """Vắng, đi muộn, về sớm of a pupil in a session (period 0) or in one period."""

    id: int
    student_public_id: UUID
    class_id: int
    school_id: int
    year: int
    day: date
    session: str
    period: int
    kind: str
    minutes: int | None
    written_at: datetime


COLUMNS = (
    *("pk", "student__public_id", "school_class_id", "school_id", "year", "day", "session"),
    *("period", "kind", "minutes", "written_at"),
)


def absences_window(schools: Collection[int], window: Window) -> list[AbsenceRow]:
    """Absences in the order in which they were written; reasons and notes stay in the house."""
    rows = Absence.objects.filter(school_id__in=schools)
    return [AbsenceRow(*row) for row in cut(rows, window).values_list(*COLUMNS)]
