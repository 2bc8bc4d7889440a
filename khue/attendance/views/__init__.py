"""The pages of attendance."""

from khue.attendance.views.family import ask, child, withdraw
from khue.attendance.views.gate_device import cards as gate_cards
from khue.attendance.views.gate_device import pair, passings
from khue.attendance.views.gate_device import photo as gate_photo
from khue.attendance.views.kiosk import kiosk
from khue.attendance.views.notes import answer, notes
from khue.attendance.views.school import alerts_page, month, pupil, school, today
from khue.attendance.views.taking import take

__all__ = [
    "alerts_page",
    "answer",
    "ask",
    "child",
    "gate_cards",
    "gate_photo",
    "month",
    "kiosk",
    "notes",
    "pair",
    "passings",
    "pupil",
    "school",
    "take",
    "today",
    "withdraw",
]
