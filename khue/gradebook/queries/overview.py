"""Tình hình sổ điểm: every class and subject of a school in a term, how far and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from khue.access.api import Actor, class_place, explain, permit, reach
from khue.gradebook.models import SLOTS, Correction
from khue.gradebook.queries.books import (
    CLASS_PLACE,
    Book,
    Count,
    NoSuchBook,
    read_class,
    read_school,
)
from khue.gradebook.queries.states import LOCK, Standing, standing_of
from khue.gradebook.rules.slots import TERM_NAMES
from khue.gradebook.rules.states import (
    POINT_NAMES,
    Act,
    Doer,
    State,
    is_at_least,
    state_of_class,
    with_lock,
)
from khue.gradebook.rules.tt27 import Point, has_test
from khue.organisations.api import grade_number
from kit.statements import kept_rows

VIEW = "gradebook.view_overview"
# A mark that waits for a make-up (-1) is not there yet.
_SLOT_COUNTS = ", ".join(
    f"count(nullif(marks.{slot}, -1)), count(marks.{slot}) - count(nullif(marks.{slot}, -1)),"
    f" min(nullif(marks.{slot}, -1)), max(nullif(marks.{slot}, -1))"
    for slot in SLOTS
)
WIDTH = 4
# The pupils of each book of whom something is asked, as gradebook.queries.missing has them.
ASKED = """
with rooms as materialized (
  select class.id, class.year from organisations_schoolclass class
  where class.id = any(%(classes)s)
), staying as materialized (
  select distinct stay.school_class_id, stay.student_id
  from records_enrolment stay join rooms on rooms.id = stay.school_class_id
  left join organisations_schoolyear calendar
    on calendar.province_id = stay.province_id and calendar.start_year = stay.year
  where stay.ends_on is null or stay.ends_on >= least(%(today)s, coalesce(calendar.ends_on,
    %(today)s))
), apart as materialized (
  select fact.class_subject_id as book, fact.student_id from gradebook_subjectcircumstance fact
  join organisations_classsubject subject on subject.id = fact.class_subject_id
  where subject.school_class_id = any(%(classes)s) and fact.kind in ('exempt', 'plan', 'not_taken')
    and %(term)s between fact.first_term and fact.last_term
  union
  select taught.id, brought.student_id from gradebook_carriedresult brought
  join staying on staying.student_id = brought.student_id
  join organisations_classsubject taught on taught.school_class_id = staying.school_class_id
    and taught.subject_id = brought.subject_id
  where brought.year = %(year)s and brought.term = %(term)s
), asked as (
  select subject.id as book, staying.student_id from organisations_classsubject subject
  join staying on staying.school_class_id = subject.school_class_id
  left join apart on apart.book = subject.id and apart.student_id = staying.student_id
  where apart.book is null
)
"""
COUNTS = f"""
{ASKED}
select asked.book, count(*), {_SLOT_COUNTS}
from asked
left join gradebook_markrow marks on marks.year = %(year)s and marks.class_subject_id = asked.book
  and marks.term = %(period)s and marks.student_id = asked.student_id
group by asked.book
"""  # noqa: S608  (put together from our own conditions)
PRIMARY_COUNTS = f"""
{ASKED}
select asked.book, count(*), count(marks.level), 0, null, null, count(nullif(marks.test, -1)),
  count(marks.test) - count(nullif(marks.test, -1)), null, null
from asked
left join gradebook_primaryrow marks on marks.year = %(year)s
  and marks.class_subject_id = asked.book and marks.point = %(period)s
  and marks.student_id = asked.student_id
group by asked.book
"""  # noqa: S608  (put together from our own conditions)
STANDING = f"""
select class.id, class.grades[1], coalesce(homeroom.name, ''), lock.locked_by, lock.locked_at,
  subject.id, state.state, state.changed_by, state.changed_at, coalesce(teachers.names, '')
from organisations_schoolclass class
{LOCK}
left join lateral (
  select staff.name from timetable_homeroomassignment led
  join records_staff staff on staff.id = led.staff_id
  where led.school_class_id = class.id and led.starts_on <= %(today)s
    and (led.ends_on is null or led.ends_on >= %(today)s)
) homeroom on true
join organisations_classsubject subject on subject.school_class_id = class.id
left join gradebook_bookstate state on state.class_subject_id = subject.id
  and state.period = %(period)s
