"""Gộp hồ sơ: absences, notes, cards and passings follow the file that is kept."""

from __future__ import annotations

from django.db.models import Q

from khue.attendance.models import Absence, AbsenceTold, Card, ExcuseNote, GateEvent
from khue.records.api import Following, register_following


def register() -> None:
    """Where both files hold an entry of one session, or a card in use, that of the kept stands."""
    register_following(
        "attendance",
        {
            "absences": Following(Absence, alone=(("day", "session", "period"),)),
            "told": Following(AbsenceTold, alone=(("day", "session"),)),
            "notes": Following(ExcuseNote),
            "cards": Following(Card, alone=((),), among=Q(state=Card.State.ACTIVE)),
            "passings": Following(GateEvent),
        },
    )
