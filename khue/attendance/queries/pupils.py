"""Số buổi nghỉ của học sinh: of one, of many, of a class month by month."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from khue.access.api import Actor, OutsidePlace, permit
from khue.attendance.models import Absence, Taking
from khue.attendance.queries.frames import VIEW, days_of_class, open_class, plan_of
from khue.attendance.rules.counting import (
    Count,
    Mark,
    Sessions,
    absent_sessions,
    cell_of_day,
    count_sessions,
)
from khue.attendance.rules.days import SESSION_NAMES, ClassPlan, plan_of_class, why_free
from khue.attendance.rules.kinds import ABSENT, EARLY, LATE, print_kind
from khue.organisations.api import ClassCard
from khue.records.api import StudentSummary, roll_of_class, student_places, student_summary
from kit.statements import kept_rows, keys_array

_MARK = ("day", "session", "period", "kind")
# On the first page of every family; the plans are kept.
ABSENCES = """
select day, session, period, kind, minutes, note, source, written_by, written_at
from attendance_absence where student_id = %(student)s and year = %(year)s
order by day desc, session desc, period
"""
COUNTED = f"""
select missed.student_id, missed.school_class_id, class.session, school.two_sessions, missed.day,
  missed.session, missed.period, missed.kind
from attendance_absence missed
join organisations_schoolclass class on class.id = missed.school_class_id
join organisations_school school on school.organisation_id = missed.school_id
where missed.kind in ({", ".join(f"'{one}'" for one in sorted(ABSENT))}) and {{which}}
"""  # noqa: S608  (our own codes)
OF_PUPILS = COUNTED.format(
    which="missed.student_id = any(%(students)s::bigint[]) and missed.year = %(year)s"
)
OF_CLASS = COUNTED.format(which="missed.school_class_id = %(class)s")


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """Một lần vắng, muộn, về sớm of a pupil, as a family reads it."""

    day: date
    session: str
    period: int
    kind: str
    minutes: int | None
    note: str
    source: str
    written_by: str
    written_at: datetime

    @property
    def told(self) -> str:
        return print_kind(self.kind, self.minutes)

    @property
    def when(self) -> str:
        name = SESSION_NAMES[self.session].lower()
        return f"tiết {self.period}, {name}" if self.period else name


@dataclass(frozen=True, slots=True)
class MonthLine:
    """Một dòng của trang theo dõi chuyên cần: a mark for each day, and the totals."""

    student_id: int
    name: str
    days: tuple[str, ...]
    count: Count
    late: int
    left: bool


@dataclass(frozen=True, slots=True)
class MonthPage:
    """Trang theo dõi chuyên cần of a class; `free`: the days without school."""

    card: ClassCard
    year: int
    month: int
    free: tuple[str, ...]
    lines: tuple[MonthLine, ...]
    today: date

    @property
    def count(self) -> Count:
        return Count(
            sum(one.count.with_permission for one in self.lines),
            sum(one.count.without for one in self.lines),
        )


def open_pupil(actor: Actor, student_id: int) -> StudentSummary:
    """A pupil for whoever may look at the attendance of the present class."""
    found = student_summary(student_id)
    if found is None:
        raise OutsidePlace(student_id)
    if found.class_id is None:
        permit(actor, VIEW, *student_places(student_id))
    else:
        open_class(actor, found.class_id)
    return found


def absences_of_student(student_id: int, year: int) -> list[AbsenceLine]:
    """Các buổi nghỉ, muộn, về sớm of a pupil in a school year, the newest first. Not gated."""
    rows = kept_rows(ABSENCES, {"student": student_id, "year": year})
    return [AbsenceLine(*row) for row in rows]


def sessions_absent(student_ids: Iterable[int], year: int) -> dict[int, tuple[int, int]]:
    """Số buổi nghỉ cả năm of pupils: id → (with permission, without). Not gated.

    Pupils without any absence are left out. A pupil of two classes is counted in both, each by
    its own plan.
    """
    found: dict[int, tuple[int, int]] = {}
    rows = kept_rows(OF_PUPILS, {"students": keys_array(student_ids), "year": year})
    for (student_id, _), (count, _) in _counted(rows).items():
        before = found.get(student_id, (0, 0))
        found[student_id] = (before[0] + count.with_permission, before[1] + count.without)
    return found


def paper_marks(class_id: int) -> dict[int, dict[date, str]]:
    """Dấu P, K của cả năm for the printed book: pupil → day → mark. Not gated."""
    rows = kept_rows(OF_CLASS, {"class": class_id})
    return {
        student_id: _cells(missed, plan)
        for (student_id, _), (_, (missed, plan)) in _counted(rows).items()
    }


Missed = Mapping[tuple[date, str], str]


def _cells(missed: Missed, plan: ClassPlan) -> dict[date, str]:
    by_day: dict[date, dict[str, str]] = defaultdict(dict)
    for (day, session), kind in missed.items():
        by_day[day][session] = kind
    cells = {day: cell_of_day(sessions, plan) for day, sessions in by_day.items()}
    return {day: cell for day, cell in cells.items() if cell}


def _counted(
    rows: Iterable[tuple[Any, ...]],
) -> dict[tuple[int, int], tuple[Count, tuple[Missed, ClassPlan]]]:
    """(pupil, class) → the count and the sessions missed."""
    marks: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    plans: dict[int, ClassPlan] = {}
    for student_id, class_id, code, two, *mark in rows:
        marks[student_id, class_id].append(Mark(*mark))
        plans.setdefault(class_id, plan_of_class(code, two_sessions=two))
    taken = taken_sessions(plans, _days_with_periods(marks.values()))
    found: dict[tuple[int, int], tuple[Count, tuple[Missed, ClassPlan]]] = {}
    for (student_id, class_id), given in marks.items():
        missed = absent_sessions(given, taken.get(class_id, {}))
        plan = plans[class_id]
        found[student_id, class_id] = (count_sessions(missed, plan), (missed, plan))
    return found


def _days_with_periods(marks: Iterable[Sequence[Mark]]) -> set[date]:
    """Only where single periods were missed does it matter which ones were taken."""
    return {mark.day for given in marks for mark in given if mark.period}


def taken_sessions(class_ids: Iterable[int], days: Collection[date]) -> dict[int, Sessions]:
    """Buổi đã điểm danh on some days: class → (day, session) → periods (0: the whole)."""
    found: dict[int, dict[tuple[date, str], set[int]]] = defaultdict(lambda: defaultdict(set))
    if days:
        rows = Taking.objects.filter(school_class_id__in=list(class_ids), day__in=list(days))
        for class_id, day, session, period in rows.values_list(
            "school_class_id", "day", "session", "period"
        ):
            found[class_id][day, session].add(period)
    return {
        class_id: {where: frozenset(periods) for where, periods in sessions.items()}
        for class_id, sessions in found.items()
    }


def month_page(*, actor: Actor, class_id: int, year: int, month: int, today: date) -> MonthPage:
    """Trang theo dõi chuyên cần of a class in a month, with P, K, M (late), S (early)."""
    card = open_class(actor, class_id)
    first = date(year, month, 1)
    days = [date(year, month, one + 1) for one in range(calendar.monthrange(year, month)[1])]
    frame = days_of_class(card, days[-1])
    refusals = [why_free(frame, day) for day in days]
    return MonthPage(
        card,
        year,
        month,
        tuple(one.sentence if one else "" for one in refusals),
        tuple(_month_lines(card, first, days)),
        today,
    )


def _month_lines(card: ClassCard, first: date, days: Sequence[date]) -> Iterable[MonthLine]:
    rows = Absence.objects.filter(school_class_id=card.id, day__range=(first, days[-1]))
    marks: dict[int, list[Mark]] = defaultdict(list)
    for student_id, *mark in rows.values_list("student_id", *_MARK):
        marks[student_id].append(Mark(*mark))
    taken = taken_sessions([card.id], days).get(card.id, {})
    plan = plan_of(card)
    stays = {row.student_id: row for row in roll_of_class(card.id, first, days[-1])}
    for student_id, stay in stays.items():
        given = marks[student_id]
        missed = absent_sessions(given, taken)
        cells = _cells(missed, plan)
        other = _lateness(given)
        yield MonthLine(
            student_id,
            stay.name,
            tuple(cells.get(day) or other.get(day, "") for day in days),
            count_sessions(missed, plan),
            sum(mark.kind in (LATE, EARLY) for mark in given),
            stay.ends_on is not None and stay.ends_on < days[-1],
        )


def _lateness(marks: Sequence[Mark]) -> dict[date, str]:
    return {mark.day: mark.kind.upper() for mark in marks if mark.kind in (LATE, EARLY)}
