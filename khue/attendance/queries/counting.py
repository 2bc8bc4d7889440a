"""Đếm theo lớp: who took the attendance of a day, how many were away; no pupil is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.statements import kept_rows, keys_array

TAKEN = """
select school_class_id, session, size from attendance_taking
where school_class_id = any(%(classes)s::bigint[]) and day = %(day)s and period = 0
"""
# In the order of CountedAway. A pupil counts once in a column, however many sessions.
AWAY = """
select school_class_id, count(distinct student_id) filter (where kind in ('p', 'k')),
  count(distinct student_id) filter (where kind = 'p'),
  count(distinct student_id) filter (where kind = 'k'),
  count(distinct student_id) filter (where kind in ('m', 's'))
from attendance_absence
where school_class_id = any(%(classes)s::bigint[]) and day = %(day)s and period = 0
group by school_class_id
"""


@dataclass(frozen=True, slots=True)
class CountedTaking:
    """A session of a class that was taken, and how many pupils were on the list."""

    class_id: int
    session: str
    size: int


@dataclass(frozen=True, slots=True)
class CountedAway:
    """How many pupils of a class were away, with and without permission, late or gone early."""

    class_id: int
    absent: int
    with_permission: int
    without_permission: int
    late: int


def counted_takings(class_ids: Sequence[int], day: date) -> list[CountedTaking]:
    """Điểm danh của some classes on a day (one query)."""
    given = {"classes": keys_array(class_ids), "day": day}
    return [CountedTaking(*row) for row in kept_rows(TAKEN, given)]


def counted_away(class_ids: Sequence[int], day: date) -> list[CountedAway]:
    """Vắng, muộn of some classes on a day (one query)."""
    given = {"classes": keys_array(class_ids), "day": day}
    return [CountedAway(*row) for row in kept_rows(AWAY, given)]
