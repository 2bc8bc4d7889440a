"""The pages of attendance."""

from khue.attendance.views.family import ask, child, withdraw
from khue.attendance.views.gate_device import cards as gate_cards
from khue.attendance.views.gate_device import pair, passings
from khue.attendance.views.gate_device import photo as gate_photo
from khue.attendance.views.gate_hours import drop_hours, gate_choices, hours
from khue.attendance.views.gate_manage import change as change_device
from khue.attendance.views.gate_manage import declarations, devices, gate_day
from khue.attendance.views.gate_manage import end as end_device
from khue.attendance.views.gate_manage import take_file as take_gate_file
from khue.attendance.views.gate_people import (
    card_act,
    cards,
    issue,
    own_time,
    print_out,
    register,
    staff_time,
)
from khue.attendance.views.kiosk import kiosk
from khue.attendance.views.notes import answer, notes
from khue.attendance.views.school import alerts_page, month, pupil, school, today
from khue.attendance.views.taking import take

__all__ = [
    "alerts_page",
    "answer",
    "ask",
    "card_act",
    "cards",
    "change_device",
    "child",
    "declarations",
    "devices",
    "drop_hours",
    "end_device",
    "gate_cards",
    "gate_choices",
    "gate_day",
    "gate_photo",
    "hours",
    "issue",
    "kiosk",
    "month",
    "notes",
    "own_time",
    "pair",
    "passings",
    "print_out",
    "pupil",
    "register",
    "school",
    "staff_time",
    "take",
    "take_gate_file",
    "today",
    "withdraw",
]
