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
from khue.diary.queries.lines import LessonLine, lesson_at, lessons_of_class
from khue.diary.queries.taken_along import DiaryAlong, diary_along
from khue.diary.queries.teaching import DueLesson, MySubject, lessons_due, my_subjects
from khue.diary.services.lessons import Written, write_lesson
from khue.diary.services.work import DiaryRefused, LessonClash

__all__ = [
    "DiaryAlong",
    "DiaryRefused",
    "DueLesson",
    "LessonClash",
    "LessonLine",
    "Lines",
    "MySubject",
    "OpenWeek",
    "Written",
    "diary_along",
    "last_whole_week",
    "lesson_at",
    "lessons_due",
    "lessons_in_week",
    "lessons_of_class",
    "lessons_today",
    "lines_of_school",
    "my_subjects",
    "weeks_to_close",
    "write_lesson",
]
