"""Các bước của sổ điểm một môn: finished by its teacher, opened again with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from khue.access.api import Actor, permit
from khue.gradebook.queries.books import Book, NoSuchBook, find_book
from khue.gradebook.queries.missing import Lack, lacks_of_book
from khue.gradebook.queries.states import StandingClass, classes_standing, subject_of_state
from khue.gradebook.rules.states import (
    Act,
    State,
    before,
    spoken_period,
    step_of,
    target_of,
    term_of,
)
from khue.gradebook.services.locking import SHARED, hold_term
from khue.gradebook.services.writing import hold_book
from khue.ledger.api import Author, Change, Operation, append_changes
from kit.dates import vietnam_day

SHORTEST_REASON = 3
NAMED = 4
# Only books that stand where the step begins move; a second click moves none.
MOVE = """
insert into gradebook_bookstate as kept
  (class_subject_id, period, school_id, province_id, year, state, changed_at, changed_by)
select subject.id, %(period)s, class.school_id, school.province_id, class.year, %(after)s, %(now)s,
  %(by)s
from organisations_classsubject subject
join organisations_schoolclass class on class.id = subject.school_class_id
join organisations_school school on school.organisation_id = class.school_id
where subject.id = any(%(books)s) order by subject.id
on conflict (class_subject_id, period) do update set state = excluded.state,
  changed_at = excluded.changed_at, changed_by = excluded.changed_by
