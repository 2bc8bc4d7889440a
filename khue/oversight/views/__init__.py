"""The pages of oversight."""

from khue.oversight.views.deadlines import deadlines, end
from khue.oversight.views.faults import faults, faults_excel, own_faults
from khue.oversight.views.lists import list_excel, one_list, work
from khue.oversight.views.reminding import remind, reminders

__all__ = [
    "deadlines",
    "end",
    "faults",
    "faults_excel",
    "list_excel",
    "one_list",
    "own_faults",
    "remind",
    "reminders",
    "work",
]
