"""Trạng thái sổ: what closes a book now, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.rules.states import State, state_of_class, with_lock
from khue.gradebook.rules.windows import Days, days_in_force

# A book counts in a term in which the subject is taught; a primary book without mark columns too.
TAUGHT = """(subject.regular_marks > 0 or class.level = '02')
  and (subject.periods_term1 + subject.periods_term2 = 0 or case
    when (case when class.level = '02' then (%(period)s + 1) / 2 else %(period)s end) = 1
    then subject.periods_term1 else subject.periods_term2 end > 0)"""
TERM = "(case when class.level = '02' then (%(period)s + 1) / 2 else %(period)s end)"
LOCK = f"""left join gradebook_termlock lock on lock.school_id = class.school_id
  and lock.year = class.year and lock.term = {TERM}"""
WINDOW = """left join gradebook_entrywindow {name} on {name}.year = class.year
  and {name}.period = %(period)s + case when class.level = '02' then 10 else 0 end and {whose}"""
CLOSING = f"""
select class.level = '02', class.name, lock.locked_by, lock.locked_at,
  state.state, state.changed_by, state.changed_at, node.name, department.name,
  general.opens_on, general.closes_on, special.opens_on, special.closes_on,
  own.opens_on, own.closes_on
from organisations_schoolclass class
join organisations_school school on school.organisation_id = class.school_id
join organisations_organisation node on node.id = class.school_id
join organisations_organisation department on department.id = school.province_id
{LOCK}
left join gradebook_bookstate state on state.class_subject_id = %(book)s
  and state.period = %(period)s
{
    WINDOW.format(
        name="general",
        whose="general.organisation_id = school.province_id and general.for_school_id is null",
    )
}
{
    WINDOW.format(
        name="special",
        whose="special.organisation_id = school.province_id"
        " and special.for_school_id = class.school_id",
    )
}
{WINDOW.format(name="own", whose="own.organisation_id = class.school_id")}
where class.id = %(class)s
"""  # noqa: S608  (put together from our own conditions)
CLASS_CLOSING = f"""
select class.level = '02', class.name, lock.locked_by, lock.locked_at,
  state.state, state.changed_by, state.changed_at
from organisations_schoolclass class
{LOCK}
left join organisations_classsubject subject on subject.school_class_id = class.id and {TAUGHT}
left join gradebook_bookstate state on state.class_subject_id = subject.id
  and state.period = %(period)s
where class.id = %(class)s
"""  # noqa: S608  (put together from our own conditions)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a book or a class has come: who took the last step, and when."""

    state: State
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """What may close a book: the school's lock, its own state, the days of writing."""

    primary: bool
    name: str
    lock: Standing | None
    own: Standing
    days: tuple[Days, ...] = ()

    @property
    def standing(self) -> Standing:
        return self.lock or self.own

    @property
    def state(self) -> State:
        return with_lock(self.own.state, locked=self.lock is not None)


def standing_of(state: str | None, by: str | None, at: datetime | None) -> Standing:
    """A row of states as it is read; no row is an open book."""
    return Standing(State(state), by or "", at) if state else Standing(State.OPEN)


def _lock(by: str | None, at: datetime | None) -> Standing | None:
    return Standing(State.LOCKED, by or "", at) if at else None


def _days(opens: date | None, closes: date | None, by: str, *, own: bool = False) -> Days | None:
    return Days(opens, closes, by, own) if opens and closes else None


def _fetch(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def closing_of(class_id: int, class_subject_id: int, period: int) -> Closing:
    """What closes a book in a period; one statement."""
    given = {"class": class_id, "book": class_subject_id, "period": period}
    found = _fetch(CLOSING, given)
    if not found:
        raise NoSuchBook(class_subject_id)
    primary, name, locked_by, locked_at, state, by, at, school, department, *days = found[0]
    limits = days_in_force(
        _days(days[0], days[1], department),
        _days(days[2], days[3], department),
        _days(days[4], days[5], school, own=True),
    )
    return Closing(primary, name, _lock(locked_by, locked_at), standing_of(state, by, at), limits)


def class_closing_of(class_id: int, period: int) -> Closing:
    """What closes the work on a whole class in a period: its least book, and the lock."""
    found = _fetch(CLASS_CLOSING, {"class": class_id, "period": period})
    if not found:
        raise NoSuchBook(class_id)
    primary, name, locked_by, locked_at = found[0][:4]
    books = [standing_of(*row[4:]) for row in found]
    least = state_of_class(one.state for one in books)
    own = next(one for one in books if one.state is least)
    return Closing(primary, name, _lock(locked_by, locked_at), own)
