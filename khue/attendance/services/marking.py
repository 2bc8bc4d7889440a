"""Ghi vắng từng học sinh: marks that were made apart from one another, merged into the list.

A teacher without a line marks pupils one by one; what others wrote meanwhile about other pupils
stays, and what they wrote about the same pupil is never written over.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db import transaction

from khue.access.api import Actor, explain
from khue.attendance.models import Absence
from khue.attendance.queries.days import Standing, TakingLine, excused_on, standing_of
from khue.attendance.queries.frames import CORRECT, TAKE, open_class
from khue.attendance.rules.kinds import PRESENT, WITH, WITHOUT, check_mark
from khue.attendance.services.taking import (
    LONGEST_NOTE,
    Desk,
    change_of,
    check_time,
    hold_taking,
    line_of,
    sign_taking,
    why_stray,
    words_of,
    write_absences,
)
from khue.attendance.services.work import AttendanceRefused, operation_of, tell_followers
from khue.ledger.api import Change, append_changes
from khue.organisations.api import ClassCard
from khue.records.api import students_of_class
from kit.dates import print_date, vietnam_day
from kit.vietnamese import tidy

LIST = 0
"""In the place of a pupil: the teacher says that the list is complete."""


@dataclass(frozen=True, slots=True)
class PupilMark:
    """One pupil under the pen: what the teacher saw (`base`), what she wrote, when, in which act.

    `student_id` 0 (LIST) says that the list of the session is complete.
    """

    student_id: int
    base: tuple[str, int | None, str]
    kind: str
    minutes: int | None = None
    note: str = ""
    marked_at: datetime | None = None
    operation: uuid.UUID | None = None
    reason: str = ""

    @property
    def told(self) -> tuple[str, int | None, str]:
        return (self.kind, self.minutes, tidy(self.note)[:LONGEST_NOTE])


@dataclass(frozen=True, slots=True)
class MarkOutcome:
    """What became of a mark: its state, what stands of the pupil now, and a sentence."""

    student_id: int
    status: Literal["saved", "same", "conflict", "refused"]
    standing: Standing
    sentence: str = ""
    author: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """The answer: an outcome for each mark in its order, and the list as it stands."""

    outcomes: Sequence[MarkOutcome]
    taking: TakingLine


@transaction.atomic
def mark_pupils(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    day: date,
    session: str,
    marks: Sequence[PupilMark],
    period: int = 0,
) -> Marked:
    """Ghi vắng từng học sinh of one session; at most one mark for each pupil.

    A mark made on the day itself is taken as of that day, however late it arrives; later ones need
    the right to correct and a reason. Raises AttendanceRefused for the session as a whole.
    """
    card = open_class(actor, class_id, TAKE)
    check_time(card, day, session, period)
    if day > vietnam_day(now):
        raise AttendanceRefused(f"Chưa đến ngày {print_date(day)} nên chưa điểm danh được.")
    names = {one.id: one.name for one in students_of_class(class_id, day)}
    desk = Desk(card, day, session, period, operation_of(actor, now), "", names)
    return _merge(actor, desk, marks)


def _merge(actor: Actor, desk: Desk, marks: Sequence[PupilMark]) -> Marked:
    row = hold_taking(desk)
    stands = standing_of(desk.names, desk.day, desk.session, desk.period)
    excused = excused_on(desk.names, desk.day, desk.session)
    newest = (row.taken_by, row.taken_at)
    authors = {**dict.fromkeys(desk.names, newest), **_authors(desk, marks)}
    outcomes = [_outcome(actor, desk, one, stands, authors) for one in marks]
    pairs = [
        (mark, out) for mark, out in zip(marks, outcomes, strict=True) if out.status == "saved"
    ]
    pupils = [(mark, _standing(mark, excused)) for mark, _ in pairs if mark.student_id != LIST]
    wanted = {**stands, **{mark.student_id: one for mark, one in pupils if one.kind != PRESENT}}
    for mark, one in pupils:
        if one.kind == PRESENT:
            wanted.pop(mark.student_id, None)
    changed = [mark.student_id for mark, _ in pupils]
    if not pairs:
        return Marked(outcomes, line_of(row))
    write_absences(desk, wanted, changed)
    sign_taking(desk, row)
    append_changes(desk.operation, [_change(desk, mark, stands, wanted) for mark, _ in pairs])
    tell_followers(desk.card.id, changed, desk.operation)
    final = [_with(out, wanted) if out.status == "saved" else out for out in outcomes]
    return Marked(final, line_of(row))


def _with(outcome: MarkOutcome, wanted: Mapping[int, Standing]) -> MarkOutcome:
    key = outcome.student_id
    return MarkOutcome(key, outcome.status, wanted.get(key, Standing(key, PRESENT)))


def _standing(mark: PupilMark, excused: set[int]) -> Standing:
    kind, minutes, note = mark.told
    if mark.student_id in excused and kind in (WITH, WITHOUT):
        return Standing(mark.student_id, WITH, None, note, Absence.Source.NOTE)
    return Standing(mark.student_id, kind, minutes, note, Absence.Source.TEACHER)


def _outcome(
    actor: Actor,
    desk: Desk,
    mark: PupilMark,
    stands: Mapping[int, Standing],
    authors: Mapping[int, tuple[str, datetime]],
) -> MarkOutcome:
    key = mark.student_id
    standing = stands.get(key, Standing(key, PRESENT))
    refusal = _why_not(actor, desk, mark)
    if refusal:
        return MarkOutcome(key, "refused", standing, refusal)
    if key == LIST:
        return MarkOutcome(key, "saved", standing)
    told = (standing.kind, standing.minutes, standing.note)
    if told == mark.told:
        return MarkOutcome(key, "same", standing)
    if told != mark.base:
        author, at = authors[key]
        sentence = f"{author} đã ghi {desk.names[key]} là “{standing.told}”. Thầy cô chọn giữ."
        return MarkOutcome(key, "conflict", standing, sentence, author, at)
    return MarkOutcome(key, "saved", standing)


def _why_not(actor: Actor, desk: Desk, mark: PupilMark) -> str:
    if mark.student_id != LIST and mark.student_id not in desk.names:
        return why_stray(desk.card, desk.day, mark.student_id)
    wrong = check_mark(mark.kind, mark.minutes)
    if wrong:
        return wrong.sentence
    return _why_past(actor, desk.card, desk.day, mark, desk.operation.at)


def _why_past(actor: Actor, card: ClassCard, day: date, mark: PupilMark, now: datetime) -> str:
    if vietnam_day(mark.marked_at or now) == day:
        return ""
    refusal = explain(actor, CORRECT, card.place)
    if refusal or tidy(mark.reason):
        return refusal or ""
    return f"Ngày {print_date(day)} đã qua. Hãy ghi lý do sửa để lưu vào lịch sử."


def _authors(desk: Desk, marks: Sequence[PupilMark]) -> dict[int, tuple[str, datetime]]:
    rows = Absence.objects.filter(
        student_id__in=[one.student_id for one in marks],
        day=desk.day,
        session=desk.session,
        period=desk.period,
    )
    return {
        key: (by, at) for key, by, at in rows.values_list("student_id", "written_by", "written_at")
    }


def _change(
    desk: Desk, mark: PupilMark, stands: Mapping[int, Standing], wanted: Mapping[int, Standing]
) -> Change:
    key = mark.student_id
    if key == LIST:
        absent = ", ".join(f"{desk.names[one.student_id]} ({one.told})" for one in wanted.values())
        made = change_of(desk, f"Điểm danh {desk.told}", None, absent or "Có mặt đủ")
    else:
        label = f"{desk.names[key]}, {desk.told}"
        made = change_of(desk, label, words_of(stands, key), words_of(wanted, key))
    return Change(**{**vars(made), "reason": mark.reason, "operation": mark.operation})
