"""How each fault is made: a small wrong done to one school, always to the same pupil or class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from khue.gradebook.api import recount_progress
from khue.gradebook.rules.preschool import age_groups
from khue.gradebook.services.results import refresh_results
from khue.records.queries.sealed import number_digest, seal_text
from kit.vietnamese import given_name_key, search_key
from synthetic.plan import (
    LAST_YEAR,
    YEAR,
    PlannedBook,
    PlannedClass,
    PlannedPupil,
    PlannedSchool,
    PlannedSeat,
)
from synthetic.staffing import NUMBERS_OF_A_SCHOOL
from synthetic.supplements import has_supplement

OLDER_BY = 7
TABLES_OF_PUPIL = (
    "gradebook_markrow",
    "gradebook_primaryrow",
    "gradebook_qualityrow",
    "gradebook_childstage",
    "gradebook_subjectcomment",
    "gradebook_subjectresult",
    "gradebook_studentresult",
    "attendance_absence",
)
MOVED_TABLES = ("records_enrolment", "gradebook_childstage", "attendance_absence")
SIZE_LIMITS = {
    code: group.most_children
    for code, group in zip(("01", "02", "03", "04", "05", "06"), age_groups(), strict=True)
}
MIXED_AGES = 35
# What a fault changes in the known totals of the skeleton: theme, key, by how many.
Moved = tuple[str, str, int]


@dataclass(frozen=True)
class Spot:
    """A school to be spoiled: its plan, the hour, and the first of the days not taken."""

    school: PlannedSchool
    now: datetime
    since: date

    def pupil(self, number: int) -> PlannedPupil:
        """A pupil who sits here this year and belongs to no other fault."""
        return self.pupils[number % len(self.pupils)]

    @property
    def pupils(self) -> list[PlannedPupil]:
        sitting = {
            seat.student_id
            for one in self.school.classes_of(YEAR)
            for seat in one.seats
            if seat.is_here
        }
        here = (one for one in self.school.pupils if one.id in sitting)
        return sorted(here, key=lambda one: one.id)

    def room(self, number: int, levels: Sequence[str] = ()) -> PlannedClass:
        found = [
            one
            for one in self.school.classes_of(YEAR)
            if one.seats and (not levels or one.level in levels)
        ]
        return sorted(found, key=lambda one: one.id)[number % len(found)]


def run(statement: str, *given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


def _numbered(spot: Spot) -> list[PlannedPupil]:
    return [one for one in spot.pupils if one.number]


def no_number(spot: Spot) -> None:
    run(
        "update records_student set personal_number_sealed = '', personal_number_digest = null"
        " where id = %s",
        _numbered(spot)[0].id,
    )


def wrong_number(spot: Spot) -> None:
    """The fourth digit says the other sex; the last number of the school is nobody's own."""
    one = _numbered(spot)[1]
    last = (spot.school.outline.place + 1) * NUMBERS_OF_A_SCHOOL - 1
    number = f"{one.number[:3]}{int(one.number[3]) ^ 1}{one.number[4:6]}{last:06d}"
    run(
        "update records_student set personal_number_sealed = %s, personal_number_digest = %s,"
        " number_findings = '[\"SEX_MISMATCH\"]' where id = %s",
        seal_text(number, "student.personal_number"),
        number_digest(number, "student"),
        one.id,
    )


def older(spot: Spot) -> None:
    one = spot.pupil(4)
    born = f"{int(one.born[:4]) - OLDER_BY}{one.born[4:]}"
    run("update records_student set born = %s where id = %s", born, one.id)


def twice(spot: Spot) -> None:
    """Two files with one name, one birthday and one mother's telephone."""
    phoned = [one for one in spot.pupils[5:] if one.adults and one.adults[0].phone]
    first, second = next(
        (one, other)
        for place, one in enumerate(phoned)
        for other in phoned[place + 1 : place + 8]
        if one.sex == other.sex and one.adults != other.adults
    )
    run(
        "update records_student set name = %s, name_key = %s, name_search = %s, born = %s"
        " where id = %s",
        *(first.name, given_name_key(first.name), search_key(first.name), first.born),
        second.id,
    )
    phone = "update records_guardian set phone = %s where id = %s"
    run(phone, first.adults[0].phone, second.adults[0].id)


def no_phone(spot: Spot) -> None:
    """A family with this one child at the school."""
    one = next(one for one in spot.pupils[20:] if one.adults and not _has_siblings(spot, one))
    for adult in one.adults:
        run("update records_guardian set phone = '' where id = %s", adult.id)


def _has_siblings(spot: Spot, one: PlannedPupil) -> bool:
    mine = {adult.id for adult in one.adults}
    return any(
        other.id != one.id and mine & {adult.id for adult in other.adults}
        for other in spot.school.pupils
    )


def moved_by_no_group(spot: Spot) -> Iterator[Moved]:
    yield "groups", spot.pupil(3).group, -1
    yield "groups", "", 1


def no_contact(spot: Spot) -> None:
    run(
        "update organisations_school set phone = '', email = '' where organisation_id = %s",
        spot.school.id,
    )


def no_group(spot: Spot) -> None:
    run("update records_student set ethnic_group = '' where id = %s", spot.pupil(3).id)


def _without_class(spot: Spot) -> PlannedPupil:
    return [one for one in _numbered(spot) if has_supplement(one)][12]


def no_birthday(spot: Spot) -> None:
    """Nobody has asked the family yet for what the sector wants to know."""
    told = [one for one in spot.pupils if has_supplement(one)]
    run(
        "delete from sector_supplement where part = 'student' and local_id = %s",
        told[25 % len(told)].id,
    )


