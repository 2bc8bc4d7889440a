"""A school's gate: hours, cards with known codes, a paired device."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from khue.attendance.queries.gate import code_digest
from khue.attendance.rules.cards import CARD_LABEL, secret_digest
from kit.cipher import seal
from tests.cast import NOW, TODAY, table

SECRET = "khóa-của-máy-để-thử"


def make_card(school: Any, holder: Any, code: str, number: str, **more: Any) -> Any:
    """A card of a pupil or of a member of staff."""
    kind = "student" if holder._meta.model_name == "student" else "staff"
    fields = {
        "state": "active",
        "issued_at": NOW,
        "issued_by": "Ai đó",
        kind: holder,
        **more,
    }
    return table("attendance.Card").objects.create(
        school=school,
        province=school.province,
        number=number,
        code_digest=code_digest(school.pk, code),
        sealed_code=seal(code, label=CARD_LABEL, key_hex=settings.FIELD_KEY),
        **fields,
    )


def make_device(school: Any, **more: Any) -> Any:
    """A paired device, and its secret as the attribute `secret`."""
    secret = f"{school.pk}.{SECRET}"
    fields = {"name": "Cổng chính", "paired_by": "Ai đó", "paired_at": NOW, **more}
    made = table("attendance.GateDevice").objects.create(
        school=school, province=school.province, secret_digest=secret_digest(secret), **fields
    )
    made.secret = secret
    return made


def make_hours(school: Any, session: str = "am", **more: Any) -> Any:
    """Morning from 7:00 to 11:30, afternoon from 13:30 to 17:00, late after 5 minutes."""
    times = {
        "am": {"opens_at": "06:00", "begins_at": "07:00", "ends_at": "11:30"},
        "pm": {"opens_at": "13:00", "begins_at": "13:30", "ends_at": "17:00"},
    }
    fields = {"starts_on": date(2026, 8, 1), "late_after_minutes": 5, **times[session], **more}
    return table("attendance.SchoolHours").objects.create(
        school=school, province=school.province, session=session, **fields
    )


def make_gate(school: Any, holder: Any) -> dict[str, int]:
    """One of each, for the addresses of the product."""
    card = make_card(school, holder, f"MATHE{school.pk}", "000001")
    device = make_device(school)
    table("attendance.GateEvent").objects.create(
        id=UUID(int=school.pk),
        school=school,
        province=school.province,
        device=device,
        card=card,
        student=holder,
        direction="in",
        verdict="good",
        day=TODAY,
        at=NOW,
        device_at=NOW,
        received_at=NOW,
    )
    hours = make_hours(school, "pm", starts_on=date(2099, 1, 1))
    return {"card_id": card.pk, "device_id": device.pk, "hours_id": hours.pk}


def vn(hour: int, minute: int = 0, second: int = 0, *, day: date = TODAY) -> datetime:
    """A time of the day in Vietnam."""
    return datetime(day.year, day.month, day.day, tzinfo=NOW.tzinfo) + timedelta(
        hours=hour - 7, minutes=minute, seconds=second
    )
