"""What the year needs to know of a school and of one of its classes, from the plan alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from khue.attendance.rules.days import plan_of_class
from khue.gradebook.rules.policies import GDTX_LEVEL, KINDS, topics_in_term
from synthetic.days import Room
from synthetic.marks import BookTerm
from synthetic.plan import (
    FIRST_DAYS,
    LAST_YEAR,
    LAST_YEAR_ENDS,
    PlannedBook,
    PlannedClass,
    PlannedSchool,
    PlannedSeat,
)
from synthetic.pupils import Seat, Way, usual_of
from synthetic.when import When

ONE_SESSION, TWO_SESSIONS = "1", "4"
MONTHS_AT_NEW_YEAR = 6


@dataclass(frozen=True)
class Person:
    """Whoever writes in a book: the name, and the account that wrote."""

    name: str
    account_id: int


NOBODY = Person("Hệ thống", 0)


@dataclass(frozen=True)
class Frame:
    """A school in a year that has come so far."""

    seed: int
    school: PlannedSchool
    when: When
    people: Mapping[int, Person]
    principal: Person
    now: datetime

    @property
    def year(self) -> int:
        return self.when.year

    def key_of(self, one: PlannedClass, *more: object) -> str:
        """How chance knows a class: by codes, never by ids."""
        return "/".join(map(str, (self.school.outline.code, one.year, one.code, *more)))

    def person(self, staff_id: int) -> Person:
        return self.people.get(staff_id, NOBODY)


def seats_of(seed: int, one: PlannedClass) -> list[Seat]:
    """The pupils of a class in the order of their numbers."""
    first = FIRST_DAYS[one.year]
    last = LAST_YEAR_ENDS if one.year == LAST_YEAR else None
    ordered = sorted(one.seats, key=lambda seat: seat.student_id)
    return [_seat(seed, seat, first, last) for seat in ordered]


def _seat(seed: int, seat: PlannedSeat, first: date, last: date | None) -> Seat:
    way = Way.AGAIN if seat.next == "repeats" else Way.ON
    return Seat(
        seat.student_id,
        seat.band.grade,
        first,
        last,
        "studying" if last is None else "completed",
        usual_of(seed, seat.code, way),
        way,
        seat.band.age * 12 + MONTHS_AT_NEW_YEAR,
    )


def book_term(frame: Frame, one: PlannedClass, book: PlannedBook, term: int) -> BookTerm:
    """A class subject in a term with the columns that it requires there."""
    topics = topics_of(one, book, term)
    return BookTerm(
        book.id,
        frame.key_of(one, book.subject),
        one.year,
        term,
        frame.school.id,
        frame.school.province_id,
        book.regular_marks + topics,
        book.form == "comment",
    )


def topics_of(one: PlannedClass, book: PlannedBook, term: int) -> int:
    """Cột điểm chuyên đề of a term, where the school decided nothing."""
    if not book.has_cluster or not book.regular_marks:
        return 0
    kind = KINDS["gdtx_topics" if one.level == GDTX_LEVEL else "cluster_term"]
    return topics_in_term(str(kind.default), term, book.regular_marks)


def room_of(frame: Frame, one: PlannedClass, seats: list[Seat]) -> Room:
    """The class as attendance sees it."""
    code = TWO_SESSIONS if one.level in ("01", "02") else ONE_SESSION
    teacher = frame.person(one.homeroom_id)
    school = frame.school
    return Room(
        *(one.id, frame.key_of(one), one.year, school.id, school.province_id),
        plan_of_class(code, two_sessions=code == TWO_SESSIONS),
        *(teacher.name, teacher.account_id, seats),
    )
