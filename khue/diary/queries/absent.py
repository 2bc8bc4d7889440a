"""Học sinh vắng and the hours of the school: read from attendance, never typed here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, time

from khue.attendance.api import absences_in
from khue.attendance.api import session_end as end_of_session
from khue.organisations.api import ClassSubjectCard

Period = tuple[int, date, str, int]
LETTERS = {"p": "P", "k": "K"}


def session_end(card: ClassSubjectCard, day: date, session: str) -> time | None:
    """When a session ends by the hours that the school set; None where it set none."""
    return end_of_session(card.school_id, day, session)


def absent_from(periods: Collection[Period]) -> dict[Period, tuple[str, ...]]:
    """Who was absent from each lesson, as the book tells it: "Nông Văn An (P)"."""
    return {
        where: tuple(f"{name} ({LETTERS[kind]})" for name, kind in found if kind in LETTERS)
        for where, found in absences_in(periods).items()
    }
