"""The pages of attendance."""

from khue.attendance.views.family import ask, child, withdraw
from khue.attendance.views.notes import answer, notes
from khue.attendance.views.school import alerts_page, month, pupil, school, today
from khue.attendance.views.taking import take

__all__ = [
    "alerts_page",
    "answer",
    "ask",
    "child",
    "month",
    "notes",
    "pupil",
    "school",
    "take",
    "today",
    "withdraw",
]
