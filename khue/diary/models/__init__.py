"""What the class diary keeps."""

from khue.diary.models.lines import Lesson, MonthSigning, WeekClosing
from khue.diary.models.plans import PlanItem, RatingScheme, TeachingPlan

__all__ = [
    "Lesson",
    "MonthSigning",
    "PlanItem",
    "RatingScheme",
    "TeachingPlan",
    "WeekClosing",
]
