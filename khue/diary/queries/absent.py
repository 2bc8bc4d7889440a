"""Học sinh vắng and the hours of the school: read from attendance, never typed here."""

from __future__ import annotations

from datetime import date, time

from khue.organisations.api import ClassSubjectCard


def session_end(card: ClassSubjectCard, day: date, session: str) -> time | None:
    """When a session ends by the hours that the school set; None where it set none."""
    return None


def absent_from(class_id: int, day: date, session: str, period: int) -> list[str]:
    """Who was absent from a lesson, as the book tells it: "Nông Văn An (P)"."""
    return []
