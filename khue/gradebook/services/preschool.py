"""Ghi sổ theo dõi trẻ mầm non: results by field, height and weight, remark; naming of stages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.gradebook.models import ChildStage, Policy, TermLock
from khue.gradebook.queries.locks import find_school
from khue.gradebook.queries.preschool import (
    COLUMNS,
    POLICY,
    SLOTS,
    ages_of,
    child_rows,
    heights_before,
    own_stages,
    preschool_class,
    stage_of,
    subject_of_child,
)
from khue.gradebook.queries.primary import Sheet
from khue.gradebook.queries.primary_year import ClassFacts
from khue.gradebook.rules.child_stages import (
    Stage,
    child_columns,
    implausible,
    name_stages,
    term_of_stage,
)
from khue.gradebook.rules.sheet_cells import CellRow, Column, Value
from khue.gradebook.services.cells import CellChange
from khue.gradebook.services.locking import SHARED, hold_term
from khue.gradebook.services.primary import SavedCells, hold_class
from khue.gradebook.services.primary_cells import (
    Desk,
    note,
    operation_of,
    settle,
    written_rows,
)
from khue.ledger.api import Author, Change, Operation, append_changes
from kit.dates import print_moment, vietnam_day
from kit.refusal import Refusal


class StagesNotKept(Exception):
    """The names of stages cannot be taken; the text says why."""

    key = "stages_not_kept"


def closed_children(facts: ClassFacts, stage: Stage) -> str:
    """Why the sheet of a stage is closed, "" when it is open: the school locked the term."""
    term = term_of_stage(stage.number)
    lock = TermLock.objects.filter(school_id=facts.school_id, year=facts.year, term=term).first()
    if lock is None:
        return ""
    return (
        f"Nhà trường đã khóa sổ ({lock.locked_by}, {print_moment(lock.locked_at)}) nên không "
        "sửa được. Cần sửa, thầy cô đề nghị lãnh đạo trường mở sổ."
    )


@transaction.atomic
def enter_children(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    stage: int,
    changes: Sequence[CellChange],
    operation_id: uuid.UUID | None = None,
) -> SavedCells:
    """Ghi kết quả theo lĩnh vực, chiều cao, cân nặng, nhận xét; sent twice it is written once.

    Law: TT 17/2009/TT-BGDĐT
    """
    facts = preschool_class(class_id)
    permit(actor, "gradebook.assess_pupils", facts.place)
    at = stage_of(facts, stage)
    operation = operation_of(actor, now, operation_id)
    hold_term(SHARED, facts.school_id, facts.year, term_of_stage(stage))
    hold_class(facts, stage)
    desk = _desk(facts, at, operation)
    outcomes, strokes = settle(desk, changes)
    _put(facts, at, written_rows(desk, strokes))
    note(desk, strokes)
    columns = list(desk.columns.values())
    sheet = Sheet(facts, stage, columns, child_rows(facts, at, vietnam_day(now)), None)
    return SavedCells(outcomes, sheet.due, sheet.entered)


def _desk(facts: ClassFacts, stage: Stage, operation: Operation) -> Desk:
    today = vietnam_day(operation.at)
    rows = child_rows(facts, stage, today)
    ages, heights = ages_of(rows, today), heights_before(facts, stage)

    def doubt(row: CellRow, column: Column, value: Value) -> str:
        number = value if isinstance(value, int) else None
        age, before = ages.get(row.student_id), heights.get(row.student_id)
        return implausible(column.slot, number, age, before)

    columns = child_columns(facts.age_group, facts.grades[0], stage)
    return Desk(
        title=f"lớp {facts.name}, {stage.spoken}",
        columns={one.slot: one for one in columns},
        rows={row.student_id: row for row in rows},
        subject=lambda student: subject_of_child(facts.id, stage.number, student),
        closed=closed_children(facts, stage),
        operation=operation,
        school_id=facts.school_id,
        province_id=facts.province_id,
        check=doubt,
    )


def _put(facts: ClassFacts, stage: Stage, rows: Mapping[int, Mapping[str, Value]]) -> None:
    columns = dict(zip(SLOTS, COLUMNS, strict=True))
    made = [
        ChildStage(
            year=facts.year,
            school_class_id=facts.id,
            stage=stage.number,
            student_id=student,
            school_id=facts.school_id,
            province_id=facts.province_id,
            **{columns[slot]: row[slot] for slot in SLOTS[:-1]},
            remark=str(row["remark"] or ""),
        )
        for student, row in rows.items()
    ]
    ChildStage.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["year", "school_class", "stage", "student"],
        update_fields=list(COLUMNS),
    )


@transaction.atomic
def set_stages(
    *, actor: Actor, now: datetime, school_id: int, year: int, names: Sequence[str]
) -> None:
    """Đặt các giai đoạn đánh giá (chủ đề, tháng, cuối độ tuổi) of a preschool for a year on."""
    school = find_school(school_id)
    permit(actor, "gradebook.name_stages", school.path)
    before = own_stages(school_id, year)
    wanted = name_stages(names, before)
    if isinstance(wanted, Refusal):
        raise StagesNotKept(str(wanted))
    Policy.objects.update_or_create(
        organisation_id=school_id, key=POLICY, from_year=year, defaults={"value": wanted}
    )
    change = Change(
        subject=f"school:{school_id}",
        action="change",
        label="Giai đoạn đánh giá trẻ",
        old=", ".join(str(one["name"]) for one in before) or None,
        new=", ".join(str(one["name"]) for one in wanted) or None,
        school_id=school_id,
        province_id=school.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
