"""What attendance keeps."""

from khue.attendance.models.absences import Absence, ExcuseNote, Taking
from khue.attendance.models.gate import (
    Card,
    GateDevice,
    GateEvent,
    GatePairing,
    GateSettings,
    SchoolHours,
)
from khue.attendance.models.telling import AbsenceTold

__all__ = [
    "Absence",
    "AbsenceTold",
    "Card",
    "ExcuseNote",
    "GateDevice",
    "GateEvent",
    "GatePairing",
    "GateSettings",
    "SchoolHours",
    "Taking",
]
