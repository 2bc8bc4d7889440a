"""The known totals: counted while the plan is made, and counted again in the database.

Every theme has a title, a way to count a planned school, and a statement that counts what
stands. Whoever writes more into the province registers more themes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.db import connection

from synthetic.ids import Ids
from synthetic.plan import LAST_YEAR, YEAR, PlannedSchool

Totals = dict[str, dict[str, int]]
Counting = Callable[[PlannedSchool, Ids], Mapping[str, int]]


@dataclass(frozen=True)
class Theme:
    """One known total by key; `statement` gives key and count.

    It may read `here` (our schools), `seated` (every child of this year once, with the file),
    `before` (last year's likewise) and `rooms` (our classes of both years).
    """

    key: str
    title: str
    statement: str
    count: Counting


OURS = """
with here as (
  select * from organisations_school where organisation_id between %(first)s and %(until)s
), stays as (
  select distinct on (e.student_id, e.year) e.student_id, e.year, e.grade, e.entry_kind,
    case when e.grade in ('16', '17') then '01' when e.grade <= '05' then '02'
      when e.grade <= '09' then '03' when e.grade <= '12' then '04' else '05' end as level
  from records_enrolment e where e.school_id between %(first)s and %(until)s
  order by e.student_id, e.year, e.starts_on
), seated as (
  select t.*, s.sex, s.ethnic_group from stays t join records_student s on s.id = t.student_id
  where t.year = %(year)s
), before as (
  select * from stays where year = %(last)s
), rooms as (
  select * from organisations_schoolclass
  where school_id in (select organisation_id from here)
)
"""
THEMES: dict[str, Theme] = {}


def register_theme(theme: Theme) -> None:
    THEMES[theme.key] = theme


def add_school(totals: Totals, school: PlannedSchool, ids: Ids) -> None:
    """Count one planned school into the totals."""
    for theme in THEMES.values():
        counts = totals.setdefault(theme.key, {})
        for key, number in theme.count(school, ids).items():
            counts[key] = counts.get(key, 0) + number


def count_database(first: int, until: int) -> Totals:
    """What stands in the database now, in the schools whose ids lie between these two."""
    given = {"first": first, "until": until, "year": YEAR, "last": LAST_YEAR}
    found: Totals = {}
    for theme in THEMES.values():
        with connection.cursor() as cursor:
            cursor.execute(OURS + theme.statement, given)
            found[theme.key] = {str(key): int(count) for key, count in cursor.fetchall()}
    return found


@dataclass(frozen=True)
class Difference:
    """Where the database differs from what was planned."""

    theme: str
    key: str
    known: int
    found: int

    @property
    def sentence(self) -> str:
        title = THEMES[self.theme].title
        return f"{title}, {self.key}: phải có {self.known}, đang có {self.found}."


def differences(known: Totals, found: Totals) -> Iterator[Difference]:
    for theme in THEMES:
        one, other = known.get(theme, {}), found.get(theme, {})
        for key in sorted({*one, *other}):
            if one.get(key, 0) != other.get(key, 0):
                yield Difference(theme, key, one.get(key, 0), other.get(key, 0))


def table_lines(totals: Totals) -> Iterator[str]:
    """The totals as a person reads them."""
    for theme in THEMES.values():
        counts = totals.get(theme.key, {})
        if counts:
            told = "; ".join(f"{key} {_grouped(counts[key])}" for key in sorted(counts))
            yield f"{theme.title:<34}{_grouped(sum(counts.values())):>9}  {told}"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
