"""Các bước của cả lớp: consolidated by the homeroom teacher, approved by leaders, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.gradebook.queries.missing import (
    open_corrections,
    pupils_without_conduct,
    pupils_without_qualities,
)
from khue.gradebook.queries.states import (
    StandingClass,
    classes_standing,
    subject_of_class_state,
)
from khue.gradebook.rules.states import Act, State, before, is_at_least, spoken_period
from khue.gradebook.services.locking import ALONE
from khue.gradebook.services.steps import (
    NAMED,
    StepRefused,
    Taken,
    class_of,
    hold_school,
    move_books,
    needed_reason,
    other_state,
    refuse_locked,
    target,
)
from khue.ledger.api import Change, append_changes
from kit.dates import vietnam_day


@dataclass(frozen=True, slots=True)
class Approved:
    """What became of each class of an approval: names of those approved, reasons of the others."""

    classes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@transaction.atomic
def consolidate_class(*, actor: Actor, now: datetime, class_id: int, period: int) -> bool:
    """Tổng hợp lớp: all subjects are done and conduct is given; false when it was done before.

    Law: TT 22/2021/TT-BGDĐT, Điều 20
    """
    taken = Taken(actor, now, Act.CONSOLIDATE, period)
    room = _hold_class(taken, class_id, "gradebook.consolidate_class")
    if is_at_least(room.own_state, State.HOMEROOM_CONSOLIDATED):
        return False
    reason = _unready(room, taken) or _unjudged(room, period, now)
    if reason:
        raise StepRefused("NOT_READY", reason)
    return _move_classes(taken, [room])


@transaction.atomic
def give_back_class(
    *, actor: Actor, now: datetime, class_id: int, period: int, reason: str
) -> bool:
    """Trả lại lớp để tổng hợp lại, with a reason; false when nothing was consolidated."""
    taken = Taken(actor, now, Act.GIVE_BACK, period, needed_reason(reason))
    return _step_back(taken, class_id, "gradebook.reopen_book")


@transaction.atomic
def withdraw_approval(
    *, actor: Actor, now: datetime, class_id: int, period: int, reason: str
) -> bool:
    """Thu hồi duyệt một lớp, with a reason; false when the class is not approved."""
    taken = Taken(actor, now, Act.WITHDRAW, period, needed_reason(reason))
    return _step_back(taken, class_id, "gradebook.approve_class")


@transaction.atomic
def approve_classes(
    *, actor: Actor, now: datetime, class_ids: Sequence[int], period: int
) -> Approved:
    """Duyệt kết quả các lớp: each that is consolidated; of the others it says why not.

    All classes stand at one school in one year. Few statements, however many classes.
    Law: TT 22/2021/TT-BGDĐT, Điều 18
    """
    taken = Taken(actor, now, Act.APPROVE, period)
    rooms = _permitted(actor, class_ids, period, "gradebook.approve_class")
    for room in rooms[:1]:
        hold_school(ALONE, room, period)
    rooms = classes_standing([room.id for room in rooms], period)
    asked = open_corrections([room.id for room in rooms], period)
    reasons = {room.id: _unapprovable(room, taken, asked.get(room.id, 0)) for room in rooms}
    ready = [room for room in rooms if not reasons[room.id]]
    if ready:
        _move_classes(taken, [room for room in ready if not _is_approved(room)])
    return Approved([room.name for room in ready], [one for one in reasons.values() if one])


def _is_approved(room: StandingClass) -> bool:
    return is_at_least(room.own_state, State.PRINCIPAL_APPROVED)


def _permitted(
    actor: Actor, class_ids: Iterable[int], period: int, permission: str
) -> list[StandingClass]:
    """The classes, each through the gate; those of another kind or school are left out."""
    rooms = classes_standing(sorted(set(class_ids)), period)
    for room in rooms:
        permit(actor, permission, room.place)
    return [one for one in rooms if _together(one) == _together(rooms[0])]


def _together(room: StandingClass) -> tuple[int, int, bool]:
    return room.school_id, room.year, room.primary


def _hold_class(taken: Taken, class_id: int, permission: str) -> StandingClass:
    room = class_of(class_id, taken.period)
    permit(taken.actor, permission, room.place)
    hold_school(ALONE, room, taken.period)
    return class_of(class_id, taken.period)


def _step_back(taken: Taken, class_id: int, permission: str) -> bool:
    room = _hold_class(taken, class_id, permission)
    refuse_locked(room, spoken_period(taken.period, primary=room.primary))
    if any(is_at_least(book.standing.state, _too_far(taken.act)) for book in room.books):
        raise StepRefused("OTHER_STATE", other_state(f"Lớp {room.name}", State.PRINCIPAL_APPROVED))
    return _move_classes(taken, [room]) if room.at(*before(taken.act)) else False


def _too_far(act: Act) -> State:
    return State.PRINCIPAL_APPROVED if act is Act.GIVE_BACK else State.LOCKED


def _unready(room: StandingClass, taken: Taken) -> str:
    """Why the class cannot go on, from its books; "" when it can."""
    what = spoken_period(taken.period, primary=room.primary)
    refuse_locked(room, what)
    if not room.books:
        return f"Lớp {room.name} chưa có môn học nào trong {what}."
    late = [book.short_name for book in room.at(State.OPEN)]
    if late:
        return (
            f"Lớp {room.name} còn {len(late)} môn chưa được giáo viên bộ môn xác nhận nhập xong:"
            f" {', '.join(late)}. Thầy cô nhắc giáo viên các môn này xác nhận trên trang sổ điểm."
        )
    return _asked(room, open_corrections([room.id], taken.period).get(room.id, 0))


def _asked(room: StandingClass, count: int) -> str:
    if not count:
        return ""
    return (
        f"Lớp {room.name} còn {count} đề nghị sửa điểm chưa được trả lời."
        " Hãy xác nhận hoặc từ chối các đề nghị trước."
    )


def _unjudged(room: StandingClass, period: int, now: datetime) -> str:
    """Whose conduct (or qualities, at a primary school) the homeroom teacher has not given."""
    today = vietnam_day(now)
    if room.primary:
        names = pupils_without_qualities(room.id, period, today)
        what = "phẩm chất, năng lực"
    else:
        names = pupils_without_conduct(room.id, room.year, period, today)
        what = "kết quả rèn luyện"
    if not names:
        return ""
    more = f" và {len(names) - NAMED} học sinh khác" if len(names) > NAMED else ""
    return (
        f"Còn {len(names)} học sinh lớp {room.name} chưa được đánh giá {what}:"
        f" {', '.join(names[:NAMED])}{more}. Thầy cô nhập đủ rồi tổng hợp lại."
    )


def _unapprovable(room: StandingClass, taken: Taken, asked: int) -> str:
    what = spoken_period(taken.period, primary=room.primary)
    if room.lock is not None:
        return f"Lớp {room.name}: sổ điểm {what} của trường đã khóa."
    if not is_at_least(room.own_state, State.HOMEROOM_CONSOLIDATED):
        return f"Lớp {room.name}: giáo viên chủ nhiệm chưa tổng hợp {what}."
    return _asked(room, asked)


def _move_classes(taken: Taken, rooms: Sequence[StandingClass]) -> bool:
    """Move the books that stand where the step begins; one entry of the ledger per class."""
    moving = {room.id: room.at(*before(taken.act)) for room in rooms}
    move_books([book.id for books in moving.values() for book in books], taken)
    changes = [_class_change(taken, room, len(moving[room.id])) for room in rooms]
    if changes:
        append_changes(taken.operation, changes)
    return True


def _class_change(taken: Taken, room: StandingClass, books: int) -> Change:
    what = spoken_period(taken.period, primary=room.primary)
    return Change(
        subject=subject_of_class_state(room.id, taken.period),
        action=taken.act,
        label=f"Sổ điểm lớp {room.name}, {what} ({books} môn)",
        old=before(taken.act)[0].name_vi,
        new=target(taken.act).name_vi,
        reason=taken.reason,
        school_id=room.school_id,
        province_id=room.province_id,
    )
