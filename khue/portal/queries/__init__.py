"""Reading for the pages that compose several contexts."""

from khue.portal.queries.history import RecordCard, history_page, record_card
from khue.portal.queries.home import (
    OfficerHome,
    SchoolHome,
    TeacherHome,
    officer_home,
    school_home,
    teacher_home,
)
from khue.portal.queries.search import Found, search_everything

__all__ = [
    "Found",
    "OfficerHome",
    "RecordCard",
    "SchoolHome",
    "TeacherHome",
    "history_page",
    "officer_home",
    "record_card",
    "school_home",
    "search_everything",
    "teacher_home",
]
