"""Dòng của sổ ghi đầu bài: lessons as pages, papers and other contexts read them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F, QuerySet

from khue.access.api import Actor, OutsidePlace
from khue.diary.models import Lesson
from khue.diary.permissions import VIEW
from khue.diary.rules.ratings import print_rating
from khue.diary.rules.sessions import SESSIONS
from khue.organisations.api import class_summary, permit_inside
from kit.statements import kept_rows

# On the first page of every family; the plan is kept. In the order of LessonLine.
OF_CLASS = """
select lesson.id, lesson.school_class_id, lesson.day, lesson.session, lesson.period,
  lesson.class_subject_id, what.name, lesson.plan_number, lesson.title, lesson.remark,
  lesson.homework, lesson.rating, lesson.teacher_id, lesson.teacher_name, lesson.stands_in_for,
  lesson.late, lesson.version, lesson.written_at
from diary_lesson lesson
join organisations_classsubject subject on subject.id = lesson.class_subject_id
join organisations_subject what on what.id = subject.subject_id
where lesson.school_class_id = %(class)s and lesson.day between %(first)s and %(last)s
order by lesson.day, lesson.session, lesson.period
"""


@dataclass(frozen=True, slots=True)
class LessonLine:
    """Một tiết trong sổ."""

    id: int
    class_id: int
    day: date
    session: str
    period: int
    class_subject_id: int
    subject_name: str
    plan_number: int | None
    title: str
    remark: str
    homework: str
    rating: dict[str, str] = field(hash=False)
    teacher_id: int
    teacher_name: str
    stands_in_for: str
    late: bool
    version: int
    written_at: datetime

    @property
    def session_name(self) -> str:
        return SESSIONS[self.session]

    @property
    def rated(self) -> str:
        return print_rating(self.rating)


def lesson_rows() -> QuerySet[Lesson]:
    rows = Lesson.objects.annotate(subject_name=F("class_subject__subject__name"))
    return rows.order_by("day", "session", "period")


def line_of(row: Lesson) -> LessonLine:
    return LessonLine(
        row.pk,
        row.school_class_id,
        row.day,
        row.session,
        row.period,
        row.class_subject_id,
        getattr(row, "subject_name", ""),
        row.plan_number,
        row.title,
        row.remark,
        row.homework,
        row.rating,
        row.teacher_id,
        row.teacher_name,
        row.stands_in_for,
        row.late,
        row.version,
        row.written_at,
    )


def lessons_of_class(class_id: int, first: date, last: date) -> list[LessonLine]:
    """The lessons of a class between two days; the caller has passed the gate."""
    rows = kept_rows(OF_CLASS, {"class": class_id, "first": first, "last": last})
    return [LessonLine(*[*row[:11], json.loads(row[11]), *row[12:]]) for row in rows]


def lesson_at(class_id: int, day: date, session: str, period: int) -> LessonLine | None:
    """The line of one period of a class; the caller has passed the gate."""
    rows = lesson_rows().filter(school_class_id=class_id, day=day, session=session, period=period)
    return next((line_of(row) for row in rows[:1]), None)


def lessons_by(account_id: int, day: date) -> list[LessonLine]:
    """What the person behind an account taught on a day, in the order of the day."""
    rows = lesson_rows().filter(teacher__account_id=account_id, day=day)
    return [line_of(row) for row in rows]


def taught_numbers(class_subject_ids: Iterable[int]) -> dict[int, set[int]]:
    """The numbers of the plan that were taught, by subject of a class."""
    rows = Lesson.objects.filter(
        class_subject_id__in=list(class_subject_ids), plan_number__isnull=False
    )
    found: dict[int, set[int]] = {}
    for key, number in rows.values_list("class_subject_id", "plan_number"):
        found.setdefault(key, set()).add(number or 0)
    return found


def open_lesson(actor: Actor, lesson_id: int) -> LessonLine:
    """One lesson, for someone who may read the diary of its class."""
    row = lesson_rows().filter(pk=lesson_id).first()
    if row is None:
        raise OutsidePlace(lesson_id)
    permit_inside(actor, VIEW, class_summary(row.school_class_id).place)
    return line_of(row)