def moved_by_no_class(spot: Spot) -> Iterator[Moved]:
    one = _without_class(spot)
    yield "levels", one.band.level, -1
    yield "grades", one.band.grade, -1
    yield "groups", one.group, -1
    yield "sexes", one.sex, -1
    if one.standing == "repeats":
        yield "repeats", "lưu ban", -1


def no_class(spot: Spot) -> None:
    """The seat of this year is gone with everything that was written in it."""
    one = _without_class(spot)
    seat = next(
        seat
        for room in spot.school.classes_of(YEAR)
        for seat in room.seats
        if seat.student_id == one.id
    )
    for table in TABLES_OF_PUPIL:
        run(f"delete from {table} where year = %s and student_id = %s", YEAR, one.id)  # noqa: S608
    run("delete from records_enrolment where id = %s", seat.id)
    recount_progress(now=spot.now, class_id=seat.class_id)


def no_homeroom(spot: Spot) -> None:
    run(
        "delete from timetable_homeroomassignment where school_class_id = %s",
        spot.room(1).id,
    )


def too_large(spot: Spot) -> None:
    """Children of other classes were put into one until it is one too many."""
    rooms = [one for one in spot.school.classes_of(YEAR) if one.level == "01" and one.seats]
    crowded = max(rooms, key=lambda one: (len(one.seats), -one.id))
    needed = SIZE_LIMITS.get(crowded.age_group, MIXED_AGES) + 1 - len(_held(spot, crowded))
    others = [seat for one in rooms if one is not crowded for seat in _held(spot, one)]
    for seat in others[-needed:] if needed > 0 else ():
        for table in MOVED_TABLES:
            run(
                f"update {table} set school_class_id = %s where student_id = %s and year = %s",  # noqa: S608
                *(crowded.id, seat.student_id, YEAR),
            )


def _held(spot: Spot, one: PlannedClass) -> list[PlannedSeat]:
    """Who sits in a class, without the child who may have lost the seat."""
    gone = _without_class(spot).id
    return [seat for seat in one.seats if seat.student_id != gone]


def idle_teacher(spot: Spot) -> None:
    """Everything that one teacher teaches was given to a colleague."""
    books = _books(spot, ("03", "04"))
    idle = books[0].teacher_id
    colleague = next(book.teacher_id for book in books if book.teacher_id != idle)
    run(
        "update timetable_teachingassignment set staff_id = %s"
        " where staff_id = %s and ends_on is null",
        *(colleague, idle),
    )


def _books(spot: Spot, levels: Sequence[str]) -> list[PlannedBook]:
    books = [
        book
        for one in spot.school.classes_of(YEAR)
        for book in one.books
        if one.level in levels and one.seats
    ]
    return sorted(books, key=lambda one: one.id)


def no_teacher(spot: Spot) -> None:
    """A book of somebody who has others, and of nobody who has none left."""
    books = _books(spot, ("02", "03", "04", "05"))
    taught = Counter(book.teacher_id for book in books)
    idle = next((book.teacher_id for book in books if book.id == _first_upper(spot)), 0)
    book = next(
        one for one in reversed(books) if taught[one.teacher_id] > 1 and one.teacher_id != idle
    )
    run("delete from timetable_teachingassignment where class_subject_id = %s", book.id)


def _first_upper(spot: Spot) -> int:
    """The book by which the teacher without a subject is chosen."""
    return next((book.id for book in _books(spot, ("03", "04"))), 0)


def no_marks(spot: Spot) -> None:
    """A book of term I in which nobody has written yet."""
    taught = (one for one in _books(spot, ("03", "04", "05")) if one.regular_marks)
    book = next(one for one in taught if one.periods[0])
    where = "where class_subject_id = %s and term = 1"
    run(f"delete from gradebook_markrow {where} and year = %s", book.id, YEAR)  # noqa: S608
    run(f"update gradebook_progress set entered = 0 {where}", book.id)  # noqa: S608
    refresh_results(class_id=book.class_id, now=spot.now)


def not_taken(spot: Spot) -> None:
    for table in ("attendance_taking", "attendance_absence"):
        run(
            f"delete from {table} where school_class_id = %s and day >= %s",  # noqa: S608
            *(spot.room(0).id, spot.since),
        )


def not_approved(spot: Spot) -> None:
    """A class of last year that waits for the principal, at a school that could not lock."""
    rooms = [one for one in spot.school.classes_of(LAST_YEAR) if one.level != "01" and one.books]
    room = min(rooms, key=lambda one: one.id)
    run(
        "update gradebook_bookstate set state = 'teacher_done'"
        " where class_subject_id = any(%s) and period = %s",
        *([book.id for book in room.books], 4 if room.level == "02" else 2),
    )
    run(
        "delete from gradebook_termlock where school_id = %s and year = %s and term = 2",
        *(spot.school.id, LAST_YEAR),
    )


def no_conduct(spot: Spot) -> None:
    """The homeroom teacher forgot one pupil; whatever follows from it is not decided."""
    rooms = [one for one in spot.school.classes_of(LAST_YEAR) if one.level in ("03", "04", "05")]
    room = min((one for one in rooms if one.seats), key=lambda one: one.id)
    forgotten = min(seat.student_id for seat in room.seats)
    run(
        "update gradebook_studentresult set conduct2 = null, remark2 = ''"
        " where year = %s and school_class_id = %s and student_id = %s",
        *(LAST_YEAR, room.id, forgotten),
    )
    refresh_results(class_id=room.id, now=spot.now, student_ids=[forgotten])
