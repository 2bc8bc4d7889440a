"""What an import of absences looks up: who sat where on a day, and what stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from khue.attendance.models import Absence
from khue.attendance.queries.days import Standing
from khue.attendance.queries.frames import school_days
from khue.attendance.rules.days import SchoolDays
from khue.organisations.api import classes_of, school_summary
from khue.records.api import RollLine, roll_of_class
from kit.vietnamese import search_key


@dataclass(frozen=True, slots=True)
class Seat:
    """A stay of a pupil in a class."""

    class_id: int
    class_name: str
    stay: RollLine

    def holds(self, day: date) -> bool:
        return self.stay.starts_on <= day and (
            self.stay.ends_on is None or day <= self.stay.ends_on
        )


@dataclass
class AbsenceLists:
    """Whom the rows may name, on which days, and which absences stand."""

    today: date
    days: SchoolDays
    by_code: dict[str, list[Seat]] = field(default_factory=dict)
    by_name: dict[str, list[Seat]] = field(default_factory=dict)
    standing: dict[tuple[int, date, str], Standing] = field(default_factory=dict)


def absence_lists(school_id: int, year: int, today: date) -> AbsenceLists:
    """One read for each class of the year; the caller passed the gate."""
    school = school_summary(school_id)
    found = AbsenceLists(today, school_days(school_id, school.province_id, year, today))
    for card in classes_of(school_id, year):
        for stay in roll_of_class(card.id, date(year, 8, 1), date(year + 1, 7, 31)):
            seat = Seat(card.id, card.name, stay)
            found.by_name.setdefault(search_key(stay.name), []).append(seat)
            if stay.code:
                found.by_code.setdefault(stay.code.casefold(), []).append(seat)
    rows = Absence.objects.filter(school_id=school_id, year=year, period=0)
    names = ("day", "session", "student_id", "kind", "minutes", "note", "source")
    for day, session, *one in rows.values_list(*names):
        found.standing[one[0], day, session] = Standing(*one)
    return found
