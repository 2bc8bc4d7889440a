"""Ghi phân phối chương trình: lessons of plans, in the transaction of an import."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from khue.access.api import Actor, permit
from khue.diary.models import PlanItem, RatingScheme, TeachingPlan
from khue.diary.permissions import PLANS, RATE
from khue.diary.rules.ratings import PRESETS, Scheme, keep_parts
from khue.diary.services.work import DiaryRefused, operation_of
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import SchoolCard, school_summary
from kit.dates import print_date, vietnam_day
from kit.row_history import RowEffect, Selection, effects_between, take_picture

PLAN_TABLE, ITEM_TABLE = "diary_teachingplan", "diary_planitem"
PlanKey = tuple[int, str]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One lesson of the plan of a subject in a grade."""

    subject_id: int
    subject_name: str
    grade: str
    number: int
    title: str
    week: int | None


def write_plan_rows(
    *, actor: Actor, now: datetime, school_id: int, year: int, rows: Sequence[PlanRow]
) -> list[RowEffect]:
    """Ghi PPCT: lessons are added to the plan of their subject and grade, or changed in it."""
    school = school_summary(school_id)
    permit(actor, PLANS, school.path)
    standing = _standing(school_id, year)
    before = take_picture([Selection(ITEM_TABLE, "id", _known(standing, rows))])
    made = _add_plans(actor, now, school, year, standing, rows)
    written = [_put(row, standing[row.subject_id, row.grade]) for row in rows]
    _tell(actor, now, school, rows)
    pictures = [Selection(PLAN_TABLE, "id", made), Selection(ITEM_TABLE, "id", written)]
    return effects_between(before, take_picture(pictures), _title)


def _standing(school_id: int, year: int) -> dict[PlanKey, int]:
    rows = TeachingPlan.objects.filter(school_id=school_id, year=year, ended_at__isnull=True)
    return {
        (subject, grade): pk for subject, grade, pk in rows.values_list("subject_id", "grade", "pk")
    }


def _known(standing: Mapping[PlanKey, int], rows: Sequence[PlanRow]) -> list[int]:
    """The lessons that stand already and are about to change."""
    plans = {standing[key] for row in rows if (key := (row.subject_id, row.grade)) in standing}
    numbers = {row.number for row in rows}
    found = PlanItem.objects.filter(plan_id__in=plans, number__in=numbers)
    return list(found.values_list("pk", flat=True))


def _add_plans(
    actor: Actor,
    now: datetime,
    school: SchoolCard,
    year: int,
    standing: dict[PlanKey, int],
    rows: Sequence[PlanRow],
) -> list[int]:
    """The plans that are missing; the keys of the new ones."""
    wanted = dict.fromkeys((row.subject_id, row.grade) for row in rows)
    missing = [key for key in wanted if key not in standing]
    for subject_id, grade in missing:
        plan = TeachingPlan.objects.create(
            school_id=school.id,
            province_id=school.province_id,
            year=year,
            subject_id=subject_id,
            grade=grade,
            imported_by=actor.name,
            imported_at=now,
        )
        standing[subject_id, grade] = plan.pk
    return [standing[key] for key in missing]


def _put(row: PlanRow, plan_id: int) -> int:
    values = {"title": row.title, "week": row.week}
    item, _ = PlanItem.objects.update_or_create(plan_id=plan_id, number=row.number, defaults=values)
    return int(item.pk)


def _tell(actor: Actor, now: datetime, school: SchoolCard, rows: Sequence[PlanRow]) -> None:
    counted = Counter((row.subject_name, row.grade) for row in rows)
    operation = Operation(Author(actor.account_id, actor.name), now, uuid.uuid4())
    changes = [
        Change(
            subject=f"teaching_plan:{school.id}",
            action="import",
            label=f"PPCT {subject} khối {int(grade)}",
            old=None,
            new=f"{many} tiết",
            school_id=school.id,
            province_id=school.province_id,
        )
        for (subject, grade), many in counted.items()
    ]
    append_changes(operation, changes)


def _title(table: str, kept: dict[str, Any]) -> str:
    return f"Tiết {kept['number']}" if table == ITEM_TABLE else "Phân phối chương trình"


@transaction.atomic
def set_rating_scheme(
    *, actor: Actor, now: datetime, school_id: int, preset: str, starts_on: date
) -> Scheme:
    """Đặt cách xếp loại giờ học of a school from a day on; earlier lessons keep theirs.

    Raises DiaryRefused.
    """
    school = school_summary(school_id)
    permit(actor, RATE, school.path)
    if preset not in PRESETS:
        raise DiaryRefused("Chưa có cách xếp loại này. Hãy chọn một cách trong danh sách.")
    if starts_on < vietnam_day(now):
        raise DiaryRefused("Cách xếp loại mới chỉ dùng từ hôm nay trở đi. Hãy chọn lại ngày.")
    scheme = PRESETS[preset]
    values = {"name": scheme.name, "parts": keep_parts(scheme.parts)}
    RatingScheme.objects.update_or_create(
        school_id=school_id,
        starts_on=starts_on,
        defaults={**values, "province_id": school.province_id},
    )
    change = Change(
        subject=f"school:{school_id}",
        action="change",
        label=f"Cách xếp loại giờ học từ {print_date(starts_on)}",
        old=None,
        new=scheme.name,
        school_id=school_id,
        province_id=school.province_id,
    )
    append_changes(operation_of(actor, now), [change])
    return scheme
