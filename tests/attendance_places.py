"""What attendance leaves at a school: a session taken, an absence, a request for leave."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from kit.cipher import seal
from tests.cast import NOW, TODAY, YEAR, table
from tests.gate_places import make_gate


def make_attendance(room: Any, child: Any) -> dict[str, int]:
    """One of each, about one pupil of the class."""
    school = room.school
    where = {"school_class": room, "school": school, "province": school.province}
    held = {**where, "year": YEAR, "day": TODAY, "session": "am"}
    table("attendance.Taking").objects.create(
        **held, taken_by="Ai đó", taken_by_id=1, taken_at=NOW, size=1
    )
    table("attendance.Absence").objects.create(
        **held, student=child, kind="k", written_by="Ai đó", written_at=NOW
    )
    note = table("attendance.ExcuseNote").objects.create(
        **where,
        student=child,
        first_day=TODAY,
        last_day=TODAY,
        reason=seal("Bị ốm", label="excuse.reason", key_hex=settings.FIELD_KEY),
        asked_by="Phụ huynh",
        asked_by_id=1,
        asked_at=NOW,
    )
    return {"note_id": note.pk, **make_gate(school, child)}
