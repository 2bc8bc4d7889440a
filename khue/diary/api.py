"""The door of the class diary: its lessons, and what a teacher still has to write."""

from khue.diary.queries.lines import LessonLine, lessons_of_class
from khue.diary.queries.teaching import DueLesson, lessons_due

__all__ = ["DueLesson", "LessonLine", "lessons_due", "lessons_of_class"]