left join lateral (
  select string_agg(staff.name, ', ' order by staff.name_key) as names
  from timetable_teachingassignment assigned
  join records_staff staff on staff.id = assigned.staff_id
  where assigned.class_subject_id = subject.id and assigned.starts_on <= %(today)s
    and (assigned.ends_on is null or assigned.ends_on >= %(today)s)
) teachers on true
where class.id = any(%(classes)s)
"""  # noqa: S608  (put together from our own conditions)


@dataclass(frozen=True, slots=True)
class Column:
    """One assessment of a book: how many have it, how many wait for a make-up."""

    title: str
    settled: int
    waiting: int
    lowest: int | None
    highest: int | None


@dataclass(frozen=True, slots=True)
class OverviewBook:
    """One book: its state, how many pupils, every required column."""

    book: Book
    standing: Standing
    teachers: str
    pupils: int
    columns: tuple[Column, ...]

    @property
    def count(self) -> Count:
        return Count(self.pupils * len(self.columns), sum(one.settled for one in self.columns))

    @property
    def waiting(self) -> int:
        """Assessments that wait for a make-up."""
        return sum(one.waiting for one in self.columns)

    @property
    def empty(self) -> list[str]:
        """The columns in which nobody has anything yet."""
        return [one.title for one in self.columns if self.pupils and not one.settled]

    @property
    def is_done(self) -> bool:
        return is_at_least(self.standing.state, State.TEACHER_DONE)


@dataclass(frozen=True, slots=True)
class OverviewClass:
    """One class: its books by short name of the subject, its homeroom teacher, its state."""

    id: int
    name: str
    place: str
    homeroom: str
    lock: Standing | None
    books: tuple[OverviewBook, ...]
    requests: int = 0

    @property
    def by_subject(self) -> Mapping[str, OverviewBook]:
        return {one.book.short_name: one for one in self.books}

    @property
    def count(self) -> Count:
        return sum((one.count for one in self.books), Count())

    @property
    def own_state(self) -> State:
        return state_of_class(one.standing.state for one in self.books)

    @property
    def state(self) -> State:
        return with_lock(self.own_state, locked=self.lock is not None)

    @property
    def undone(self) -> list[OverviewBook]:
        return [one for one in self.books if not one.is_done]

    @property
    def last_step(self) -> Standing | None:
        """Who took the newest step of the state in which the class is."""
        here = [one.standing for one in self.books if one.standing.state is self.own_state]
        dated = [one for one in here if one.at]
        return max(dated, key=lambda one: str(one.at), default=None)


@dataclass(frozen=True, slots=True)
class OverviewPlace:
    """A school, or one class of it, that a person may look over."""

    school_id: int
    school_name: str
    school_path: str
    year: int
    province_id: int
    class_id: int | None = None
    class_name: str = ""
    books: list[Book] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Overview:
    """The matrix of a term or point."""

    place: OverviewPlace
    period: int
    primary: bool
    classes: list[OverviewClass]

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """(short name, name) of every subject, in the order of the books."""
        found: dict[str, str] = {}
        for one in self.classes:
            for cell in one.books:
                found.setdefault(cell.book.short_name, cell.book.subject_name)
        return list(found.items())

    @property
    def count(self) -> Count:
        return sum((one.count for one in self.classes), Count())

    @property
    def books(self) -> list[OverviewBook]:
        return [book for one in self.classes for book in one.books]

    @property
    def period_name(self) -> str:
        return (POINT_NAMES if self.primary else TERM_NAMES)[self.period]


def overview_starts(actor: Actor) -> tuple[str, int] | None:
    """Where this person's overview begins: ("school", id) or ("class", id)."""
    paths = reach(actor, VIEW).paths
    schools = [path for path in paths if "/c" not in path]
    if schools:
        return "school", int(schools[0].strip("/").split("/")[-1])
    rooms = [match for path in paths if (match := CLASS_PLACE.fullmatch(path))]
    return ("class", int(rooms[0][1])) if rooms else None


def overview_of_school(
    actor: Actor, school_id: int, path: str, name: str, year: int
) -> OverviewPlace:
    """A school whose books this person may look over."""
    permit(actor, VIEW, path)
    books = [book for book in read_school(school_id, year) if book.is_kept]
    province = books[0].province_id if books else 0
    return OverviewPlace(school_id, name, path, year, province, books=books)


