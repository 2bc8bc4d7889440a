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

__all__ = [
    "Absence",
    "Card",
    "ExcuseNote",
    "GateDevice",
    "GateEvent",
    "GatePairing",
    "GateSettings",
    "SchoolHours",
    "Taking",
]
