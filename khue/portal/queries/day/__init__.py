"""The day of whoever works: what is due, and how things stand."""

from khue.portal.queries.day.calendar import SchoolDay
from khue.portal.queries.day.office import OfficerDay, officer_day
from khue.portal.queries.day.school import SchoolToday, school_day_of, school_today
from khue.portal.queries.day.teacher import TeacherDay, teacher_day

__all__ = [
    "OfficerDay",
    "SchoolDay",
    "SchoolToday",
    "TeacherDay",
    "officer_day",
    "school_day_of",
    "school_today",
    "teacher_day",
]
