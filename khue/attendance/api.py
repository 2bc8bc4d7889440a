"""The door of attendance: who was there, for other contexts."""

from khue.attendance.queries.area import SchoolToday, schools_today
from khue.attendance.queries.counting import (
    CountedAway,
    CountedTaking,
    counted_away,
    counted_takings,
)
from khue.attendance.queries.days import absences_in, absent_in, class_day, not_taken_today
from khue.attendance.queries.family import TakenSession, sessions_taken
from khue.attendance.queries.frames import plan_of, school_days
from khue.attendance.queries.gate import Device
from khue.attendance.queries.gate_pages import gate_summary
from khue.attendance.queries.hours import session_end
from khue.attendance.queries.notes import NoteLine, notes_of_child, notes_waiting
from khue.attendance.queries.pupils import (
    AbsenceLine,
    absences_of_student,
    paper_marks,
    sessions_absent,
)
from khue.attendance.queries.school import Alert, ClassNow, alerts, classes_today, kept_alerts
from khue.attendance.queries.staff_time import StaffMonth, staff_times
from khue.attendance.queries.taken_along import ClassAlong, class_along
from khue.attendance.queries.windows import (
    AbsenceRow,
    absences_window,
)
from khue.attendance.rules.counting import Count
from khue.attendance.rules.days import (
    SESSION_NAMES,
    SESSIONS,
    ClassPlan,
    SchoolDays,
    free_name,
    sessions_of_day,
    why_free,
)
from khue.attendance.rules.kinds import KIND_NAMES
from khue.attendance.services.gate import Answer, Passing, open_device, pass_gate
from khue.attendance.services.marking import LIST, Marked, MarkOutcome, PupilMark, mark_pupils
from khue.attendance.services.notes import answer_note, ask_leave, withdraw_note
from khue.attendance.services.taking import Entry, Taken, take_attendance
from khue.attendance.services.work import AttendanceRefused, register_absence_listener

__all__ = [
    "KIND_NAMES",
    "LIST",
    "SESSIONS",
    "SESSION_NAMES",
    "AbsenceLine",
    "AbsenceRow",
    "Alert",
    "Answer",
    "AttendanceRefused",
    "ClassAlong",
    "ClassNow",
    "ClassPlan",
    "Count",
    "CountedAway",
    "CountedTaking",
    "Device",
    "Entry",
    "MarkOutcome",
    "Marked",
    "NoteLine",
    "Passing",
    "PupilMark",
    "SchoolDays",
    "SchoolToday",
    "StaffMonth",
    "Taken",
    "TakenSession",
    "absences_in",
    "absences_of_student",
    "absences_window",
    "absent_in",
    "alerts",
    "answer_note",
    "ask_leave",
    "class_along",
    "class_day",
    "classes_today",
    "counted_away",
    "counted_takings",
    "free_name",
    "gate_summary",
    "kept_alerts",
    "mark_pupils",
    "not_taken_today",
    "notes_of_child",
    "notes_waiting",
    "open_device",
    "paper_marks",
    "pass_gate",
    "plan_of",
    "register_absence_listener",
    "school_days",
    "schools_today",
    "session_end",
    "sessions_absent",
    "sessions_of_day",
    "sessions_taken",
    "staff_times",
    "take_attendance",
    "why_free",
    "withdraw_note",
]
