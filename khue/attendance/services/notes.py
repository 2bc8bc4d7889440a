"""Đơn xin nghỉ học: the family asks, the homeroom teacher answers, absences follow the answer."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from khue.access.api import Actor, OutsidePlace, child_place, permit
from khue.attendance.models import Absence, ExcuseNote, Taking
from khue.attendance.queries.days import subject_of_day
from khue.attendance.queries.frames import ANSWER, ASK
from khue.attendance.queries.notes import REASON_LABEL, covering
from khue.attendance.rules.days import SESSION_NAMES, SESSIONS
from khue.attendance.rules.kinds import WITH, WITHOUT, print_kind
from khue.attendance.rules.notes import why_not_asked
from khue.attendance.services.work import AttendanceRefused, operation_of, tell_followers
from khue.ledger.api import Change, Operation, append_changes
from khue.organisations.api import class_summary
from khue.records.api import student_summary
from kit.cipher import seal
from kit.dates import print_date, vietnam_day
from kit.vietnamese import tidy

LONGEST_ANSWER = 300
ACTIONS = {
    ExcuseNote.State.APPROVED: ("approve", "Đồng ý"),
    ExcuseNote.State.REFUSED: ("refuse", "Không đồng ý"),
    ExcuseNote.State.WITHDRAWN: ("withdraw", "Gia đình đã rút"),
}


@transaction.atomic
def ask_leave(
    *,
    actor: Actor,
    now: datetime,
    student_id: int,
    first_day: date,
    last_day: date,
    reason: str,
    first_session: str = SESSIONS[0],
    last_session: str = SESSIONS[-1],
) -> int:
    """Gửi đơn xin nghỉ học for a child of the asker; return the id. The reason is kept sealed.

    Raises AttendanceRefused: days in the wrong order, too long, long past, or asked already.
    """
    permit(actor, ASK, child_place(student_id))
    child = student_summary(student_id)
    if child is None or child.class_id is None:
        raise AttendanceRefused("Em chưa được xếp lớp nên chưa gửi đơn được. Hãy hỏi nhà trường.")
    days = ((first_day, first_session), (last_day, last_session))
    wrong = why_not_asked(*days, tidy(reason), vietnam_day(now))
    if wrong:
        raise AttendanceRefused(wrong.sentence)
    if covering(student_id, *days):
        raise AttendanceRefused(
            "Gia đình đã có đơn xin nghỉ trong những ngày này. Hãy xem đơn ở bên dưới,"
            " hoặc rút đơn cũ rồi gửi lại."
        )
    card = class_summary(child.class_id)
    note = ExcuseNote.objects.create(
        student_id=student_id,
        school_class_id=card.id,
        school_id=card.school_id,
        province_id=card.province_id,
        first_day=first_day,
        first_session=first_session,
        last_day=last_day,
        last_session=last_session,
        reason=seal(tidy(reason), label=REASON_LABEL, key_hex=settings.FIELD_KEY),
        asked_by=actor.name,
        asked_by_id=actor.account_id,
        asked_at=now,
    )
    told = _change(note, child.name, "ask", None, "Chờ giáo viên")
    append_changes(operation_of(actor, now), [told])
    return int(note.pk)


@transaction.atomic
def answer_note(
    *, actor: Actor, now: datetime, note_id: int, approve: bool, answer: str = ""
) -> int:
    """Trả lời đơn xin nghỉ học; on a yes, sessions without permission become sessions with.

    Returns how many sessions changed. Raises AttendanceRefused for a note that was answered or
    withdrawn meanwhile, and for a no without a word.
    """
    note = _held(note_id)
    permit(actor, ANSWER, class_summary(note.school_class_id).place)
    if note.state != ExcuseNote.State.ASKED:
        raise AttendanceRefused(
            f"Đơn này đã được xử lý: {note.get_state_display().lower()}. Hãy tải lại trang."
        )
    if not approve and not tidy(answer):
        raise AttendanceRefused("Hãy ghi lý do không đồng ý để gia đình biết.")
    operation = operation_of(actor, now)
    _settle(
        note,
        ExcuseNote.State.APPROVED if approve else ExcuseNote.State.REFUSED,
        operation,
        tidy(answer)[:LONGEST_ANSWER],
    )
    return _excuse(note, operation) if approve else 0


@transaction.atomic
def withdraw_note(*, actor: Actor, now: datetime, note_id: int) -> None:
    """Rút đơn xin nghỉ học, as long as it is unanswered or its days have not begun."""
    note = _held(note_id)
    permit(actor, ASK, child_place(note.student_id))
    ahead = note.first_day > vietnam_day(now)
    may = note.state == ExcuseNote.State.ASKED or (
        note.state == ExcuseNote.State.APPROVED and ahead
    )
    if not may:
        raise AttendanceRefused(
            "Đơn này đã được giáo viên trả lời hoặc đã rút nên không rút được nữa."
            " Hãy liên hệ giáo viên chủ nhiệm."
        )
    _settle(note, ExcuseNote.State.WITHDRAWN, operation_of(actor, now), "")


def _held(note_id: int) -> ExcuseNote:
    """The note, locked: two who answer at once do not both."""
    note = ExcuseNote.objects.select_for_update().filter(pk=note_id).first()
    if note is None:
        raise OutsidePlace(note_id)
    return note


def _settle(note: ExcuseNote, state: ExcuseNote.State, operation: Operation, answer: str) -> None:
    before = note.get_state_display()
    note.state, note.answer = state, answer
    note.answered_by, note.answered_at = operation.author.name, operation.at
    note.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    child = student_summary(note.student_id)
    action, shown = ACTIONS[state]
    told = _change(note, child.name if child else "", action, before, shown, answer)
    append_changes(operation, [told])


def _change(
    note: ExcuseNote, name: str, action: str, old: str | None, new: str, reason: str = ""
) -> Change:
    days = print_date(note.first_day)
    if note.last_day != note.first_day:
        days += f" đến {print_date(note.last_day)}"
    return Change(
        subject=f"excuse:{note.pk}",
        action=action,
        label=f"Đơn xin nghỉ của {name}, {days}",
        old=old,
        new=new,
        reason=reason,
        school_id=note.school_id,
        province_id=note.province_id,
    )


def _excuse(note: ExcuseNote, operation: Operation) -> int:
    """Turn K into P in the days of the note, and let open pages see that the list changed."""
    rows = [row for row in _without_permission(note) if _covers(note, row.day, row.session)]
    by_class: dict[int, list[Absence]] = defaultdict(list)
    for row in rows:
        row.kind, row.source = WITH, Absence.Source.NOTE
        row.written_by, row.written_at = operation.author.name, operation.at
        by_class[row.school_class_id].append(row)
    fields = ["kind", "source", "written_by", "written_at"]
    Absence.objects.bulk_update(rows, fields)
    append_changes(operation, [_became(row, note) for row in rows])
    for class_id, changed in by_class.items():
        for row in changed:
            _renew(row)
        tell_followers(class_id, [note.student_id], operation)
    return len(rows)


def _without_permission(note: ExcuseNote) -> list[Absence]:
    rows = Absence.objects.select_for_update().filter(
        student_id=note.student_id,
        kind=WITHOUT,
        day__gte=note.first_day - timedelta(days=1),
        day__lte=note.last_day,
    )
    return list(rows)


def _covers(note: ExcuseNote, day: date, session: str) -> bool:
    first, last = (note.first_day, note.first_session), (note.last_day, note.last_session)
    return first <= (day, session) <= last


def _renew(row: Absence) -> None:
    Taking.objects.filter(
        school_class_id=row.school_class_id, day=row.day, session=row.session, period=row.period
    ).update(version=F("version") + 1)


def _became(row: Absence, note: ExcuseNote) -> Change:
    child = student_summary(row.student_id)
    name = child.name if child else ""
    return Change(
        subject=subject_of_day(row.school_class_id, row.day, row.session, row.period),
        action="excuse",
        label=f"{name}, {SESSION_NAMES[row.session]} {print_date(row.day)}",
        old=print_kind(WITHOUT),
        new=print_kind(WITH),
        reason="Đơn xin nghỉ đã được đồng ý",
        school_id=note.school_id,
        province_id=note.province_id,
    )
