"""Reading for the pages that compose several contexts."""

from khue.portal.queries.day import (
    OfficerDay,
    SchoolToday,
    TeacherDay,
    officer_day,
    school_day_of,
    school_today,
    teacher_day,
)
from khue.portal.queries.history import RecordCard, history_page, record_card
from khue.portal.queries.search import Found, search_everything

__all__ = [
    "Found",
    "OfficerDay",
    "RecordCard",
    "SchoolToday",
    "TeacherDay",
    "history_page",
    "officer_day",
    "record_card",
    "school_day_of",
    "school_today",
    "search_everything",
    "teacher_day",
]
