"""Đếm lại những gì bị đụng tới, cộng lên, che số nhỏ: one act in the caller's transaction."""

from __future__ import annotations

from datetime import date

from khue.statistics.queries.touched import Touched
from khue.statistics.services.counting import count_classes, count_schools
from khue.statistics.services.family_days import recount_days
from khue.statistics.services.hiding import hide_small
from khue.statistics.services.rolling_up import roll_up
from khue.statistics.services.storing import Moved, Stamp, drop_gone_classes, store


def recount(touched: Touched, today: date, stamp: Stamp) -> list[Moved]:
    """Count the classes and schools that were touched and everything above; return what moved."""
    gone = drop_gone_classes(touched.changed_schools) if touched.changed_schools else []
    recount_days(touched.days)
    figures = [
        one
        for theme, class_ids in touched.classes.items()
        for one in count_classes(class_ids, theme, today)
    ]
    figures += [
        one
        for theme, school_ids in touched.schools.items()
        for one in count_schools(school_ids, theme, today)
    ]
    moved = store(figures, stamp)
    moved += roll_up(moved, stamp, gone)
    hide_small(moved)
    return moved
