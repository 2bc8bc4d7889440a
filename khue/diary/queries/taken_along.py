"""Sổ đầu bài mang theo: what a teacher needs to write lessons without a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from khue.access.api import Actor
from khue.diary.permissions import WRITE
from khue.diary.queries.lines import LessonLine, lesson_rows, line_of
from khue.diary.queries.plans import NextLesson, next_lessons, scheme_of
from khue.diary.rules.ratings import Scheme
from khue.organisations.api import ClassSubjectCard, class_subjects_by_ids, permit_inside


@dataclass(frozen=True, slots=True)
class DiaryAlong:
    """Subjects of classes with their plans, the lines of those classes, the school's ratings."""

    subjects: Sequence[ClassSubjectCard]
    plans: Mapping[int, NextLesson]
    lines: Sequence[LessonLine]
    schemes: Mapping[int, Scheme]


def diary_along(
    actor: Actor, class_subject_ids: Sequence[int], first: date, last: date
) -> DiaryAlong:
    """The diary of some subjects between two days, for who writes in it."""
    cards = list(class_subjects_by_ids(class_subject_ids).values())
    for card in cards:
        permit_inside(actor, WRITE, card.place)
    rows = lesson_rows().filter(
        school_class_id__in={one.class_id for one in cards}, day__gte=first, day__lte=last
    )
    schools = {one.school_id for one in cards}
    return DiaryAlong(
        cards,
        next_lessons(cards),
        [line_of(row) for row in rows],
        {school_id: scheme_of(school_id, last) for school_id in schools},
    )
