"""Ghi sổ đầu bài: one lesson by who taught it, corrected without losing what stood there."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from khue.access.api import Actor, OutsidePlace, explain, permit
from khue.diary.models import Lesson, WeekClosing
from khue.diary.permissions import CLOSE_WEEK, WRITE
from khue.diary.queries.absent import session_end
from khue.diary.queries.calendar import calendar_of
from khue.diary.queries.plans import scheme_of
from khue.diary.rules.days import monday_of
from khue.diary.rules.ratings import RatingRefused, check_rating
from khue.diary.rules.sessions import MOST_PERIODS, SESSIONS, is_late
from khue.diary.services.work import DiaryRefused, LessonClash, lock_week, operation_of
from khue.ledger.api import Change, Operation, append_changes
from khue.organisations.api import (
    ClassSubjectCard,
    class_subject,
    class_summary,
    permit_inside,
)
from khue.records.api import StaffLine, staff_of_account
from khue.timetable.api import TeachingLine, teachers_of
from kit.dates import print_date, vietnam_day
from kit.vietnamese import tidy

MOST_NUMBER = 999
NO_FILE = (
    "Tài khoản này chưa gắn với hồ sơ cán bộ của trường nên chưa ghi sổ được. "
    "Hãy nhờ giáo vụ gắn tài khoản ở trang cán bộ."
)
NO_TEACHER = (
    "Môn {subject} lớp {where} chưa có giáo viên dạy nên chưa ghi thay được. Hãy phân công trước."
)
FOR_WHOM = (
    "Thầy cô không được phân công môn {subject} lớp {where}. Hãy chọn dạy thay cho ai: {names}."
)
TAKEN = (
    "Tiết {period} buổi {session} ngày {day} đã ghi môn {subject} ({teacher}). "
    "Hãy chọn tiết khác, hoặc mở tiết ấy để sửa."
)
CHANGED = (
    "{teacher} hoặc người khác vừa sửa tiết này. Chưa lưu gì. Hãy xem bản mới rồi sửa lại nếu cần."
)
NOT_YOURS = (
    "Tiết này do {teacher} ghi. Người dạy, giáo viên chủ nhiệm hoặc ban giám hiệu mới sửa được."
)
CLOSED = (
    "Tuần này đã chốt nên chỉ giáo viên chủ nhiệm hoặc ban giám hiệu sửa được. "
    "Hãy nhờ thầy cô chủ nhiệm sửa giúp."
)
WHY = "Tuần này đã chốt. Hãy ghi lý do sửa để giữ trong lịch sử của sổ."
WHY_REMOVED = "Hãy ghi lý do bỏ tiết này để giữ trong lịch sử của sổ."
NO_TITLE = "Hãy ghi tên bài, nội dung tiết dạy."
NO_PERIOD = "Buổi học là sáng hoặc chiều, tiết từ 1 đến {most}. Hãy chọn lại."
NO_NUMBER = "Số tiết PPCT từ 1 đến {most}. Hãy ghi lại."


@dataclass(frozen=True, slots=True)
class Written:
    """A line that stands in the book now; `late`: ghi bù."""

    lesson_id: int
    late: bool
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    """One line as it was asked for, checked."""

    day: date
    session: str
    period: int
    values: dict[str, Any] = field(hash=False)
    operation: Operation
    noted_at: datetime
    reason: str = ""
    stands_in_for: str = ""


def write_lesson(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    day: date,
    session: str,
    period: int,
    class_subject_id: int,
    title: str,
    plan_number: int | None = None,
    remark: str = "",
    homework: str = "",
    rating: Mapping[str, str] | None = None,
    stands_in_for: str = "",
    base_version: int = 0,
    reason: str = "",
    noted_at: datetime | None = None,
    operation_id: uuid.UUID | None = None,
) -> Written:
    """Ghi một tiết; `base_version` 0 writes a new line, else the version that was read is changed.

    Who is not assigned to the subject names in `stands_in_for` whose lesson it was. A line written
    after its session has ended is ghi bù; `noted_at` is when it was written on a machine without
    a line, if it was. Raises DiaryRefused, LessonClash with a sentence.
    """
    card = _subject_of(class_id, class_subject_id)
    permit_inside(actor, WRITE, card.school_path)
    texts = {"title": tidy(title)[:400], "remark": tidy(remark)[:500]}
    values: dict[str, Any] = {**texts, "homework": tidy(homework)[:500], "plan_number": plan_number}
    values["rating"] = _rating(card.school_id, day, rating or {})
    wanted = _Wanted(
        day=day,
        session=session,
        period=period,
        values=values,
        operation=operation_of(actor, now, operation_id),
        noted_at=noted_at or now,
        reason=tidy(reason),
        stands_in_for=tidy(stands_in_for),
    )
    _check(card, wanted, now)
    with transaction.atomic():
        lock_week(class_id, monday_of(day))
        row = _standing(class_id, day, session, period)
        if row is None and base_version == 0:
            return _create(actor, card, wanted)
        return _change(actor, card, row, base_version, wanted)


def _subject_of(class_id: int, class_subject_id: int) -> ClassSubjectCard:
    card = class_subject(class_subject_id)
    if card.class_id != class_id:
        raise OutsidePlace(class_subject_id)
    return card


def _rating(school_id: int, day: date, rating: Mapping[str, str]) -> dict[str, str]:
    try:
        return check_rating(scheme_of(school_id, day), rating)
    except RatingRefused as refused:
        raise DiaryRefused(str(refused)) from refused


def _check(card: ClassSubjectCard, wanted: _Wanted, now: datetime) -> None:
    if not wanted.values["title"]:
        raise DiaryRefused(NO_TITLE)
    if wanted.session not in SESSIONS or not 1 <= wanted.period <= MOST_PERIODS:
        raise DiaryRefused(NO_PERIOD.format(most=MOST_PERIODS))
    number = wanted.values["plan_number"]
    if number is not None and not 1 <= number <= MOST_NUMBER:
        raise DiaryRefused(NO_NUMBER.format(most=MOST_NUMBER))
    calendar = calendar_of(card.province_id, card.year)
    why = calendar.why_not_on(wanted.day, vietnam_day(now))
    if why:
        raise DiaryRefused(why)


def _standing(class_id: int, day: date, session: str, period: int) -> Lesson | None:
    rows = Lesson.objects.select_for_update(of=("self",))
    return rows.filter(school_class_id=class_id, day=day, session=session, period=period).first()


def assigned_to(class_subject_id: int, day: date) -> list[TeachingLine]:
    """Who is assigned to a subject of a class on a day."""
    return teachers_of([class_subject_id], day).get(class_subject_id, [])


def own_post(actor: Actor, school_id: int, day: date) -> StaffLine | None:
    """The post of the person behind an account at a school."""
    posts = staff_of_account(actor.account_id, day)
    return next((one for one in posts if one.school_id == school_id), None)


def _create(actor: Actor, card: ClassSubjectCard, wanted: _Wanted) -> Written:
    _pass_closing(actor, card, wanted.day, wanted.reason)
    me = own_post(actor, card.school_id, wanted.day)
    if me is None:
        raise DiaryRefused(NO_FILE)
    ends = session_end(card, wanted.day, wanted.session)
    late = is_late(wanted.noted_at, wanted.day, wanted.session, ends)
    row = Lesson.objects.create(
        school_class_id=card.class_id,
        school_id=card.school_id,
        province_id=card.province_id,
        year=card.year,
        day=wanted.day,
        session=wanted.session,
        period=wanted.period,
        class_subject_id=card.id,
        teacher_id=me.id,
        teacher_name=me.name,
        stands_in_for=_for_whom(actor, card, me, wanted),
        late=late,
        written_at=wanted.operation.at,
        written_by_id=actor.account_id,
        **wanted.values,
    )
    append_changes(wanted.operation, [_told(row, card, None, wanted.reason, "write")])
    return Written(row.pk, late, row.version)


def _for_whom(actor: Actor, card: ClassSubjectCard, me: StaffLine, wanted: _Wanted) -> str:
    """Dạy thay cho ai; nobody for who is assigned."""
    assigned = assigned_to(card.id, wanted.day)
    if any(one.staff_id == me.id for one in assigned):
        permit(actor, WRITE, card.place)
        return ""
    told = {"subject": card.subject_name, "where": card.class_name}
    if not assigned:
        raise DiaryRefused(NO_TEACHER.format(**told))
    names = [one.staff_name for one in assigned]
    if wanted.stands_in_for not in names:
        raise DiaryRefused(FOR_WHOM.format(names=", ".join(names), **told))
    return wanted.stands_in_for


def _pass_closing(actor: Actor, card: ClassSubjectCard, day: date, reason: str) -> None:
    """After the week is closed only homeroom and leaders write, and say why."""
    closings = WeekClosing.objects.filter(school_class_id=card.class_id, monday=monday_of(day))
    if not closings.exists():
        return
    if explain(actor, CLOSE_WEEK, class_summary(card.class_id).place):
        raise DiaryRefused(CLOSED)
    if not reason:
        raise DiaryRefused(WHY)


def _change(
    actor: Actor,
    card: ClassSubjectCard,
    row: Lesson | None,
    base_version: int,
    wanted: _Wanted,
) -> Written:
    _permit_change(actor, card, row)
    if row is None:
        raise LessonClash(CHANGED.format(teacher="Thầy cô"))
    if base_version == 0 or row.class_subject_id != card.id:
        raise LessonClash(_taken(row))
    if base_version != row.version:
        raise LessonClash(CHANGED.format(teacher=row.teacher_name))
    _pass_closing(actor, card, row.day, wanted.reason)
    before = _values(row)
    for name, value in wanted.values.items():
        setattr(row, name, value)
    if _values(row) == before:
        return Written(row.pk, row.late, row.version)
    row.version += 1
    row.written_at, row.written_by_id = wanted.operation.at, actor.account_id
    row.save()
    append_changes(wanted.operation, [_told(row, card, before, wanted.reason, "change")])
    return Written(row.pk, row.late, row.version)


def _permit_change(actor: Actor, card: ClassSubjectCard, row: Lesson | None) -> None:
    """Who taught it, who is assigned to it, the homeroom teacher, leaders."""
    permit_inside(actor, WRITE, card.school_path)
    if row is None or row.class_subject_id != card.id:
        return
    if not _may_change(actor, card, row):
        raise DiaryRefused(NOT_YOURS.format(teacher=row.teacher_name))


def _may_change(actor: Actor, card: ClassSubjectCard, row: Lesson) -> bool:
    me = own_post(actor, card.school_id, row.day)
    mine = {row.teacher_id, *(one.staff_id for one in assigned_to(card.id, row.day))}
    if me is not None and me.id in mine:
        return True
    return explain(actor, CLOSE_WEEK, class_summary(card.class_id).place) is None


def _taken(row: Lesson) -> str:
    return TAKEN.format(
        period=row.period,
        session=SESSIONS[row.session].lower(),
        day=print_date(row.day),
        subject=class_subject(row.class_subject_id).subject_name,
        teacher=row.teacher_name,
    )


def remove_lesson(
    *, actor: Actor, now: datetime, lesson_id: int, base_version: int, reason: str
) -> None:
    """Bỏ một tiết ghi nhầm; what stood there stays in the ledger with the reason."""
    with transaction.atomic():
        row = Lesson.objects.select_for_update(of=("self",)).filter(pk=lesson_id).first()
        if row is None:
            raise OutsidePlace(lesson_id)
        lock_week(row.school_class_id, monday_of(row.day))
        card = class_subject(row.class_subject_id)
        _permit_change(actor, card, row)
        if row.version != base_version:
            raise LessonClash(CHANGED.format(teacher=row.teacher_name))
        if not tidy(reason):
            raise DiaryRefused(WHY_REMOVED)
        _pass_closing(actor, card, row.day, tidy(reason))
        change = _told(row, card, _values(row), tidy(reason), "remove")
        row.delete()
        append_changes(operation_of(actor, now), [change])


def _values(row: Lesson) -> dict[str, Any]:
    names: Sequence[str] = ("plan_number", "title", "remark", "homework", "rating")
    return {name: getattr(row, name) for name in names}


def _told(
    row: Lesson, card: ClassSubjectCard, before: dict[str, Any] | None, reason: str, action: str
) -> Change:
    label = (
        f"Sổ đầu bài lớp {card.class_name}, {print_date(row.day)}, buổi "
        f"{SESSIONS[row.session].lower()} tiết {row.period}, {card.subject_name}"
    )
    return Change(
        subject=f"lesson:{row.pk}",
        action=action,
        label=label,
        old=before,
        new=None if action == "remove" else _values(row),
        reason=reason,
        school_id=row.school_id,
        province_id=row.province_id,
    )
