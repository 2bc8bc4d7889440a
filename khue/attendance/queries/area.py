"""Điểm danh của các trường trong một ngày, in one statement: for those who look at many schools."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from khue.access.api import Actor, permit
from khue.attendance.queries.frames import VIEW

# A class counts once, however many of its sessions were taken; a pupil once, however long away.
STATEMENT = """
with taken as (
  select distinct on (taking.school_class_id) taking.school_id, taking.school_class_id, taking.size
  from attendance_taking taking
  join organisations_organisation node on node.id = taking.school_id
  where taking.day = %(day)s and taking.period = 0 and starts_with(node.path, %(path)s)
  order by taking.school_class_id, taking.session
), away as (
  select absence.school_id, count(distinct absence.student_id) as many
  from attendance_absence absence
  join organisations_organisation node on node.id = absence.school_id
  where absence.day = %(day)s and absence.period = 0 and absence.kind in ('p', 'k')
    and starts_with(node.path, %(path)s)
  group by absence.school_id
)
select taken.school_id, count(*), coalesce(sum(taken.size), 0)::bigint, coalesce(max(away.many), 0)
from taken left join away on away.school_id = taken.school_id
group by taken.school_id
"""


@dataclass(frozen=True, slots=True)
class SchoolToday:
    """Một trường hôm nay: classes that were taken, the pupils in them, those who are not there."""

    school_id: int
    classes: int
    pupils: int
    absent: int

    @property
    def present(self) -> int:
        return max(self.pupils - self.absent, 0)


def schools_today(actor: Actor, place: str, day: date) -> dict[int, SchoolToday]:
    """Các trường đã điểm danh below a place that the actor may look at."""
    permit(actor, VIEW, place)
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"day": day, "path": place})
        return {row[0]: SchoolToday(*row) for row in cursor.fetchall()}
