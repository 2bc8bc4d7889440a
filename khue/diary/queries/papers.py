"""Trang sổ của một tháng, filled for paper; who of the leaders signs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from khue.diary.queries.weeks import BookLine, BookMonth, BookWeek
from khue.diary.rules.paper_shapes import MonthPaper, PaperDay, PaperLine, PaperWeek
from khue.diary.rules.ratings import sum_up
from khue.organisations.api import SchoolCard, school_summary
from khue.records.api import StaffLine, staff_of_school
from khue.timetable.api import homeroom_of
from kit.dates import print_date, weekday_name

LEADER_KINDS = {"01": "HIỆU TRƯỞNG", "02": "PHÓ HIỆU TRƯỞNG"}
ROLES = {"01": "Hiệu trưởng", "02": "Phó hiệu trưởng"}
COMMUNE_KINDS = ("Xã ", "Phường ", "Thị trấn ", "Đặc khu ")


@dataclass(frozen=True, slots=True)
class LeaderLine:
    """A leader who may sign the month; without an account nobody can be asked."""

    staff_id: int
    name: str
    kind: str
    account_id: int | None

    @property
    def role(self) -> str:
        return ROLES[self.kind]

    @property
    def words(self) -> str:
        return LEADER_KINDS[self.kind]


def leaders_of(school_id: int, today: date) -> list[LeaderLine]:
    """Ban giám hiệu: the principal first."""
    people = [one for one in staff_of_school(school_id, today) if one.kind in LEADER_KINDS]
    return [_leader(one) for one in sorted(people, key=lambda one: (one.kind, one.name_key))]


def _leader(one: StaffLine) -> LeaderLine:
    return LeaderLine(one.id, one.name, one.kind, one.account_id)


def month_paper(month: BookMonth, leader: LeaderLine | None, today: date) -> MonthPaper:
    """The pages of a month; the caller has passed the gate."""
    school = school_summary(month.card.school_id)
    leading = homeroom_of([month.card.id], today).get(month.card.id)
    year = month.card.year
    return MonthPaper(
        authority=_authority(school),
        school=school.name,
        city=_bare(school.parent_name),
        class_name=month.card.name,
        year=f"{year} – {year + 1}",
        month=print_month(month.month),
        weeks=tuple(_week(one) for one in month.weeks if one.lines),
        totals=told_totals(month.lines),
        homeroom=leading.staff_name if leading else "",
        leader=leader.name if leader else "",
        leader_title=leader.words if leader else LEADER_KINDS["01"],
    )


def print_month(month: date) -> str:
    return f"Tháng {month.month} năm {month.year}"


def _authority(school: SchoolCard) -> str:
    is_commune = school.parent_name.startswith(COMMUNE_KINDS)
    return f"UBND {school.parent_name}" if is_commune else school.parent_name


def _bare(name: str) -> str:
    for kind in COMMUNE_KINDS:
        if name.startswith(kind):
            return name.removeprefix(kind)
    return ""


def _week(week: BookWeek) -> PaperWeek:
    number = f"Tuần {week.number}: từ" if week.number else "Tuần từ"
    return PaperWeek(
        title=f"{number} {print_date(week.monday)} đến {print_date(week.saturday)}",
        days=tuple(day for one in week.days for day in _sessions(one.day, one.lines)),
        totals=told_totals(week.lines),
        remark=week.closing.remark if week.closing else "",
        closed_by=week.closing.by if week.closing else "",
    )


def _sessions(day: date, lines: Sequence[BookLine]) -> list[PaperDay]:
    grouped = groupby(lines, key=lambda one: one.lesson.session_name)
    return [
        PaperDay(
            weekday=weekday_name(day),
            day=f"{day.day:02d}/{day.month:02d}",
            session=session,
            lines=tuple(_line(one) for one in found),
        )
        for session, found in grouped
    ]


def _line(line: BookLine) -> PaperLine:
    one = line.lesson
    homework = f"Giao về nhà: {one.homework}" if one.homework else ""
    return PaperLine(
        period=str(one.period),
        subject=one.subject_name,
        number="" if one.plan_number is None else str(one.plan_number),
        title=one.title,
        absent=", ".join(line.absent),
        remark=". ".join(part.rstrip(".") for part in (one.remark, homework) if part),
        rating=one.rated,
        teacher=told_teacher(line),
    )


def told_teacher(line: BookLine) -> str:
    """ "Nông Thị Hoa", "Lý Văn Bình (dạy thay Nông Thị Hoa)", with "ghi bù" where it was late."""
    notes = []
    if line.lesson.stands_in_for:
        notes.append(f"dạy thay {line.lesson.stands_in_for}")
    if line.lesson.late:
        notes.append("ghi bù")
    told = f" ({'; '.join(notes)})" if notes else ""
    return f"{line.lesson.teacher_name}{told}"


def told_totals(lines: Sequence[BookLine]) -> str:
    """ "24 tiết; vắng 5 lượt; xếp loại: Tốt: 20, Khá: 4; ghi bù 1 tiết"."""
    late = sum(1 for one in lines if one.lesson.late)
    ratings = sum_up([one.lesson.rating for one in lines])
    parts = [f"{len(lines)} tiết", f"vắng {sum(len(one.absent) for one in lines)} lượt"]
    parts += [f"xếp loại {ratings}"] if ratings else []
    parts += [f"ghi bù {late} tiết"] if late else []
    return "; ".join(parts)
