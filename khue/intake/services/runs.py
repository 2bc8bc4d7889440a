"""Receive a file, plan it, and plan it again with other answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from khue.access.api import Actor, OutsidePlace, Refused, permit
from khue.background.api import Work, WorkRefused, start_task
from khue.intake.models import PlanRow, Run, Upload
from khue.intake.queries.registry import Order, Step, every_kind, kind_of_import, no_step
from khue.intake.queries.schools import IMPORT, school_to_import_into
from khue.intake.queries.sealing import (
    FILE_LABEL,
    ROW_LABEL,
    open_bytes,
    seal_bytes,
    seal_value,
)
from khue.intake.rules.plans import Plan, PlannedRow, count_verdicts, digest_of_plan
from khue.intake.rules.runs import AT_ONCE_ROWS, STATE_NAMES, State, may_become
from kit.many_rows import insert_rows
from kit.sheets.limits import Limits
from kit.sheets.reading import Workbook, open_workbook
from kit.sheets.refusals import SheetRefused

PLAN_WORK, APPLY_WORK, UNDO_WORK = "intake.plan", "intake.apply", "intake.undo"
FILE_GONE = "Tệp gốc đã được xóa sau 30 ngày nên không làm tiếp được. Hãy tải tệp lên lại."


@dataclass(frozen=True)
class Received:
    """An import that has begun; `task_id` when it goes on in the background."""

    public_id: UUID
    task_id: UUID | None


def receive_file(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    school_id: int,
    year: int,
    file_name: str,
    content: bytes,
    limit_bytes: int,
    options: dict[str, str] | None = None,
) -> Received:
    """Keep the file and plan it: at once when it is short, in the background when it is long.

    Raises SheetRefused with a sentence when it is no readable workbook; then nothing is kept.
    """
    wanted, school = kind_of_import(kind), school_to_import_into(actor, school_id)
    permit(actor, IMPORT, school.place)
    permit(actor, wanted.permission, school.place)
    workbook = open_workbook(content, limits=Limits(file_bytes=limit_bytes))
    with transaction.atomic():
        run = Run.objects.create(
            kind=kind,
            school_id=school_id,
            school_name=school.place_name,
            place=school.place,
            year=year,
            options=options or {},
            file_name=file_name[-200:],
            file_size=len(content),
            state=State.PLANNING,
            account_id=actor.account_id,
            actor_name=actor.name,
            created_at=now,
        )
        sealed = seal_bytes(content, FILE_LABEL)
        Upload.objects.create(run=run, school_id=school_id, sealed=sealed)
        _plan_now_or_later(run, actor, now, workbook)
    return Received(run.public_id, run.task_id)


def answer_questions(
    *, actor: Actor, now: datetime, public_id: UUID, options: dict[str, str]
) -> Received:
    """Plan again with other answers: another sheet, a column by another name, a tick."""
    with transaction.atomic():
        run = locked_run(actor, public_id)
        move(run, State.PLANNING)
        run.options = {**run.options, **options}
        run.notice = run.problem = ""
        run.save()
        _plan_now_or_later(run, actor, now, workbook_of(run))
    return Received(run.public_id, run.task_id)


def locked_run(actor: Actor, public_id: UUID) -> Run:
    """The run, locked until the end of the transaction, behind both gates."""
    kinds = [kind.key for kind in every_kind()]
    run = Run.objects.select_for_update().filter(public_id=public_id, kind__in=kinds).first()
    if run is None:
        raise OutsidePlace
    permit(actor, IMPORT, run.place)
    permit(actor, kind_of_import(run.kind).permission, run.place)
    return run


def move(run: Run, state: State) -> None:
    if not may_become(State(run.state), state):
        done = STATE_NAMES[State(run.state)].lower()
        by = run.undone_by or run.applied_by
        who = f" (người làm: {by})" if by else ""
        raise Refused(f"Lần nhập này {done}{who} nên không làm bước này được nữa.")
    run.state = state


def is_long(workbook: Workbook) -> bool:
    return max(len(sheet.rows) for sheet in workbook.sheets) > AT_ONCE_ROWS


def workbook_of(run: Run) -> Workbook:
    upload = Upload.objects.filter(run=run).first()
    if upload is None:
        raise Refused(FILE_GONE)
    return open_workbook(open_bytes(upload.sealed, FILE_LABEL), inspected=True)


def order_of(run: Run, actor: Actor, now: datetime, step: Step = no_step) -> Order:
    return Order(
        actor=actor,
        now=now,
        today=timezone.localdate(now),
        school_id=run.school_id,
        school_name=run.school_name,
        place=run.place,
        year=run.year,
        options=run.options,
        step=step,
    )


def _plan_now_or_later(run: Run, actor: Actor, now: datetime, workbook: Workbook) -> None:
    if is_long(workbook):
        order_task(run, actor, now, PLAN_WORK, "Đọc và đối chiếu")
    else:
        keep_plan(run, make_plan(run, order_of(run, actor, now), workbook), now)


def order_task(run: Run, actor: Actor, now: datetime, work: str, verb: str) -> None:
    kind = kind_of_import(run.kind)
    run.task_id = start_task(
        actor=actor,
        now=now,
        kind=work,
        title=f"{verb} tệp “{run.file_name}” ({kind.title.lower()})",
        arguments={"run": run.pk, "route": "intake.run", "key": str(run.public_id)},
        school_id=run.school_id,
    )
    run.save()


def make_plan(run: Run, order: Order, workbook: Workbook) -> Plan | SheetRefused:
    """The plan of the file as the records stand now, or why there is none."""
    kind = kind_of_import(run.kind)
    try:
        return kind.plan(order, workbook)
    except SheetRefused as refused:
        return refused


def keep_plan(run: Run, plan: Plan | SheetRefused, now: datetime) -> None:
    """Write the plan down in place of an earlier one."""
    PlanRow.objects.filter(run=run).delete()
    run.planned_at, run.problem = now, ""
    if isinstance(plan, SheetRefused):
        run.problem, run.counts, run.plan_digest = plan.sentence, {}, ""
        run.state = State.UNREADABLE
    else:
        _write_rows(run, plan.rows)
        run.counts, run.plan_digest = count_verdicts(plan.rows), digest_of_plan(plan)
        run.reading = _reading(plan)
        run.state = State.PLANNED
    run.save()


def _reading(plan: Plan) -> dict[str, Any]:
    return {
        "sheet": plan.sheet,
        "sheets": plan.sheets,
        "header_row": plan.header_row,
        "notes": plan.notes,
        "unknown": plan.unknown,
        "absent": plan.absent,
    }


def _write_rows(run: Run, rows: Iterable[PlannedRow]) -> None:
    insert_rows(
        [
            PlanRow(
                run=run,
                school_id=run.school_id,
                number=row.number,
                verdict=row.verdict,
                sealed=seal_value(_told(row), ROW_LABEL),
            )
            for row in rows
        ]
    )


def _told(row: PlannedRow) -> dict[str, Any]:
    return {
        "title": row.title,
        "facts": row.facts,
        "differences": [(one.label, one.old, one.new) for one in row.differences],
        "reasons": row.reasons,
        "cells": row.cells,
    }


def run_of_work(work: Work, *states: State) -> Run:
    """The run that a task goes on with; its state, written before, keeps everybody else off."""
    run = Run.objects.filter(pk=work.arguments["run"]).first()
    if run is None:
        raise OutsidePlace
    permit(work.actor, IMPORT, run.place)
    permit(work.actor, kind_of_import(run.kind).permission, run.place)
    if run.state not in states:
        raise WorkRefused(f"Lần nhập này {STATE_NAMES[State(run.state)].lower()} rồi.")
    return run


def plan_in_background(work: Work) -> dict[str, Any]:
    """The work of planning a long file."""
    run = run_of_work(work, State.PLANNING, State.UNREADABLE)
    order = order_of(run, work.actor, work.now, work.progress.step)
    workbook = workbook_of(run)
    work.progress.begin(max(len(sheet.rows) for sheet in workbook.sheets), "Đang đối chiếu")
    keep_plan(run, make_plan(run, order, workbook), work.now)
    return {"text": run.problem or "Đã đọc xong tệp. Mời xem trước rồi áp dụng."}
