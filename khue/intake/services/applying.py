"""Apply a plan in one transaction, exactly once, exactly as it was shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction

from khue.access.api import Actor, Refused
from khue.background.api import Work
from khue.intake.models import Effect, Run
from khue.intake.queries.registry import Order, kind_of_import
from khue.intake.queries.sealing import EFFECT_LABEL, seal_value
from khue.intake.rules.plans import Plan, Verdict, count_verdicts, digest_of_plan
from khue.intake.rules.runs import AT_ONCE_ROWS, State, year_label
from khue.intake.services.runs import (
    APPLY_WORK,
    keep_plan,
    locked_run,
    make_plan,
    move,
    order_of,
    order_task,
    run_of_work,
    workbook_of,
)
from khue.ledger.api import Author, Change, Operation, append_changes
from kit.fences import EVERYTHING, scoped
from kit.many_rows import insert_rows
from kit.row_history import RowEffect

EFFECTS_TOGETHER = 500
CHANGED_MEANWHILE = (
    "Dữ liệu của trường đã thay đổi sau khi bản xem trước này được lập nên chưa áp dụng gì. "
    "Bản xem trước đã được lập lại; mời thầy cô xem rồi bấm “Áp dụng” lần nữa."
)
NOTHING_TO_DO = "Không có dòng nào để thêm hoặc sửa nên không có gì để áp dụng."


def apply_run(*, actor: Actor, now: datetime, public_id: UUID, seen_digest: str = "") -> State:
    """Apply what was shown: at once when it is short, in the background when it is long.

    Returns the state: applied, applying, or planned again because the records have changed.
    """
    with transaction.atomic():
        run = locked_run(actor, public_id)
        move(run, State.APPLYING)
        if not _writes(run):
            raise Refused(NOTHING_TO_DO)
        if sum(run.counts.values()) > AT_ONCE_ROWS:
            order_task(run, actor, now, APPLY_WORK, "Áp dụng")
        else:
            _apply(run, order_of(run, actor, now), seen_digest or run.plan_digest)
    return State(run.state)


def _writes(run: Run) -> int:
    return int(run.counts.get(Verdict.CREATE, 0)) + int(run.counts.get(Verdict.CHANGE, 0))


def _apply(run: Run, order: Order, seen_digest: str) -> None:
    """Plan again in this transaction; write only when the plan is the one that was shown."""
    plan = make_plan(run, order, workbook_of(run))
    if not isinstance(plan, Plan) or digest_of_plan(plan) != seen_digest:
        keep_plan(run, plan, order.now)
        run.notice = CHANGED_MEANWHILE
        run.save(update_fields=["notice"])
        return
    effects = kind_of_import(run.kind).apply(order, plan)
    keep_effects(run, effects)
    run.counts = count_verdicts(plan.rows)
    run.state, run.notice = State.APPLIED, ""
    run.applied_at, run.applied_by = order.now, order.actor.name
    run.save()
    tell_ledger(run, order, "apply_import")


def keep_effects(run: Run, effects: Sequence[RowEffect]) -> None:
    told = iter(effects)
    chunks = iter(lambda: list(islice(told, EFFECTS_TOGETHER)), [])
    insert_rows(
        [
            Effect(
                run=run,
                school_id=run.school_id,
                position=position,
                sealed=seal_value([_told(one) for one in chunk], EFFECT_LABEL),
            )
            for position, chunk in enumerate(chunks)
        ]
    )


def _told(one: RowEffect) -> dict[str, Any]:
    return {name: getattr(one, name) for name in RowEffect.__slots__}


def tell_ledger(run: Run, order: Order, action: str) -> None:
    kind = kind_of_import(run.kind)
    label = f"{kind.title}, năm học {year_label(run.year)}, tệp “{run.file_name}”"
    change = Change(
        subject=f"import:{run.pk}",
        action=action,
        label=label[:200],
        new=run.counts,
        school_id=run.school_id,
    )
    author = Author(order.actor.account_id, order.actor.name)
    append_changes(Operation(author, order.now), [change])


def apply_in_background(work: Work) -> dict[str, Any]:
    """The work of applying a long plan."""
    run = run_of_work(work, State.APPLYING, State.PLANNED)
    work.progress.begin(sum(run.counts.values()), "Đang đối chiếu lại")
    _apply(run, order_of(run, work.actor, work.now, work.progress.step), run.plan_digest)
    return {"text": run.notice or "Đã áp dụng xong."}


def after_failed_apply(arguments: dict[str, Any], sentence: str) -> None:
    """Nothing was written: the plan stands as it was."""
    with scoped(EVERYTHING):
        Run.objects.filter(pk=arguments["run"], state=State.APPLYING).update(
            state=State.PLANNED, notice=sentence
        )


def after_failed_plan(arguments: dict[str, Any], sentence: str) -> None:
    why = sentence or "Việc đọc tệp đã được dừng theo yêu cầu."
    with scoped(EVERYTHING):
        Run.objects.filter(pk=arguments["run"], state=State.PLANNING).update(
            state=State.UNREADABLE, problem=why
        )
