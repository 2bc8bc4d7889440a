"""Chốt tuần: the homeroom teacher closes the week of the class; a leader opens it again."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.diary.models import Lesson, WeekClosing
from khue.diary.permissions import CLOSE_WEEK, REOPEN
from khue.diary.rules.days import days_of_week, monday_of
from khue.diary.services.work import DiaryRefused, lock_week, operation_of
from khue.ledger.api import Change, append_changes
from khue.organisations.api import ClassCard, class_summary
from kit.dates import print_date, vietnam_day
from kit.vietnamese import tidy

NOT_YET = "Tuần từ {monday} chưa tới nên chưa chốt được. Hãy chốt khi tuần đã học xong."
EMPTY = "Tuần từ {monday} chưa có tiết nào trong sổ nên chưa chốt được. Hãy nhắc giáo viên ghi sổ."
ALREADY = "Tuần từ {monday} đã được {by} chốt. Không cần chốt lại."
NOT_CLOSED = "Tuần từ {monday} chưa chốt nên không cần mở lại."
WHY = "Hãy ghi lý do mở lại tuần để giữ trong lịch sử của sổ."


def close_week(
    *, actor: Actor, now: datetime, class_id: int, monday: date, remark: str = ""
) -> None:
    """Chốt tuần of a class with the remark of the homeroom teacher. Raises DiaryRefused."""
    card = class_summary(class_id)
    permit(actor, CLOSE_WEEK, card.place)
    first = monday_of(monday)
    with transaction.atomic():
        lock_week(class_id, first)
        _check(class_id, first, now)
        row = WeekClosing.objects.create(
            school_class_id=class_id,
            school_id=card.school_id,
            province_id=card.province_id,
            monday=first,
            remark=tidy(remark)[:500],
            closed_by=actor.name,
            closed_at=now,
        )
        change = _told(card, first, "close", None, {"remark": row.remark})
        append_changes(operation_of(actor, now), [change])


def _check(class_id: int, monday: date, now: datetime) -> None:
    shown = {"monday": print_date(monday)}
    if monday > vietnam_day(now):
        raise DiaryRefused(NOT_YET.format(**shown))
    standing = WeekClosing.objects.filter(school_class_id=class_id, monday=monday).first()
    if standing is not None:
        raise DiaryRefused(ALREADY.format(by=standing.closed_by, **shown))
    days = days_of_week(monday)
    lessons = Lesson.objects.filter(school_class_id=class_id, day__range=(days[0], days[-1]))
    if not lessons.exists():
        raise DiaryRefused(EMPTY.format(**shown))


def reopen_week(*, actor: Actor, now: datetime, class_id: int, monday: date, reason: str) -> None:
    """Mở lại tuần đã chốt, by a leader with a reason. Raises DiaryRefused."""
    card = class_summary(class_id)
    permit(actor, REOPEN, card.place)
    if not tidy(reason):
        raise DiaryRefused(WHY)
    first = monday_of(monday)
    with transaction.atomic():
        lock_week(class_id, first)
        row = WeekClosing.objects.filter(school_class_id=class_id, monday=first).first()
        if row is None:
            raise DiaryRefused(NOT_CLOSED.format(monday=print_date(first)))
        old = {"remark": row.remark, "closed_by": row.closed_by}
        row.delete()
        change = _told(card, first, "reopen", old, None, tidy(reason))
        append_changes(operation_of(actor, now), [change])


def _told(
    card: ClassCard,
    monday: date,
    action: str,
    old: dict[str, str] | None,
    new: dict[str, str] | None,
    reason: str = "",
) -> Change:
    return Change(
        subject=f"diary:{card.id}.{monday.isoformat()}",
        action=action,
        label=f"Sổ đầu bài lớp {card.name}, tuần từ {print_date(monday)}",
        old=old,
        new=new,
        reason=reason,
        school_id=card.school_id,
        province_id=card.province_id,
    )
