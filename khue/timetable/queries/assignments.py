"""Phân công on a day, by class, by subject of a class, by person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from khue.access.api import Actor
from khue.organisations.api import (
    ClassCard,
    ClassSubjectCard,
    class_subjects_by_ids,
    class_summaries,
)
from khue.timetable.models import HomeroomAssignment, TeachingAssignment
from kit.statements import kept_rows, keys_array

HOLDING = "held.starts_on <= %(on)s and (held.ends_on is null or held.ends_on >= %(on)s)"
TAUGHT = f"""
select held.class_subject_id, held.periods_per_week, held.starts_on, held.ends_on
from timetable_teachingassignment held join records_staff member on member.id = held.staff_id
where member.account_id = %(account)s and {HOLDING}
order by held.id
"""  # noqa: S608  (our own condition)
LED = f"""
select held.school_class_id from timetable_homeroomassignment held
join records_staff member on member.id = held.staff_id
where member.account_id = %(account)s and {HOLDING}
"""  # noqa: S608  (our own condition)
LEADING = """
select led.id, led.school_class_id, led.staff_id, member.name, led.starts_on, led.ends_on
from timetable_homeroomassignment led
join records_staff member on member.id = led.staff_id
join organisations_schoolclass class on class.id = led.school_class_id
where led.school_class_id = any(%(classes)s::bigint[])
  and led.starts_on <= %(on)s and (led.ends_on is null or led.ends_on >= %(on)s)
order by class.name_key, led.starts_on
"""


@dataclass(frozen=True)
class HomeroomLine:
    """Giáo viên chủ nhiệm of a class."""

    id: int
    class_id: int
    staff_id: int
    staff_name: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class TeachingLine:
    """Giáo viên bộ môn of a subject of a class."""

    id: int
    class_subject_id: int
    class_id: int
    staff_id: int
    staff_name: str
    periods_per_week: int | None
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class MyClass:
    """A subject of a class that a teacher teaches."""

    class_subject: ClassSubjectCard
    starts_on: date
    ends_on: date | None


def holding(on: date) -> Q:
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))


def my_classes(actor: Actor, on: date) -> list[MyClass]:
    """What the person behind an account teaches on a day, by class and subject."""
    days = {row[0]: row[2:] for row in _taught_by(actor, on)}
    cards = class_subjects_by_ids(list(days))
    mine = [MyClass(card, *days[card.id]) for card in cards.values()]
    return sorted(mine, key=lambda one: (one.class_subject.class_name, one.class_subject.position))


def weekly_periods(actor: Actor, on: date) -> dict[int, int]:
    """Số tiết một tuần that the person behind an account teaches, by subject of a class."""
    return {row[0]: row[1] for row in _taught_by(actor, on) if row[1]}


def _taught_by(actor: Actor, on: date) -> list[tuple[Any, ...]]:
    return kept_rows(TAUGHT, {"account": actor.account_id, "on": on})


def my_homerooms(actor: Actor, on: date) -> list[ClassCard]:
    """The classes that the person behind an account leads on a day."""
    rows = kept_rows(LED, {"account": actor.account_id, "on": on})
    cards = class_summaries([class_id for (class_id,) in rows])
    return sorted(cards.values(), key=lambda card: card.name_key)


def teachers_of(class_subject_ids: Iterable[int], on: date) -> dict[int, list[TeachingLine]]:
    """Who teaches each subject of a class on a day."""
    rows = teaching_rows().filter(holding(on), class_subject_id__in=list(class_subject_ids))
    found: dict[int, list[TeachingLine]] = defaultdict(list)
    for row in rows:
        found[row.class_subject_id].append(teaching_line(row))
    return dict(found)


def teaching_of_class(class_ids: Iterable[int], on: date) -> list[TeachingLine]:
    rows = teaching_rows().filter(holding(on), class_subject__school_class_id__in=list(class_ids))
    return [teaching_line(row) for row in rows]


def homeroom_of(class_ids: Iterable[int], on: date) -> dict[int, HomeroomLine]:
    """Who leads each class on a day."""
    rows = kept_rows(LEADING, {"classes": keys_array(class_ids), "on": on})
    return {row[1]: HomeroomLine(*row) for row in rows}


def homerooms_of_class(class_id: int) -> list[HomeroomLine]:
    """Everyone who ever led a class, the newest first."""
    rows = homeroom_rows().filter(school_class_id=class_id).order_by("-starts_on")
    return [homeroom_line(row) for row in rows]


def assignments_of_staff(staff_id: int, on: date) -> tuple[list[TeachingLine], list[HomeroomLine]]:
    """What a person teaches and leads on a day or later."""
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    taught = teaching_rows().filter(lasting, staff_id=staff_id)
    led = homeroom_rows().filter(lasting, staff_id=staff_id)
    return [teaching_line(row) for row in taught], [homeroom_line(row) for row in led]


def teaching_class(teaching_id: int) -> int | None:
    """The class of an assignment, if there is such an assignment."""
    rows = TeachingAssignment.objects.filter(pk=teaching_id)
    return rows.values_list("class_subject__school_class_id", flat=True).first()


def teaching_rows() -> QuerySet[TeachingAssignment]:
    return (
        TeachingAssignment.objects.select_related("class_subject")
        .annotate(staff_name=F("staff__name"))
        .order_by("class_subject__school_class__name_key", "class_subject__position", "starts_on")
    )


def homeroom_rows() -> QuerySet[HomeroomAssignment]:
    return HomeroomAssignment.objects.annotate(staff_name=F("staff__name")).order_by(
        "school_class__name_key", "starts_on"
    )


def teaching_line(row: TeachingAssignment) -> TeachingLine:
    return TeachingLine(
        row.pk,
        row.class_subject_id,
        row.class_subject.school_class_id,
        row.staff_id,
        getattr(row, "staff_name", ""),
        row.periods_per_week,
        row.starts_on,
        row.ends_on,
    )


def homeroom_line(row: HomeroomAssignment) -> HomeroomLine:
    return HomeroomLine(
        row.pk,
        row.school_class_id,
        row.staff_id,
        getattr(row, "staff_name", ""),
        row.starts_on,
        row.ends_on,
    )
