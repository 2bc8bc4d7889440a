"""The first page of each role: what awaits, and how things stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from khue.access.api import LEADERS, OFFICERS, Actor, Role
from khue.gradebook.api import (
    BookLine,
    Count,
    my_teaching,
    progress_of_province,
    progress_of_school,
    school_year_on,
)
from khue.ledger.api import latest_changes
from khue.organisations.api import (
    ClassCard,
    OrganisationCard,
    SchoolCard,
    YearCard,
    classes_of,
    current_year,
    organisation_at,
    school_summary,
    schools_at,
)
from khue.portal.queries.history import ShownLine, shown_lines
from khue.records.api import class_sizes, staff_of_school
from khue.timetable.api import my_homerooms

OFFICE = {*LEADERS, Role.OFFICE, Role.TECHNOLOGY}


@dataclass(frozen=True)
class TeacherHome:
    """What a teacher has this term: her subjects with their progress, her homeroom."""

    books: list[BookLine]
    homerooms: list[ClassCard]
    sizes: dict[int, int]
    term: int


@dataclass(frozen=True)
class SchoolHome:
    """How a school stands today."""

    school: SchoolCard
    classes: int
    students: int
    staff: int
    progress: Count
    term: int
    changes: list[ShownLine]


@dataclass(frozen=True)
class OfficerHome:
    """How the schools below an authority stand today."""

    authority: OrganisationCard
    schools: list[SchoolCard]
    progress: Count
    term: int


def term_today(year: YearCard | None, today: date) -> int:
    return year.term_on(today).number if year else 1


def teacher_home(actor: Actor, today: date) -> TeacherHome:
    """The subjects and the homeroom of a teacher."""
    books = my_teaching(actor, school_year_on(today))
    homerooms = my_homerooms(actor, today)
    sizes = class_sizes([one.id for one in homerooms], today)
    year = current_year(books[0].book.province_id, today) if books else None
    return TeacherHome(books, homerooms, sizes, term_today(year, today))


def school_of(actor: Actor) -> int | None:
    """The school whose office or lead the actor is."""
    return next((one.school_id for one in actor.grants if one.role in OFFICE), None)


def school_home(actor: Actor, school_id: int, now: datetime, today: date) -> SchoolHome:
    """The figures of a school for its leaders and office."""
    school = school_summary(school_id)
    year = current_year(school.province_id, today)
    term, start = term_today(year, today), school_year_on(today)
    classes = classes_of(school_id, start)
    progress = progress_of_school(actor, school_id, start, term, now)
    return SchoolHome(
        school=school,
        classes=len(classes),
        students=sum(class_sizes([one.id for one in classes], today).values()),
        staff=len(staff_of_school(school_id, today)),
        progress=progress.count,
        term=term,
        changes=shown_lines(latest_changes(school_id=school_id, limit=8)),
    )


def officer_home(actor: Actor, today: date) -> OfficerHome:
    """The schools below the first authority at which the actor is an officer."""
    place = next(one.place for one in actor.grants if one.role in OFFICERS)
    authority = organisation_at(place)
    schools = schools_at(place)
    year = current_year(schools[0].province_id, today) if schools else None
    term = term_today(year, today)
    progress = progress_of_province(actor, authority.id, school_year_on(today), term)
    return OfficerHome(authority, schools, progress, term)
