"""The pages of assignments."""

from khue.timetable.views.boards import assignments, class_teachers, end_one
from khue.timetable.views.homerooms import homerooms
from khue.timetable.views.loads import loads, staff_load, transfer

__all__ = [
    "assignments",
    "class_teachers",
    "end_one",
    "homerooms",
    "loads",
    "staff_load",
    "transfer",
]
