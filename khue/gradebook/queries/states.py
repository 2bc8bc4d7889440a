"""Trạng thái sổ: what closes a book now, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import connection

from khue.access.api import class_place
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.rules.states import State, spoken_period, state_of_class, with_lock
from khue.gradebook.rules.windows import Days, days_in_force, outside_sentence
from khue.ledger.api import HistoryLine, history_of
from kit.dates import print_moment
from kit.statements import kept_rows

# A book counts in a term in which the subject is taught; a primary book without mark columns too.
TAUGHT = """(subject.regular_marks > 0 or class.level = '02')
  and case when (case when class.level = '02' then (%(period)s + 1) / 2 else %(period)s end) = 1
    then subject.periods_term1 else subject.periods_term2 end > 0"""
TERM = "(case when class.level = '02' then (%(period)s + 1) / 2 else %(period)s end)"
LOCK = f"""left join gradebook_termlock lock on lock.school_id = class.school_id
  and lock.year = class.year and lock.term = {TERM}"""
WINDOW = """left join gradebook_entrywindow {name} on {name}.year = class.year
  and {name}.period = %(period)s + case when class.level = '02' then 10 else 0 end and {whose}"""
CLOSING = f"""
select class.level = '02', class.name, lock.locked_by, lock.locked_at,
  state.state, state.changed_by, state.changed_at, node.name, department.name,
  general.opens_on, general.closes_on, general.note,
  special.opens_on, special.closes_on, special.note, own.opens_on, own.closes_on, own.note
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

BOOKS_OF_CLASSES = f"""
select class.id, class.name, class.level = '02', class.grades[1], class.year, class.school_id,
  school.province_id, node.path, subject.id, coalesce(what.short_name, what.name),
  state.state, state.changed_by, state.changed_at, lock.locked_by, lock.locked_at
from organisations_schoolclass class
join organisations_school school on school.organisation_id = class.school_id
join organisations_organisation node on node.id = class.school_id
{LOCK}
left join organisations_classsubject subject on subject.school_class_id = class.id and {TAUGHT}
left join organisations_subject what on what.id = subject.subject_id
left join gradebook_bookstate state on state.class_subject_id = subject.id
  and state.period = %(period)s
where class.id = any(%(classes)s)
order by class.position, class.name_key, subject.position, what.position, subject.id
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


def _days(columns: Sequence[Any], by: str, *, own: bool = False) -> Days | None:
    opens, closes, note = columns
    return Days(opens, closes, by, own, note) if opens else None


def _fetch(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def closing_of(class_id: int, class_subject_id: int, period: int) -> Closing:
    """What closes a book in a period; one statement."""
    given = {"class": class_id, "book": class_subject_id, "period": period}
    found = kept_rows(CLOSING, given)
    if not found:
        raise NoSuchBook(class_subject_id)
    primary, name, locked_by, locked_at, state, by, at, school, department, *days = found[0]
    limits = days_in_force(
        _days(days[:3], department),
        _days(days[3:6], department),
        _days(days[6:], school, own=True),
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


@dataclass(frozen=True, slots=True)
class StandingBook:
    """One book of a class and how far it has come."""

    id: int
    short_name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class StandingClass:
    """Lớp trong một học kì: its books that count, how far each has come, the school's lock."""

    id: int
    name: str
    primary: bool
    grade: str
    year: int
    school_id: int
    province_id: int
    school_path: str
    lock: Standing | None
    books: tuple[StandingBook, ...] = ()

    @property
    def place(self) -> str:
        return class_place(self.school_path, self.id)

    @property
    def own_state(self) -> State:
        """That of the book that is least far, whatever the school has locked."""
        return state_of_class(book.standing.state for book in self.books)

    @property
    def state(self) -> State:
        return with_lock(self.own_state, locked=self.lock is not None)

    def at(self, *states: State) -> list[StandingBook]:
        return [book for book in self.books if book.standing.state in states]


def classes_standing(class_ids: Sequence[int], period: int) -> list[StandingClass]:
    """How far every book of some classes has come in a period; one statement."""
    rows = _fetch(BOOKS_OF_CLASSES, {"classes": list(class_ids), "period": period})
    return [
        _standing_class(list(group)) for _, group in groupby(rows, key=lambda row: (row[0], row[1]))
    ]


