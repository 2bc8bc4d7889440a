"""Tiến độ giảng dạy: who has not written, who is ahead or behind, late lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q

from khue.access.api import Actor, permit, reach
from khue.diary.models import Lesson
from khue.diary.permissions import WRITE
from khue.diary.queries.calendar import calendar_of
from khue.diary.queries.lines import taught_numbers
from khue.diary.queries.missing import WeekCount, counts_of_week
from khue.diary.queries.plans import NextLesson, items_by_subject, next_lessons
from khue.diary.rules.days import last_week
from khue.diary.rules.progress import Progress, progress
from khue.organisations.api import (
    ClassSubjectCard,
    SchoolCard,
    class_subjects_by_ids,
    class_subjects_of_school,
    permit_inside,
    school_summary,
)
from khue.timetable.api import assignments_of_staff, my_classes, teachers_of
from kit.dates import vietnam_day

RECENT_DAYS = 7


@dataclass(frozen=True, slots=True)
class MySubject:
    """Môn, lớp tôi dạy, and the lesson that follows."""

    card: ClassSubjectCard
    next: NextLesson


def my_subjects(actor: Actor, day: date) -> list[MySubject]:
    """What the person teaches on a day, each with its next lesson."""
    cards = [one.class_subject for one in my_classes(actor, day)]
    follows = next_lessons(cards)
    return [MySubject(one, follows[one.id]) for one in cards]


@dataclass(frozen=True, slots=True)
class DueLesson:
    """A subject that a person teaches, and how many lessons of it were written for the day."""

    class_subject_id: int
    class_name: str
    subject_name: str
    written: int


def lessons_due(staff_id: int, day: date) -> list[DueLesson]:
    """Môn, lớp của một giáo viên on a day, with what is already in the book."""
    lines, _ = assignments_of_staff(staff_id, day)
    ids = [one.class_subject_id for one in lines if one.starts_on <= day]
    cards = class_subjects_by_ids(ids)
    rows = Lesson.objects.filter(class_subject_id__in=ids, day=day).values("class_subject_id")
    written = dict(rows.annotate(many=Count("pk")).values_list("class_subject_id", "many"))
    return [
        DueLesson(one.id, one.class_name, one.subject_name, written.get(one.id, 0))
        for one in cards.values()
    ]


@dataclass(frozen=True, slots=True)
class TeachingRow:
    """Một môn của một lớp: its teachers, what is written, the pace."""

    card: ClassSubjectCard
    teachers: str
    lessons: int
    recent: int
    late: int
    newest: date | None
    progress: Progress
    week: WeekCount | None = None
    """Tuần trước, where it can be counted."""

    @property
    def missing(self) -> int:
        return self.week.missing if self.week else 0


def teaching_of_school(actor: Actor, school_id: int, year: int, now: datetime) -> list[TeachingRow]:
    """Every subject of every class of a school in a year, for those who lead it."""
    permit(actor, "diary.follow_teaching", school_summary(school_id).path)
    return _rows(class_subjects_of_school(school_id, year), vietnam_day(now))


def _rows(cards: Sequence[ClassSubjectCard], today: date) -> list[TeachingRow]:
    if not cards:
        return []
    calendar = calendar_of(cards[0].province_id, cards[0].year)
    over, begun = calendar.over_and_begun(today)
    ids = [one.id for one in cards]
    plans, taught, counted = items_by_subject(cards), taught_numbers(ids), _counted(ids, today)
    teachers = teachers_of(ids, calendar.within(today))
    weeks = counts_of_week(cards, last_week(today), today)
    return [
        TeachingRow(
            one,
            ", ".join(line.staff_name for line in teachers.get(one.id, ())),
            *counted.get(one.id, (0, 0, 0, None)),
            progress(
                taught.get(one.id, set()),
                {line.number: line.week for line in plans[one.id]},
                over=over,
                begun=begun,
            ),
            weeks.get(one.id),
        )
        for one in cards
    ]


def _counted(ids: Sequence[int], today: date) -> dict[int, tuple[int, int, int, date | None]]:
    since = today - timedelta(days=RECENT_DAYS)
    rows = (
        Lesson.objects.filter(class_subject_id__in=ids)
        .values("class_subject_id")
        .annotate(
            many=Count("pk"),
            recent=Count("pk", filter=Q(day__gt=since)),
            late_ones=Count("pk", filter=Q(late=True)),
            newest=Max("day"),
        )
    )
    names = ("class_subject_id", "many", "recent", "late_ones", "newest")
    return {one[0]: one[1:] for one in rows.values_list(*names)}


def subjects_to_stand_in(
    actor: Actor, school: SchoolCard, year: int
) -> dict[str, list[ClassSubjectCard]]:
    """Every class of the school with its subjects, for a teacher who takes a lesson over."""
    permit_inside(actor, WRITE, school.path)
    found: dict[str, list[ClassSubjectCard]] = {}
    for one in class_subjects_of_school(school.id, year):
        found.setdefault(one.class_name, []).append(one)
    return found


def may_write(actor: Actor) -> bool:
    return not reach(actor, WRITE).is_empty
