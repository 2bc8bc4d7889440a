"""Học sinh vắng and the hours of the school: read from attendance, never typed here."""

from __future__ import annotations

from datetime import date, time

from khue.attendance.api import absent_in
from khue.attendance.api import session_end as end_of_session
from khue.organisations.api import ClassSubjectCard

LETTERS = {"p": "P", "k": "K"}


def session_end(card: ClassSubjectCard, day: date, session: str) -> time | None:
    """When a session ends by the hours that the school set; None where it set none."""
    return end_of_session(card.school_id, day, session)


def absent_from(class_id: int, day: date, session: str, period: int) -> list[str]:
    """Who was absent from a lesson, as the book tells it: "Nông Văn An (P)"."""
    found = absent_in(class_id, day, session, period)
    return [f"{name} ({LETTERS[kind]})" for name, kind in found if kind in LETTERS]