def _standing_class(rows: list[tuple[Any, ...]]) -> StandingClass:
    books = [
        StandingBook(row[8], row[9], standing_of(*row[10:13])) for row in rows if row[8] is not None
    ]
    class_id, name, primary, grade, year, school_id, province_id, path = rows[0][:8]
    return StandingClass(
        id=class_id,
        name=name,
        primary=primary,
        grade=grade,
        year=year,
        school_id=school_id,
        province_id=province_id,
        school_path=path,
        lock=_lock(*rows[0][13:]),
        books=tuple(books),
    )


def subject_of_state(book_id: int, period: int) -> str:
    """How the ledger calls the state of a book."""
    return f"book:{book_id}.{period}"


def subject_of_class_state(class_id: int, period: int) -> str:
    """How the ledger calls the state of all books of a class."""
    return f"classbook:{class_id}.{period}"


def steps_of_book(class_id: int, book_id: int, period: int) -> list[HistoryLine]:
    """Who took which step with this book, alone or with its class, newest first."""
    return history_of([subject_of_state(book_id, period), subject_of_class_state(class_id, period)])


_ASK = "Cần sửa, thầy cô chọn ô điểm rồi bấm “Đề nghị sửa điểm”"
_ASK_PRIMARY = (
    "Cần sửa, thầy cô đề nghị giáo viên chủ nhiệm hoặc lãnh đạo trường mở lại sổ của môn."
)
_CLOSED_BOOK = {
    State.TEACHER_DONE: "đã được xác nhận nhập xong",
    State.HOMEROOM_CONSOLIDATED: "đã được giáo viên chủ nhiệm tổng hợp",
    State.PRINCIPAL_APPROVED: "đã được lãnh đạo trường duyệt",
    State.LOCKED: "đã khóa",
}
_WHO_AGREES = {
    State.TEACHER_DONE: "; giáo viên chủ nhiệm xác nhận thì điểm được sửa.",
    State.HOMEROOM_CONSOLIDATED: "; giáo viên chủ nhiệm xác nhận thì điểm được sửa.",
    State.PRINCIPAL_APPROVED: "; giáo viên chủ nhiệm xác nhận và lãnh đạo trường đồng ý thì điểm"
    " được sửa.",
    State.LOCKED: ", hoặc đề nghị lãnh đạo trường mở sổ.",
}
_WHO_OPENS_CLASS = {
    State.HOMEROOM_CONSOLIDATED: "Cần sửa, giáo viên chủ nhiệm trả lớp về bước tổng hợp trước.",
    State.PRINCIPAL_APPROVED: "Cần sửa, thầy cô đề nghị lãnh đạo trường thu hồi duyệt.",
    State.LOCKED: "Cần sửa, thầy cô đề nghị lãnh đạo trường mở sổ.",
}


def closing_sentence(closing: Closing, title: str, period: int, today: date) -> str:
    """Why a book (`title`: "Toán 8A") may not be written in today; "" when it may."""
    what = spoken_period(period, primary=closing.primary)
    if closing.state is State.OPEN:
        return outside_sentence(closing.days, today, what)
    ask = _ASK_PRIMARY if closing.primary else f"{_ASK}{_WHO_AGREES[closing.state]}"
    return (
        f"Sổ điểm {title} {what} {_CLOSED_BOOK[closing.state]}{_who_and_when(closing)} nên không"
        f" sửa trực tiếp được. {ask}"
    )


def class_closing_sentence(closing: Closing, period: int) -> str:
    """Why the work of the homeroom teacher on a class is closed; "" when it is open."""
    if closing.state not in _WHO_OPENS_CLASS:
        return ""
    what = spoken_period(period, primary=closing.primary)
    return (
        f"Kết quả {what} của lớp {closing.name} {_CLOSED_BOOK[closing.state]}"
        f"{_who_and_when(closing)} nên không sửa được. {_WHO_OPENS_CLASS[closing.state]}"
    )


def _who_and_when(closing: Closing) -> str:
    standing = closing.standing
    return f" ({standing.by}, {print_moment(standing.at)})" if standing.at else ""
