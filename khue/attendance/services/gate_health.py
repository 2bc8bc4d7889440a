"""Lời khai sức khỏe ở cổng: sealed when it is kept, opened only with a note of who read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from khue.access.api import Actor
from khue.attendance.models import GateEvent
from khue.attendance.permissions import GATE
from khue.attendance.queries.cards import open_school
from khue.attendance.queries.gate_settings import choices_for
from khue.attendance.rules.cards import HEALTH_LABEL
from khue.ledger.api import Author, log_sensitive_reads
from kit.cipher import unseal


@dataclass(frozen=True, slots=True)
class Declaration:
    """Một lời khai, or a temperature that asks for attention."""

    at: datetime
    name: str
    temperature: int | None
    text: str

    @property
    def degrees(self) -> str:
        tenths = self.temperature
        return "" if tenths is None else f"{tenths // 10},{tenths % 10} °C"


@transaction.atomic
def read_declarations(
    *, actor: Actor, now: datetime, school_id: int, day: date
) -> list[Declaration]:
    """Đọc lời khai và thân nhiệt cần chú ý of a day; each reading is logged by the person read."""
    school = open_school(actor, school_id, GATE)
    hot = Q(temperature__gte=choices_for(school.id).fever_from)
    rows = list(
        GateEvent.objects.filter(~Q(health="") | hot, school_id=school.id, day=day)
        .select_related("student", "staff")
        .order_by("at")
    )
    log_sensitive_reads(
        Author(actor.account_id, actor.name),
        now,
        subjects=sorted({_subject(row) for row in rows}),
        fields="Lời khai sức khỏe, thân nhiệt ở cổng",
        school_id=school.id,
        province_id=school.province_id,
    )
    return [_read(row) for row in rows]


def _subject(row: GateEvent) -> str:
    if row.student_id:
        return f"student:{row.student_id}"
    return f"staff:{row.staff_id}" if row.staff_id else f"gate:{row.school_id}"


def _read(row: GateEvent) -> Declaration:
    holder = row.student or row.staff
    text = unseal(row.health, label=HEALTH_LABEL, key_hex=settings.FIELD_KEY) if row.health else ""
    return Declaration(row.at, holder.name if holder else "Thẻ lạ", row.temperature, text)