def overview_of_class(actor: Actor, class_id: int) -> OverviewPlace:
    """A class whose books this person may look over."""
    found = read_class(class_id)
    if not found:
        raise NoSuchBook(class_id)
    one = found[0]
    permit(actor, VIEW, class_place(one.school_path, class_id))
    return OverviewPlace(
        one.school_id,
        one.school_name,
        one.school_path,
        one.year,
        one.province_id,
        class_id,
        one.class_name,
        [book for book in found if book.is_kept],
    )


def kinds_of(place: OverviewPlace) -> list[bool]:
    """Whether the place has books of terms (False), of primary points (True), or both."""
    return sorted({book.is_primary for book in place.books})


def overview(place: OverviewPlace, period: int, today: date, *, primary: bool) -> Overview:
    """The matrix of a place; three statements, however large the school."""
    term = (period + 1) // 2 if primary else period
    taught = [
        book.in_term(term)
        for book in place.books
        if book.is_primary == primary and book.taught[term - 1]
    ]
    given = {
        "classes": sorted({book.class_id for book in taught}),
        "today": today,
        "year": place.year,
        "term": term,
        "period": period,
    }
    rows = {row[5]: row for row in kept_rows(STANDING, given)}
    statement = PRIMARY_COUNTS if primary else COUNTS
    counts = {row[0]: row[1:] for row in kept_rows(statement, given)}
    requests = _requests(place, period)
    cells = [_book(book, period, rows[book.id], counts.get(book.id)) for book in taught]
    return Overview(place, period, primary, _classes(cells, rows, requests))


def _requests(place: OverviewPlace, period: int) -> dict[int, int]:
    """Open requests to correct marks, class by class."""
    found: dict[int, int] = {}
    rows = Correction.objects.filter(
        school_id=place.school_id,
        year=place.year,
        period=period,
        state__in=[Correction.State.ASKED, Correction.State.VERIFIED],
    )
    for class_id in rows.values_list("class_subject__school_class_id", flat=True):
        found[class_id] = found.get(class_id, 0) + 1
    return found


def _book(
    book: Book, period: int, row: tuple[Any, ...], counts: tuple[Any, ...] | None
) -> OverviewBook:
    pupils, *figures = counts or (0,)
    titles = _titles(book, period, row[1])
    columns = tuple(
        Column(title, *figures[at * WIDTH : (at + 1) * WIDTH])
        if figures
        else Column(title, 0, 0, None, None)
        for at, title in titles
    )
    return OverviewBook(book, standing_of(*row[6:9]), row[9], pupils, columns)


def _titles(book: Book, period: int, grade: str) -> list[tuple[int, str]]:
    """The required columns: where their figures stand, and their titles."""
    if not book.is_primary:
        return [(SLOTS.index(slot), book.slot_title(slot)) for slot in book.slots]
    number = grade_number(grade)
    tested = number and has_test(book.subject_name, number, list(Point)[period - 1])
    return [(0, "Mức đạt được"), *([(1, "Bài kiểm tra")] if tested else [])]


def _classes(
    cells: Sequence[OverviewBook], rows: Mapping[int, tuple[Any, ...]], requests: Mapping[int, int]
) -> list[OverviewClass]:
    grouped: dict[int, list[OverviewBook]] = {}
    for cell in cells:
        grouped.setdefault(cell.book.class_id, []).append(cell)
    return [
        OverviewClass(
            class_id,
            books[0].book.class_name,
            books[0].book.class_place,
            rows[books[0].book.id][2],
            _lock(rows[books[0].book.id]),
            tuple(books),
            requests.get(class_id, 0),
        )
        for class_id, books in grouped.items()
    ]


def _lock(row: tuple[Any, ...]) -> Standing | None:
    return Standing(State.LOCKED, row[3], row[4]) if row[4] else None


def doers_at(actor: Actor, place: str) -> frozenset[Doer]:
    """As whom a person may act on a class."""
    asked = {
        Doer.HOMEROOM_TEACHER: "gradebook.consolidate_class",
        Doer.LEADER: "gradebook.approve_class",
    }
    return frozenset(who for who, what in asked.items() if explain(actor, what, place) is None)


CLASS_ACTS = (Act.CONSOLIDATE, Act.APPROVE, Act.GIVE_BACK, Act.WITHDRAW)
