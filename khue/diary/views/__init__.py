"""The pages of the class diary."""

from khue.diary.views.leading import plan, plans, ratings, teaching
from khue.diary.views.lessons import change, remove, stand_in, today, write
from khue.diary.views.months import hand_in, month, print_month
from khue.diary.views.weeks import close, reopen, week

__all__ = [
    "change",
    "close",
    "hand_in",
    "month",
    "plan",
    "plans",
    "print_month",
    "ratings",
    "remove",
    "reopen",
    "stand_in",
    "teaching",
    "today",
    "week",
    "write",
]
