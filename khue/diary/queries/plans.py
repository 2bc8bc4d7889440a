"""Phân phối chương trình (PPCT) and the way a school rates its lessons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from khue.access.api import Actor, OutsidePlace
from khue.diary.models import PlanItem, RatingScheme, TeachingPlan
from khue.diary.permissions import VIEW
from khue.diary.queries.lines import taught_numbers
from khue.diary.rules.progress import next_number
from khue.diary.rules.ratings import USUAL, Scheme, read_parts
from khue.organisations.api import ClassSubjectCard, class_summaries, permit_inside, school_summary


@dataclass(frozen=True, slots=True)
class PlanCard:
    """PPCT of a subject in a grade."""

    id: int
    school_id: int
    year: int
    subject_id: int
    subject_name: str
    grade: str
    lessons: int
    imported_by: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class PlanLine:
    """Một tiết của PPCT."""

    number: int
    title: str
    week: int | None


def _plans() -> QuerySet[TeachingPlan]:
    items = PlanItem.objects.filter(plan=OuterRef("pk")).order_by().values("plan")
    counted = Subquery(items.annotate(many=Count("pk")).values("many"))
    return TeachingPlan.objects.filter(ended_at__isnull=True).annotate(
        subject_name=F("subject__name"), lessons=Coalesce(counted, 0)
    )


def _card(row: TeachingPlan) -> PlanCard:
    return PlanCard(
        row.pk,
        row.school_id,
        row.year,
        row.subject_id,
        getattr(row, "subject_name", ""),
        row.grade,
        getattr(row, "lessons", 0),
        row.imported_by,
        row.imported_at,
    )


def plans_of_school(school_id: int, year: int) -> list[PlanCard]:
    """The plans of a school in a year, by subject and grade; the caller has passed the gate."""
    rows = _plans().filter(school_id=school_id, year=year)
    return [_card(row) for row in rows.order_by("subject__position", "subject__name", "grade")]


def open_plan(actor: Actor, plan_id: int) -> tuple[PlanCard, list[PlanLine]]:
    """One plan with its lessons, for someone who reads diaries in its school."""
    row = _plans().filter(pk=plan_id).first()
    if row is None:
        raise OutsidePlace(plan_id)
    permit_inside(actor, VIEW, school_summary(row.school_id).path)
    return _card(row), items_of([row.pk]).get(row.pk, [])


def items_of(plan_ids: Iterable[int]) -> dict[int, list[PlanLine]]:
    """The lessons of plans, in their order."""
    rows = PlanItem.objects.filter(plan_id__in=list(plan_ids)).order_by("number")
    found: dict[int, list[PlanLine]] = {}
    for plan_id, number, title, week in rows.values_list("plan_id", "number", "title", "week"):
        found.setdefault(plan_id, []).append(PlanLine(number, title, week))
    return found


def items_by_subject(cards: Iterable[ClassSubjectCard]) -> dict[int, list[PlanLine]]:
    """The plan that each subject of a class follows: the one of its grade."""
    subjects = list(cards)
    grades = {key: one.grades for key, one in class_summaries(_classes(subjects)).items()}
    years = {(one.school_id, one.year) for one in subjects}
    plans = {
        (plan.school_id, plan.year, plan.subject_id, plan.grade): plan.id
        for school_id, year in years
        for plan in plans_of_school(school_id, year)
    }
    chosen = {one.id: _plan_for(one, grades, plans) for one in subjects}
    items = items_of([one for one in chosen.values() if one])
    return {key: items.get(plan, []) if plan else [] for key, plan in chosen.items()}


def _classes(subjects: Iterable[ClassSubjectCard]) -> list[int]:
    return list({one.class_id for one in subjects})


def _plan_for(
    one: ClassSubjectCard,
    grades: Mapping[int, tuple[str, ...]],
    plans: Mapping[tuple[int, int, int, str], int],
) -> int | None:
    """A class of several grades follows the plan of the first grade that has one."""
    keys = [
        (one.school_id, one.year, one.subject_id, grade) for grade in grades.get(one.class_id, ())
    ]
    return next((plans[key] for key in keys if key in plans), None)


@dataclass(frozen=True, slots=True)
class NextLesson:
    """Tiết kế tiếp: its number, and its title where a plan tells it."""

    number: int | None
    title: str
    plan: tuple[PlanLine, ...]


def next_lessons(cards: Iterable[ClassSubjectCard]) -> dict[int, NextLesson]:
    """The lesson that follows in each subject of a class."""
    subjects = list(cards)
    plans, taught = items_by_subject(subjects), taught_numbers(one.id for one in subjects)
    found = {}
    for one in subjects:
        lines = plans[one.id]
        number = next_number(taught.get(one.id, set()), [line.number for line in lines])
        title = next((line.title for line in lines if line.number == number), "")
        found[one.id] = NextLesson(number, title, tuple(lines))
    return found


def scheme_of(school_id: int, day: date) -> Scheme:
    """Cách xếp loại giờ học of a school on a day; the usual words until it chose."""
    rows = RatingScheme.objects.filter(school_id=school_id, starts_on__lte=day)
    row = rows.order_by("-starts_on").first()
    return Scheme(row.name, read_parts(row.parts)) if row else USUAL


def has_own_scheme(school_id: int) -> bool:
    return RatingScheme.objects.filter(school_id=school_id).exists()