where kept.state = any(%(before)s)
"""


class StepRefused(Exception):
    """A step that cannot be taken now; the text says why and what to do."""

    def __init__(self, key: str, sentence: str) -> None:
        self.key = key
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Taken:
    """A step under way: who, when, which act, in which period, and why."""

    actor: Actor
    now: datetime
    act: Act
    period: int
    reason: str = ""

    @property
    def operation(self) -> Operation:
        return Operation(Author(self.actor.account_id, self.actor.name), self.now)


def needed_reason(reason: str) -> str:
    tidy = reason.strip()[:300]
    if len(tidy) < SHORTEST_REASON:
        raise StepRefused("NO_REASON", "Chưa thực hiện vì thiếu lý do. Hãy ghi lý do để lưu lại.")
    return tidy


def class_of(class_id: int, period: int) -> StandingClass:
    found = classes_standing([class_id], period)
    if not found or period not in ((1, 2, 3, 4) if found[0].primary else (1, 2)):
        raise NoSuchBook(class_id)
    return found[0]


def hold_school(statement: str, where: StandingClass, period: int) -> None:
    hold_term(statement, where.school_id, where.year, term_of(period, primary=where.primary))


@transaction.atomic
def finish_book(*, actor: Actor, now: datetime, class_subject_id: int, period: int) -> bool:
    """Xác nhận đã nhập xong; false when it was confirmed before.

    Refused (StepRefused) while an assessment is missing or waits for a make-up.
    Law: TT 22/2021/TT-BGDĐT, Điều 19
    """
    book = find_book(class_subject_id)
    permit(actor, "gradebook.finish_book", book.place)
    taken = Taken(actor, now, Act.FINISH, period)
    room = _hold_one(book, taken)
    if room.lock is None and _state_of(room, book) is not State.OPEN:
        return False
    _refuse_other_state(room, book, taken)
    lacks = lacks_of_book(book, period, vietnam_day(now))
    if lacks:
        raise StepRefused("LACKING", _lacking(lacks))
    return _move_book(taken, book, room)


@transaction.atomic
def reopen_book(
    *, actor: Actor, now: datetime, class_subject_id: int, period: int, reason: str
) -> bool:
    """Mở lại sổ cho giáo viên bộ môn, with a reason; false when it is open already."""
    book = find_book(class_subject_id)
    permit(actor, "gradebook.reopen_book", book.place)
    taken = Taken(actor, now, Act.REOPEN, period, needed_reason(reason))
    room = _hold_one(book, taken)
    if room.lock is None and _state_of(room, book) is State.OPEN:
        return False
    _refuse_other_state(room, book, taken)
    return _move_book(taken, book, room)


def _hold_one(book: Book, taken: Taken) -> StandingClass:
    """Take the locks in the order of those who write marks, then read how far the book is.

    Where nothing is left to do nobody is made to wait.
    """
    seen = class_of(book.class_id, taken.period)
    if step_of(_state_of(seen, book), taken.act) is None:
        return seen
    hold_school(SHARED, seen, taken.period)
    hold_book(book, term_of(taken.period, primary=seen.primary), taken.now)
    return class_of(book.class_id, taken.period)


def _state_of(room: StandingClass, book: Book) -> State:
    return next((one.standing.state for one in room.books if one.id == book.id), State.OPEN)


def _refuse_other_state(room: StandingClass, book: Book, taken: Taken) -> None:
    what = spoken_period(taken.period, primary=room.primary)
    refuse_locked(room, what)
    if book.id not in {one.id for one in room.books}:
        raise StepRefused("NOT_TAUGHT", f"{book.title} không học trong {what} nên không cần chốt.")
    state = _state_of(room, book)
    if step_of(state, taken.act) is None:
        raise StepRefused("OTHER_STATE", other_state(f"Sổ điểm {book.title} {what}", state))


def refuse_locked(room: StandingClass, what: str) -> None:
    if room.lock is not None:
        raise StepRefused(
            "LOCKED",
            f"Sổ điểm {what} của trường đã khóa ({room.lock.by}) nên chưa thực hiện được."
            " Lãnh đạo trường mở sổ trước.",
        )


def other_state(name: str, state: State) -> str:
    return (
        f"{name} đang ở bước “{state.name_vi}” nên chưa thực hiện được."
        " Tải lại trang để xem ai vừa thay đổi."
    )


def _lacking(lacks: Sequence[Lack]) -> str:
    empty = {one.pupil: one.empty for one in lacks if one.empty}
    waiting = {one.pupil: one.waiting for one in lacks if one.waiting}
    said = []
    if empty:
        said.append(f"còn {_cells(empty)} lần đánh giá chưa nhập của {_names(empty)}")
    if waiting:
        said.append(f"còn {_cells(waiting)} lần chờ kiểm tra bù của {_names(waiting)}")
    return (
        f"Chưa xác nhận được: {' và '.join(said)}. Thầy cô nhập đủ các lần đánh giá; học sinh"
        " không kiểm tra bù thì ghi KP."
    )


def _cells(lacking: Mapping[str, Sequence[str]]) -> int:
    return sum(len(one) for one in lacking.values())


def _names(lacking: Mapping[str, Sequence[str]]) -> str:
    first = [f"{name} ({', '.join(one)})" for name, one in list(lacking.items())[:NAMED]]
    more = f" và {len(lacking) - NAMED} học sinh khác" if len(lacking) > NAMED else ""
    return f"{len(lacking)} học sinh: {', '.join(first)}{more}"


def _move_book(taken: Taken, book: Book, room: StandingClass) -> bool:
    move_books([book.id], taken)
    what = spoken_period(taken.period, primary=room.primary)
    change = Change(
        subject=subject_of_state(book.id, taken.period),
        action=taken.act,
        label=f"Sổ điểm {book.title}, {what}",
        old=_state_of(room, book).name_vi,
        new=target(taken.act).name_vi,
        reason=taken.reason,
        school_id=book.school_id,
        province_id=book.province_id,
    )
    append_changes(taken.operation, [change])
    return True


def target(act: Act) -> State:
    after = target_of(act)
    assert after is not None, "a lock is undone by unlock_term"
    return after


def move_books(books: Sequence[int], taken: Taken) -> None:
    given: dict[str, Any] = {
        "books": list(books),
        "period": taken.period,
        "after": target(taken.act),
        "before": list(before(taken.act)),
        "now": taken.now,
        "by": taken.actor.name,
    }
    with connection.cursor() as cursor:
        cursor.execute(MOVE, given)
