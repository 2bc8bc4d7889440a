"""The door of the class diary: its lessons, and what a teacher still has to write."""

from khue.diary.queries.due import (
    Lines,
    OpenWeek,
    last_whole_week,
    lessons_in_week,
    lessons_today,
    lines_of_school,
    weeks_to_close,
)
from khue.diary.queries.lines import LessonLine, lessons_of_class
from khue.diary.queries.teaching import DueLesson, MySubject, lessons_due, my_subjects

__all__ = [
    "DueLesson",
    "LessonLine",
    "Lines",
    "MySubject",
    "OpenWeek",
    "last_whole_week",
    "lessons_due",
    "lessons_in_week",
    "lessons_of_class",
    "lessons_today",
    "lines_of_school",
    "my_subjects",
    "weeks_to_close",
]
