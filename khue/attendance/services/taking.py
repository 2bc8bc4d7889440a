"""Điểm danh: the pupils who are not there are written down, never over a newer list.

Law: TT 22/2021/TT-BGDĐT, Phụ lục (Sổ theo dõi và đánh giá học sinh)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from django.db import transaction

from khue.access.api import Actor, permit
from khue.attendance.models import Absence, Taking
from khue.attendance.queries.days import (
    Standing,
    TakingLine,
    excused_on,
    standing_of,
    subject_of_day,
)
from khue.attendance.queries.frames import CORRECT, TAKE, days_of_class, open_class
from khue.attendance.rules.days import MOST_PERIODS, SESSION_NAMES, SESSIONS, why_free
from khue.attendance.rules.kinds import PRESENT, WITH, WITHOUT, check_mark, print_kind
from khue.attendance.services.work import AttendanceRefused, operation_of, tell_followers
from khue.ledger.api import Change, Operation, append_changes
from khue.organisations.api import ClassCard
from khue.records.api import RollLine, roll_of_class, students_of_class
from kit.dates import print_date, vietnam_day
from kit.vietnamese import tidy

Status = Literal["saved", "same", "conflict"]
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A pupil who is not simply there."""

    student_id: int
    kind: str
    minutes: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a list: in a conflict `standing` is what the other teacher wrote."""

    status: Status
    taking: TakingLine
    standing: Mapping[int, Standing]
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """One session of a class under the pen."""

    card: ClassCard
    day: date
    session: str
    period: int
    operation: Operation
    reason: str
    names: Mapping[int, str]

    @property
    def subject(self) -> str:
        return subject_of_day(self.card.id, self.day, self.session, self.period)

    @property
    def told(self) -> str:
        part = f" tiết {self.period}" if self.period else ""
        return f"{SESSION_NAMES[self.session]}{part} {print_date(self.day)}"


@transaction.atomic
def take_attendance(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    day: date,
    session: str,
    entries: Sequence[Entry],
    base_version: int,
    period: int = 0,
    reason: str = "",
) -> Taken:
    """Ghi điểm danh của một lớp: `entries` are all who are absent, late or leave early.

    `base_version` is the version the teacher saw (0: nobody had taken it). When another list was
    saved since, nothing is written and both are shown. A day that is over is corrected by those
    who may, with a reason. Raises AttendanceRefused.
    """
    card = open_class(actor, class_id, TAKE)
    check_time(card, day, session, period)
    _check_past(actor, card, day, now, reason)
    wanted = _wanted(card, day, session, entries)
    names = {one.id: one.name for one in students_of_class(class_id, day)}
    desk = Desk(card, day, session, period, operation_of(actor, now), tidy(reason), names)
    return _save(desk, wanted, base_version)


def check_time(card: ClassCard, day: date, session: str, period: int) -> None:
    if session not in SESSIONS or not 0 <= period <= MOST_PERIODS:
        raise AttendanceRefused("Buổi hoặc tiết này không có. Hãy mở lại trang điểm danh.")
    if card.closed_on is not None and day > card.closed_on:
        told = f"Lớp {card.name} đã đóng từ ngày {print_date(card.closed_on)}"
        raise AttendanceRefused(f"{told} nên không điểm danh được. Hãy hỏi giáo vụ về lớp mới.")
    free = why_free(days_of_class(card, day), day, session)
    if free:
        raise AttendanceRefused(free.sentence)


def _check_past(actor: Actor, card: ClassCard, day: date, now: datetime, reason: str) -> None:
    """Today is free to change; a day that is over needs the right to correct, and a reason."""
    today = vietnam_day(now)
    if day > today:
        raise AttendanceRefused(f"Chưa đến ngày {print_date(day)} nên chưa điểm danh được.")
    if day < today:
        permit(actor, CORRECT, card.place)
        if not tidy(reason):
            raise AttendanceRefused(
                f"Ngày {print_date(day)} đã qua. Hãy ghi lý do sửa để lưu vào lịch sử."
            )


def _wanted(
    card: ClassCard, day: date, session: str, entries: Sequence[Entry]
) -> dict[int, Standing]:
    """The list as it will stand: an approved request turns K into P."""
    given = {one.student_id: one for one in entries if one.kind != PRESENT}
    present = {one.id for one in students_of_class(card.id, day)}
    for stray in given.keys() - present:
        raise AttendanceRefused(why_stray(card, day, stray))
    for one in given.values():
        wrong = check_mark(one.kind, one.minutes)
        if wrong:
            raise AttendanceRefused(wrong.sentence)
    excused = excused_on(given, day, session)
    return {key: _standing(one, excused=key in excused) for key, one in given.items()}


def _standing(entry: Entry, *, excused: bool) -> Standing:
    note = tidy(entry.note)[:LONGEST_NOTE]
    if excused and entry.kind in (WITH, WITHOUT):
        return Standing(entry.student_id, WITH, None, note, Absence.Source.NOTE)
    return Standing(entry.student_id, entry.kind, entry.minutes, note, Absence.Source.TEACHER)


def why_stray(card: ClassCard, day: date, student_id: int) -> str:
    """Why a pupil is not on the list of the day."""
    rows = roll_of_class(card.id, date(card.year, 6, 1), date(card.year + 1, 8, 31))
    stays = [row for row in rows if row.student_id == student_id]
    if not stays:
        return f"Học sinh này không có trong danh sách lớp {card.name}. Hãy tải lại trang."
    return _why_away(stays[-1], day)


def _why_away(stay: RollLine, day: date) -> str:
    if stay.starts_on > day:
        return (
            f"{stay.name} vào lớp từ ngày {print_date(stay.starts_on)} nên không điểm danh được"
            f" ngày {print_date(day)}. Hãy tải lại trang."
        )
    left = f" ngày {print_date(stay.ends_on)}" if stay.ends_on else ""
    return f"{stay.name} đã rời lớp{left} nên không điểm danh được. Hãy tải lại trang."


def _save(desk: Desk, wanted: Mapping[int, Standing], base_version: int) -> Taken:
    row = hold_taking(desk)
    stands = standing_of(desk.names, desk.day, desk.session, desk.period)
    same = _told(stands) == _told(wanted)
    if row.version and same:
        return Taken("same", line_of(row), stands)
    if row.version != base_version:
        return Taken("conflict", line_of(row), stands)
    wanted = {key: _keeping_source(one, stands.get(key)) for key, one in wanted.items()}
    changed = [key for key in {*stands, *wanted} if stands.get(key) != wanted.get(key)]
    write_absences(desk, wanted, changed)
    first = row.version == 0
    sign_taking(desk, row)
    append_changes(desk.operation, _changes(desk, stands, wanted, changed, first=first))
    tell_followers(desk.card.id, changed, desk.operation)
    return Taken("saved", line_of(row), wanted, len(changed))


def _told(standing: Mapping[int, Standing]) -> dict[int, tuple[str, int | None, str]]:
    return {key: (one.kind, one.minutes, one.note) for key, one in standing.items()}


def _keeping_source(wanted: Standing, before: Standing | None) -> Standing:
    """What nobody changed keeps saying where it came from."""
    same = before and replace(before, source=wanted.source) == wanted
    return before if before and same else wanted


def hold_taking(desk: Desk) -> Taking:
    """The row of the session, locked: of two who save at once the second waits, then sees."""
    card = desk.card
    fresh = Taking(
        school_class_id=card.id,
        school_id=card.school_id,
        province_id=card.province_id,
        year=card.year,
        day=desk.day,
        session=desk.session,
        period=desk.period,
        taken_by=desk.operation.author.name,
        taken_by_id=desk.operation.author.account_id or 0,
        taken_at=desk.operation.at,
        version=0,
    )
    Taking.objects.bulk_create([fresh], ignore_conflicts=True)
    return Taking.objects.select_for_update().get(
        school_class_id=card.id, day=desk.day, session=desk.session, period=desk.period
    )


def sign_taking(desk: Desk, row: Taking) -> None:
    row.version += 1
    row.size = len(desk.names)
    row.taken_by = desk.operation.author.name
    row.taken_by_id = desk.operation.author.account_id or 0
    row.taken_at = desk.operation.at
    row.save(update_fields=["version", "size", "taken_by", "taken_by_id", "taken_at"])


def line_of(row: Taking) -> TakingLine:
    return TakingLine(row.version, row.taken_by, row.taken_at, row.size)


def write_absences(desk: Desk, wanted: Mapping[int, Standing], changed: Sequence[int]) -> None:
    where = {"day": desk.day, "session": desk.session, "period": desk.period}
    gone = [key for key in changed if key not in wanted]
    if gone:
        Absence.objects.filter(student_id__in=gone, **where).delete()
    rows = [_absence(desk, wanted[key]) for key in changed if key in wanted]
    Absence.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["student", "day", "session", "period"],
        update_fields=[
            *("kind", "minutes", "note", "source", "written_by", "written_at"),
            *("school_class", "school", "province", "year"),
        ],
    )


def _absence(desk: Desk, one: Standing) -> Absence:
    card = desk.card
    return Absence(
        student_id=one.student_id,
        school_class_id=card.id,
        school_id=card.school_id,
        province_id=card.province_id,
        year=card.year,
        day=desk.day,
        session=desk.session,
        period=desk.period,
        kind=one.kind,
        minutes=one.minutes,
        note=one.note,
        source=one.source,
        written_by=desk.operation.author.name,
        written_at=desk.operation.at,
    )


def _changes(
    desk: Desk,
    stands: Mapping[int, Standing],
    wanted: Mapping[int, Standing],
    changed: Sequence[int],
    *,
    first: bool,
) -> list[Change]:
    """One line for the first list of a session; afterwards one for each pupil that changed."""
    if first:
        told = ", ".join(f"{desk.names[key]} ({one.told})" for key, one in wanted.items())
        return [change_of(desk, f"Điểm danh {desk.told}", None, told or "Có mặt đủ")]
    return [
        change_of(
            desk, f"{desk.names[key]}, {desk.told}", words_of(stands, key), words_of(wanted, key)
        )
        for key in changed
    ] or [change_of(desk, f"Điểm danh {desk.told}", None, "Xác nhận lại")]


def words_of(standing: Mapping[int, Standing], key: int) -> str:
    one = standing.get(key)
    if one is None:
        return print_kind(PRESENT)
    return f"{one.told} ({one.note})" if one.note else one.told


def change_of(desk: Desk, label: str, old: str | None, new: str) -> Change:
    return Change(
        subject=desk.subject,
        action="correct" if desk.reason else "change" if old else "enter",
        label=label,
        old=old,
        new=new,
        reason=desk.reason,
        school_id=desk.card.school_id,
        province_id=desk.card.province_id,
    )
