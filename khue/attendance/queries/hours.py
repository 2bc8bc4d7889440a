"""Giờ học của trường: when a session ends, for the contexts above."""

from __future__ import annotations

from datetime import date, time

from khue.attendance.models import SchoolHours


def session_end(school_id: int, day: date, session: str) -> time | None:
    """Giờ tan học of a session by the hours that hold on a day; None where the school set none."""
    rows = SchoolHours.objects.filter(school_id=school_id, session=session, starts_on__lte=day)
    return rows.order_by("-starts_on").values_list("ends_at", flat=True).first()


def has_hours(school_id: int) -> bool:
    """Whether the school has set any hours."""
    return SchoolHours.objects.filter(school_id=school_id).exists()
