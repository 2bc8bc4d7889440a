"""Nhà trường hôm nay: who is there, what was not taken or written, what waits for an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from khue.access.api import LEADERS, Actor, Role, explain
from khue.attendance.api import Alert, ClassNow, classes_today, kept_alerts, notes_waiting
from khue.contactbook.api import notices_sent_today
from khue.diary.api import Lines, lines_of_school, weeks_to_close
from khue.gradebook.api import (
    BookState,
    Count,
    classes_standing,
    corrections_waiting,
    progress_of_school,
    school_year_on,
)
from khue.intake.api import RunView, State, latest_runs
from khue.ledger.api import latest_changes
from khue.organisations.api import SchoolCard, current_year, school_summary
from khue.portal.queries.day.calendar import SchoolDay, school_day
from khue.portal.queries.day.first_steps import Begun, Step, steps_of_school
from khue.portal.queries.history import ShownLine, shown_lines
from khue.portal.rules.due import Due, Urgency
from khue.records.api import staff_of_school, waiting_transfers
from khue.timetable.api import homeroom_of
from kit.dates import vietnam_day, vietnam_time

OFFICE = {*LEADERS, Role.OFFICE, Role.TECHNOLOGY}
NAMES_SHOWN = 6
RUNS_SHOWN = 3
SCHOOL_BEGINS = 7
_PRIMARY_LEVEL = "02"


@dataclass(frozen=True, slots=True)
class SchoolToday:
    """How a school stands on the day that is shown."""

    school: SchoolCard
    day: SchoolDay
    rooms: list[ClassNow]
    staff: int
    progress: Count
    term: int
    lines: Lines
    alerts: list[Alert]
    notices: int
    runs: list[RunView]
    changes: list[ShownLine]
    dues: list[Due] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    """What is to be done first, while the school has not begun."""

    @property
    def students(self) -> int:
        return sum(one.size for one in self.rooms)

    @property
    def taken(self) -> list[ClassNow]:
        """The classes of which at least one session was taken."""
        return [one for one in self.rooms if any(held.taken for held in one.sessions)]

    @property
    def not_taken(self) -> list[ClassNow]:
        return [one for one in self.rooms if not any(held.taken for held in one.sessions)]

    @property
    def absent(self) -> int:
        """Pupils who are away in some session, each counted once."""
        return sum(_absent(one) for one in self.rooms)

    @property
    def present(self) -> int:
        return sum(one.size for one in self.taken) - self.absent

    @property
    def late(self) -> int:
        return sum(held.late for one in self.rooms for held in one.sessions)


def _absent(room: ClassNow) -> int:
    away = (line for held in room.sessions for line in held.away if line.kind in ("p", "k"))
    return len({line.student_id for line in away})


def school_day_of(actor: Actor) -> int | None:
    """The school whose office or lead the actor is."""
    return next((one.school_id for one in actor.grants if one.role in OFFICE), None)


def school_today(actor: Actor, school_id: int, now: datetime) -> SchoolToday:
    """The figures of a school for its leaders and office, and what is due."""
    school, today = school_summary(school_id), vietnam_day(now)
    day = school_day(school_id, school.province_id, today)
    year = current_year(school.province_id, today)
    term = year.term_on(today).number if year else 1
    rooms = _rooms(actor, school, day.shown)
    found = SchoolToday(
        school=school,
        day=day,
        rooms=rooms,
        staff=len(staff_of_school(school_id, today)),
        progress=progress_of_school(actor, school_id, school_year_on(today), term, now).count,
        term=term,
        lines=lines_of_school(school_id, day.shown - timedelta(days=6), day.shown),
        alerts=kept_alerts([one.card for one in rooms], today) if rooms else [],
        notices=notices_sent_today(school_id, day.shown),
        runs=latest_runs(actor=actor, most=RUNS_SHOWN),
        changes=shown_lines(latest_changes(school_id=school_id, limit=6)),
    )
    found.dues.extend(_dues(actor, found, now))
    found.steps.extend(_steps(actor, found))
    return found


def _steps(actor: Actor, found: SchoolToday) -> list[Step]:
    classes = [one.card.id for one in found.rooms]
    return steps_of_school(
        actor,
        found.school,
        Begun(
            rooms=len(classes),
            students=found.students,
            staff=found.staff,
            assigned=bool(homeroom_of(classes, found.day.today)) if classes else False,
            lessons=bool(found.progress.entered or found.taken),
        ),
    )


def _rooms(actor: Actor, school: SchoolCard, day: date) -> list[ClassNow]:
    if explain(actor, "attendance.view", school.path):
        return []
    return classes_today(actor, day, school.id)


def _dues(actor: Actor, found: SchoolToday, now: datetime) -> Iterator[Due]:
    today = vietnam_day(now)
    if actor.holds(*LEADERS, Role.OFFICE):
        yield from _attendance(actor, found, now)
        yield from _diary(found, today)
        yield from _transfers(found)
    if actor.holds(*LEADERS):
        yield from _approvals(actor, found, today)
    yield from _imports(found)


def _attendance(actor: Actor, found: SchoolToday, now: datetime) -> Iterator[Due]:
    begun = vietnam_time(now).hour >= SCHOOL_BEGINS
    if found.day.is_school_day and begun and found.not_taken:
        yield Due(
            Urgency.NOW,
            f"{len(found.not_taken)} lớp chưa điểm danh",
            "attendance.school",
            note=_names([one.card.name for one in found.not_taken]),
            icon="check-circle",
            count=len(found.not_taken),
        )
    waiting = notes_waiting(actor, vietnam_day(now))
    if waiting:
        yield Due(
            Urgency.WAITING,
            f"{waiting} đơn xin nghỉ chưa ai trả lời",
            "attendance.notes",
            note="Giáo viên chủ nhiệm hoặc ban giám hiệu trả lời",
            icon="mail",
            count=waiting,
        )
    if found.alerts:
        first = found.alerts[0]
        yield Due(
            Urgency.WAITING,
            f"{len(found.alerts)} học sinh cần quan tâm vì nghỉ học",
            "attendance.alerts",
            note=f"{first.name} ({first.card.name}): {first.signs[0].seen}",
            icon="alert",
            count=len(found.alerts),
        )


def _diary(found: SchoolToday, today: date) -> Iterator[Due]:
    names = {one.card.id: one.card.name for one in found.rooms}
    weeks = weeks_to_close(list(names), today) if names else []
    late = [one for one in weeks if (today - one.monday).days > 7]
    if late:
        yield Due(
            Urgency.LATE,
            f"{len(late)} tuần sổ đầu bài chưa chốt",
            "diary.teaching",
            note=_names(list(dict.fromkeys(names[one.class_id] for one in late))),
            icon="book",
            count=len(late),
            until=late[0].monday,
        )
    if found.lines.late:
        yield Due(
            Urgency.LATER,
            f"{found.lines.late} tiết ghi bù trong bảy ngày qua",
            "diary.teaching",
            note=f"Trong {found.lines.many} tiết đã ghi",
            icon="book",
        )


def _transfers(found: SchoolToday) -> Iterator[Due]:
    waiting = waiting_transfers(found.school.id)
    if waiting:
        yield Due(
            Urgency.WAITING,
            f"{waiting} đơn chuyển trường chờ tiếp nhận",
            "records.transfers",
            note="Nhận vào lớp hoặc từ chối, trường cũ thấy ngay",
            icon="transfer",
            count=waiting,
        )


def _approvals(actor: Actor, found: SchoolToday, today: date) -> Iterator[Due]:
    primary = _PRIMARY_LEVEL in found.school.levels
    ids = [one.card.id for one in found.rooms]
    standing = [] if primary or not ids else classes_standing(ids, found.term)
    ready = [one.name for one in standing if one.state == BookState.HOMEROOM_CONSOLIDATED]
    if ready:
        yield Due(
            Urgency.WAITING,
            f"{len(ready)} lớp chờ duyệt sổ điểm",
            "gradebook.overview",
            note=_names(ready),
            icon="gradebook",
            count=len(ready),
        )
    waiting = corrections_waiting(actor, school_year_on(today), today)
    if waiting:
        yield Due(
            Urgency.WAITING,
            f"{waiting} đề nghị sửa điểm chờ đồng ý",
            "gradebook.corrections",
            note="Điểm đã khóa chỉ đổi khi lãnh đạo đồng ý",
            icon="edit",
            count=waiting,
        )


def _imports(found: SchoolToday) -> Iterator[Due]:
    for run in found.runs:
        if run.state == State.PLANNED and run.writes:
            yield Due(
                Urgency.WAITING,
                f"Tệp {run.file_name} chờ áp dụng",
                "intake.run",
                (str(run.public_id),),
                note=f"{run.kind.title}: {run.writes} dòng sẽ ghi",
                icon="upload",
            )


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return f"Lớp {shown}" + (f" và {more} lớp nữa" if more > 0 else "")
