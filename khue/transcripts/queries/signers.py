"""Người sẽ ký: who would be asked for which part of a class, and who cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khue.transcripts.queries.composition import fresh_class
from khue.transcripts.queries.sources import Teacher

HOMEROOM = "gvcn"


@dataclass(frozen=True, slots=True)
class PlannedSigner:
    """A part of the class and its signer; `why_not` when somebody else has to be chosen."""

    key: str
    title: str
    name: str
    why_not: str


def planned_signers(class_id: int, today: date) -> list[PlannedSigner]:
    """Of a class, as its assignment stands; the caller has passed the gate."""
    fresh = fresh_class(class_id, today, [])
    teachers = fresh.teachers
    lines = [
        _line(f"mh-{one.id}", one.name, teachers.subject(one.id)) for one in fresh.results.subjects
    ]
    return [*lines, _line(HOMEROOM, "Giáo viên chủ nhiệm", teachers.homeroom)]


def _line(key: str, title: str, teacher: Teacher | None) -> PlannedSigner:
    if teacher is None:
        return PlannedSigner(key, title, "", "Chưa được phân công.")
    return PlannedSigner(key, title, teacher.name, teacher.why_not)
